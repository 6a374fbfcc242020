"""ISBN-13 with hyphens, as booksellers print it (DOMAIN G.3).

The lengths of the publisher's part are the International ISBN Agency's, for the groups that these shops mostly sell:
English (978-0), German (978-3), Czech and Slovak (978-80), Polish (978-83). Other numbers stay without hyphens.
"""

from __future__ import annotations

from bisect import bisect_right

# group → (first publisher number, padded to seven digits, length of the publisher's part from there on)
_PUBLISHERS: dict[str, tuple[tuple[str, int], ...]] = {
    "0": (
        ("0000000", 2), ("2000000", 3), ("2280000", 4), ("2290000", 3), ("3690000", 4), ("3700000", 3), ("6390000", 4),
        ("6398000", 7), ("6400000", 3), ("6450000", 7), ("6460000", 3), ("6480000", 7), ("6490000", 3), ("6550000", 4),
        ("6560000", 3), ("7000000", 4), ("8500000", 5), ("9000000", 6), ("9003710", 7), ("9003720", 6), ("9500000", 7),
    ),
    "3": (
        ("0000000", 2), ("0300000", 3), ("0340000", 4), ("0370000", 5), ("0400000", 2), ("2000000", 3), ("6890000", 5),
        ("6950000", 4), ("8500000", 5), ("9000000", 6), ("9500000", 7), ("9540000", 5), ("9700000", 7), ("9850000", 5),
    ),
    "80": (
        ("0000000", 2), ("2000000", 3), ("5300000", 5), ("5500000", 3), ("6900000", 5), ("7000000", 4), ("8500000", 5),
        ("9000000", 6), ("9990000", 5),
    ),
    "83": (("0000000", 2), ("2000000", 3), ("6000000", 5), ("7000000", 4), ("8500000", 5), ("9000000", 6)),
}  # fmt: skip


def hyphenated(digits: str) -> str:
    """``978-3-522-20260-2`` for 13 digits of a known group; anything else as it came."""
    if len(digits) != 13 or not digits.isdecimal() or not digits.startswith("978"):
        return digits
    group = next((group for group in _PUBLISHERS if digits.startswith(group, 3)), "")
    if not group:
        return digits
    rest = digits[3 + len(group) : 12]
    ranges = _PUBLISHERS[group]
    length = ranges[bisect_right(ranges, (rest[:7].ljust(7, "0"), 9)) - 1][1]
    return "-".join(("978", group, rest[:length], rest[length:], digits[12]))
