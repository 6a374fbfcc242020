"""The program: ``carat`` and ``python -m carat_tui`` are the same.

The two questions that scripts and shells ask most often, ``--version`` and ``--help``, are answered before anything
else is imported: click alone takes four times as long as Python itself (limits §8, goal G14).
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program with the arguments of the process; returns the exit code of CLI.md."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from carat_tui import __version__

        sys.stdout.write(f"carat {__version__}\n")
        return 0
    if arguments in (["--help"], ["-h"]):
        from carat_tui.cli.overview import overview

        sys.stdout.write(overview())
        return 0
    from carat_tui.cli.app import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
