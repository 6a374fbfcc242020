"""Where things stand on an A4 sheet: profiles as data, and the check that nothing stands where nothing may.

All measures in millimetres from the top left corner. Source: DOMAIN A.1, A.3, A.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
LEFT, RIGHT_EDGE = 25.0, 190.0
TOP_OF_NEXT_PAGES = 25.0
BODY_BOTTOM = 268.0
FOOT_TOP = 276.0
GAP_BEFORE_SUBJECT = 8.46
"""Two lines of 4.23 mm below the address field or the information block, whichever ends lower."""

_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlaps(self, other: Box) -> bool:
        """Whether the two share an area (a shared edge is none)."""
        apart_x = self.right <= other.x + _TOLERANCE or other.right <= self.x + _TOLERANCE
        apart_y = self.bottom <= other.y + _TOLERANCE or other.bottom <= self.y + _TOLERANCE
        return not (apart_x or apart_y)

    def contains(self, other: Box) -> bool:
        """Whether ``other`` lies inside, edges included."""
        inside_x = self.x - _TOLERANCE <= other.x and other.right <= self.right + _TOLERANCE
        return inside_x and self.y - _TOLERANCE <= other.y and other.bottom <= self.bottom + _TOLERANCE


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of sheet: a window envelope or a print service.

    ``clear`` must stay empty on the first page, ``clear_everywhere`` on all. Sizes are points; ``marks`` are the fold
    marks' distances from the top (none for print services, which keep the left edge for themselves).
    """

    name: str
    address_field: Box
    address: Box
    address_size: float
    info: Box
    sender_line: Box | None
    sender_size: float = 8.0
    clear: tuple[tuple[str, Box], ...] = ()
    clear_everywhere: tuple[tuple[str, Box], ...] = ()
    marks: tuple[float, ...] = ()
    hole_mark: float | None = None


_EDGES = (
    ("left edge", Box(0, 0, 12, PAGE_HEIGHT)),
    ("upper edge", Box(0, 0, PAGE_WIDTH, 2)),
    ("lower edge", Box(0, PAGE_HEIGHT - 2, PAGE_WIDTH, 2)),
    ("right edge", Box(PAGE_WIDTH - 2, 0, 2, PAGE_HEIGHT)),
)

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "din5008b", address_field=Box(20, 45, 85, 45), address=Box(25, 62.7, 80, 27.3), address_size=10.5,
            info=Box(125, 50, 75, 40), sender_line=Box(25, 57.7, 80, 5), marks=(105, 210), hole_mark=148.5,
        ),
        Profile(
            "din5008a", address_field=Box(20, 27, 85, 45), address=Box(25, 44.7, 80, 27.3), address_size=10.5,
            info=Box(125, 32, 75, 40), sender_line=Box(25, 39.7, 80, 5), marks=(87, 192), hole_mark=148.5,
        ),
        Profile(
            "window_right", address_field=Box(105, 45, 85, 45), address=Box(110, 62.7, 80, 27.3), address_size=10.5,
            info=Box(25, 50, 75, 40), sender_line=Box(110, 57.7, 80, 5), marks=(105, 210), hole_mark=148.5,
        ),
        Profile(
            "epost", address_field=Box(20, 45, 88, 45), address=Box(25, 69.5, 81, 20.5), address_size=9,
            info=Box(125, 50, 75, 40), sender_line=Box(25, 45.3, 81, 5),
            clear=(("franking", Box(23, 52, 85, 16)),), clear_everywhere=_EDGES,
        ),
        Profile(
            "pingen", address_field=Box(20, 40, 89.5, 45.5), address=Box(24, 60.4, 81, 25), address_size=10,
            info=Box(125, 50, 75, 40), sender_line=None, clear=(("postage", Box(20, 40, 89.5, 20)),),
        ),
    )
}  # fmt: skip


class LayoutError(Exception):
    """Something does not fit the sheet; told to the person whose letter it is."""

    def __init__(self, words: str, kind: str = "layout") -> None:
        super().__init__(words)
        self.kind = kind


def subject_top(profile: Profile, info_height: float) -> float:
    """Where the subject's first line begins at the earliest (computed, not drawn from a table: DOMAIN A.1)."""
    return max(profile.address_field.bottom, profile.info.y + info_height) + GAP_BEFORE_SUBJECT


def check_zones(
    profile: Profile, first_page: Iterable[tuple[str, Box]], other_pages: Iterable[tuple[str, Box]]
) -> None:
    """Raise ``LayoutError`` if a text stands in a zone that must stay empty or outside the sheet."""
    sheet = Box(0, 0, PAGE_WIDTH, PAGE_HEIGHT)
    for texts, zones in (
        (first_page, profile.clear + profile.clear_everywhere),
        (other_pages, profile.clear_everywhere),
    ):
        for what, box in texts:
            if not sheet.contains(box):
                raise LayoutError(f"{what!r} stands outside the sheet")
            for name, zone in zones:
                if box.overlaps(zone):
                    raise LayoutError(
                        f"{what!r} stands in the zone {name!r} that the layout {profile.name} keeps empty"
                    )
