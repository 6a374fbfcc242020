"""What can go wrong, in words for the person in front of the screen.

CaratError             exit code 2: wrong use, or something that the person can put right
├── Busy               exit code 3: another engine holds this home
└── StoreError         exit code 4: the database is damaged, too new, or missing
    └── Exchanged      ... it was there when the program began, and is another one now
"""

from __future__ import annotations


class CaratError(Exception):
    """A failure that is told to a person: what happened (one sentence) and what to do about it (``hint``)."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Busy(CaratError):
    """Another engine already works on this home."""

    exit_code = 3


class StoreError(CaratError):
    """The database cannot be used as it is; nothing was touched."""

    exit_code = 4


class Exchanged(StoreError):
    """The file is not the one that was opened: removed, brought back from a copy, renewed by a newer version."""
