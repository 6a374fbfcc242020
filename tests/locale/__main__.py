"""``make texts``: the catalogues from the sources, and what is still to translate."""

from __future__ import annotations

import sys

from tests.locale.catalogues import renew

if __name__ == "__main__":
    missing = renew()
    for catalogue, number in missing.items():
        sys.stdout.write(f"{catalogue}: {number} to translate\n")
    sys.exit(1 if any(missing.values()) else 0)
