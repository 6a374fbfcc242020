"""One call of the program: which home, how to print, by which clock, on whose behalf."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from carat_tui.model.clock import Clock, stamp, system_clock
from carat_tui.model.home import Home

if TYPE_CHECKING:
    from datetime import tzinfo

    from carat_tui.store.database import Store


_SENSIBLE = (1970, 2999)
"""Years that may be typed: at the ends of the calendar every sum of a moment and a delay would overflow."""


class PipeClosed(Exception):
    """The reader of our output has gone (``carat … | head``): there is nobody to print for."""


@dataclass(slots=True)
class Call:
    """The common options of every command and what follows from them. The store is opened once, when first needed."""

    home_option: str = ""
    json: bool = False
    lang: str = ""
    verbose: int = 0
    clock: Clock = system_clock
    _store: Store | None = field(default=None, repr=False)
    _zone: tzinfo | None = field(default=None, repr=False)

    def home(self) -> Home:
        """The home that is meant (DESIGN §5); it need not exist yet."""
        from carat_tui.services.home import locate

        return locate(self.home_option, os.environ, Path.cwd())

    def store(self, *, check_s: float = 0.05) -> Store:
        """The home's database; ``StoreError`` (exit 4) when it is missing, damaged or too new.

        ``check_s``: seconds to look at its health; short, because the engine and ``doctor`` look thoroughly.
        """
        if self._store is None:
            from carat_tui.store.database import Store

            self._store = Store.open(self.home().database, check_s=check_s)
        return self._store

    def stamp(self) -> str:
        """The present moment as the store keeps it."""
        return stamp(self.clock())

    @property
    def who(self) -> str:
        """The operating system's user, for the journal."""
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):  # no entry for this user id: containers, services
            return "unknown"

    def local(self, moment: str | None) -> str | None:
        """A stamp of the store in the shop's time zone, ISO 8601 with offset, to the second."""
        if not moment:
            return None
        from datetime import datetime

        return datetime.fromisoformat(moment).astimezone(self._timezone()).isoformat(timespec="seconds")

    def since(self, text: str | None) -> str | None:
        """A day or moment as typed (the shop's time zone unless it says another) as the store keeps it."""
        if text is None:
            return None
        from datetime import datetime

        from carat_tui.model.errors import CaratError

        try:
            typed = datetime.fromisoformat(text)
        except ValueError:
            raise CaratError(f"{text!r} is no day or time.", "Write 2026-03-02 or 2026-03-02T14:30.") from None
        if not _SENSIBLE[0] <= typed.year <= _SENSIBLE[1]:
            raise CaratError(
                f"{text!r} is out of reach.", f"Years from {_SENSIBLE[0]} to {_SENSIBLE[1]} are known here."
            )
        return stamp(typed if typed.tzinfo else typed.replace(tzinfo=self._timezone()))

    def _timezone(self) -> tzinfo:
        if self._zone is None:
            from zoneinfo import ZoneInfo

            from carat_tui.store import settings

            self._zone = ZoneInfo(settings.get(self.store().read(), "shop.timezone"))
        return self._zone

    def close(self) -> None:
        """Close what was opened."""
        if self._store is not None:
            self._store.close()
            self._store = None

    # -- printing -----------------------------------------------------------------------------------------------

    def show(self, document: object, lines: Callable[[], Iterable[str]]) -> None:
        """The result: ``document`` with ``--json``, else the ``lines`` for people (already made visible)."""
        if self.json:
            # On a terminal nothing of foreign data may act as a control character; in a pipe UTF-8 stays UTF-8.
            escaped = sys.stdout.isatty()
            _write(json.dumps(document, ensure_ascii=escaped, indent=2, default=str))
            return
        for line in lines():
            _write(line)

    def say(self, sentence: str) -> None:
        """A sentence for people beside the result: on stdout, or on stderr when stdout carries JSON."""
        _write(sentence, err=self.json)

    def note(self, sentence: str) -> None:
        """A remark that is no part of the result: always on stderr."""
        _write(sentence, err=True)


def _write(text: str, *, err: bool = False) -> None:
    import click

    from carat_tui.cli.printing import colourful

    try:
        click.echo(text, err=err, color=colourful(sys.stderr if err else sys.stdout))
    except BrokenPipeError:
        raise PipeClosed from None
