"""An import profile: how one feed is recognised, read and mapped (erp-exports §8). ``profile_file`` reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from carat_tui.intake.fields import Field


@dataclass(frozen=True, slots=True)
class Match:
    """Which files are of this feed: globs on the name (case does not count), ``folder`` below the inbox."""

    files: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    folder: str = ""
    priority: int = 0
    sequence: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """When a file counts as whole and what becomes of it; None = the setting of the home."""

    mode: str = "stable"
    settle_s: float | None = None
    trigger: str = ""
    max_wait_s: float | None = None
    after: str = "keep"
    move_to: str = "../done"


@dataclass(frozen=True, slots=True)
class Read:
    """The shape of the text; empty ``encoding`` or ``delimiter`` = found out from the file."""

    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    escape: str = ""
    header: bool = True
    header_match: tuple[str, ...] = ()
    skip_when: re.Pattern[str] | None = None
    fingerprint: str = ""
    """first hex digits of ``mapping.fingerprint`` of the header that the profile was made for; "" = any header"""


@dataclass(frozen=True, slots=True)
class KeepRows:
    """Only rows whose ``col`` holds one of ``values`` (or none of them, with ``exclude``) are of interest."""

    col: str
    values: frozenset[str]
    exclude: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """One feed. ``hash`` changes with every byte of the file: what a re-export may skip is valid for one hash only."""

    name: str
    path: Path
    hash: str
    source: str
    document: str
    """``document.kind`` of the header section, empty for a list of customers"""
    first_entity: str
    """what created/changed/unchanged of a report count: ``order``, ``order_line`` or ``customer``"""
    match: Match
    ready: Ready
    read: Read
    group_style: str
    group_key: str
    inherit: tuple[str, ...]
    normalise: tuple[str, ...]
    header: tuple[Field, ...]
    lines: tuple[Field, ...]
    customer: tuple[Field, ...]
    keep_rows: tuple[KeepRows, ...] = ()
    max_reject_pct: float = 20.0
    max_age_days: int = 7
    clear_empty: bool = False
    baseline: str = "auto"
    version: int = 1
    warnings: tuple[str, ...] = ()
    """what the profile says and this program does not do yet"""
