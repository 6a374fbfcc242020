"""The engine's log: one JSON object a line, for people and programs that look for trouble afterwards.

What happened to a message stands in the journal; the log says what the machine did. It holds counts, names of files and
routes and words of errors, never addresses, texts or secrets.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from pathlib import Path

from carat_tui.model.clock import Clock, stamp
from carat_tui.model.text import visible
from carat_tui.services.crash import write_crash

_LIMIT = 2 * 1024 * 1024
_KEEP = 5


class Log:
    """Appends lines to ``engine.log``; beyond two megabytes the file is put aside, five old ones are kept.

    Trouble with the log is no reason to stop working: it is said on stderr, once.
    """

    def __init__(self, folder: Path, clock: Clock, *, echo: bool = False) -> None:
        self.file = folder / "engine.log"
        self._clock = clock
        self._echo = echo
        self._turn = threading.Lock()
        self._silent = False
        self._ear = _Ear(self)

    def listen(self) -> None:
        """Take in what the stages say through ``logging``, from warnings upwards; ``close`` ends it."""
        logging.getLogger("carat_tui").addHandler(self._ear)

    def close(self) -> None:
        """Stop listening."""
        logging.getLogger("carat_tui").removeHandler(self._ear)

    def info(self, what: str, **facts: object) -> None:
        """Something that was to be expected."""
        self._write("info", what, facts)

    def warn(self, what: str, **facts: object) -> None:
        """Something that a person may want to look at."""
        self._write("warning", what, facts)

    def error(self, what: str, **facts: object) -> None:
        """Something that went wrong."""
        self._write("error", what, facts)

    def crash(self, error: BaseException) -> Path:
        """Write down where ``error`` came from, beside the log; returns that file."""
        return write_crash(error, self.file.parent, self._clock())

    def _write(self, level: str, what: str, facts: dict[str, object]) -> None:
        line = json.dumps(
            {"at": stamp(self._clock()), "level": level, "what": what, **facts}, ensure_ascii=False, default=str
        )
        with self._turn:
            if self._echo or level == "error":
                sys.stderr.write(visible(_sentence(what, facts)) + "\n")
            try:
                self.file.parent.mkdir(exist_ok=True, mode=0o700)
                self._turn_over()
                with self.file.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
                    out.write(line + "\n")
            except OSError as error:
                if not self._silent:
                    sys.stderr.write(visible(f"The log {self.file} cannot be written: {error.strerror}.") + "\n")
                self._silent = True

    def _turn_over(self) -> None:
        if not self.file.exists() or self.file.stat().st_size < _LIMIT:
            return
        for number in range(_KEEP - 1, 0, -1):
            older = self.file.with_name(f"engine.log.{number}")
            if older.exists():
                older.replace(self.file.with_name(f"engine.log.{number + 1}"))
        self.file.replace(self.file.with_name("engine.log.1"))


class _Ear(logging.Handler):
    """Writes what a stage said into the engine's log."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        say = self._log.error if record.levelno >= logging.ERROR else self._log.warn
        facts = {"stage": record.name.removeprefix("carat_tui.")}
        if record.exc_info and record.exc_info[1]:
            facts["details"] = str(self._log.crash(record.exc_info[1]))
        say(record.getMessage(), **facts)


def _sentence(what: str, facts: dict[str, object]) -> str:
    told = ", ".join(f"{key} {value}" for key, value in facts.items())
    return f"{what}: {told}" if told else what
