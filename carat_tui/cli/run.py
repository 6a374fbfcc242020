"""``carat run``: the engine without a screen."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import command
from carat_tui.cli.printing import count
from carat_tui.model.clock import Clock, fixed_clock
from carat_tui.model.errors import CaratError
from carat_tui.model.text import visible

if TYPE_CHECKING:
    from carat_tui.engine import Engine
    from carat_tui.services.tally import Tally

_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
_LAST_WORD_S = 4.8
_PATIENCE_S = 2.0
"""A message by hand or an import may hold the engine's lock for a moment."""


@command("run", "carat run --once --json")
@click.option("--once", is_flag=True, help="Work off everything that lies there, then end.")
@click.option("--now", metavar="T", help="Set the engine's clock (ISO 8601); refused in live mode.")
def run(call: Call, once: bool, now: str | None) -> int:
    """The engine: takes files in as they come, plans, writes and hands over, until TERM or Ctrl+C.

    `--once` ends when all that is there now is done; exit 1 when something of it needs a person.
    """
    from carat_tui.engine import Engine
    from carat_tui.services.home import require

    home = require(call.home())
    store = call.store(check_s=2.0)
    if now is not None:
        call.clock = _clock(call, now, once)
    if once:
        with Engine(home, store, call.clock, echo=bool(call.verbose), patience_s=_PATIENCE_S) as engine:
            return _once(call, engine)
    with _signals() as told, Engine(home, store, call.clock, echo=True, patience_s=_PATIENCE_S) as engine:
        return _until_told(call, engine, told)


def _clock(call: Call, now: str, once: bool) -> Clock:
    """A clock that begins at ``now``: it stands still for one round and goes on with the machine's otherwise."""
    from carat_tui.store import settings

    if settings.mode(call.store().read()).name == "live":
        raise CaratError("--now is refused in live mode: customers live by the real clock.", "carat mode rehearsal")
    start = datetime.fromisoformat(call.since(now) or "")
    if once:
        return fixed_clock(start)
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def _once(call: Call, engine: Engine) -> int:
    began = time.monotonic()
    done = engine.run_once()
    document = {
        "files": done.files,
        "rows": done.rows,
        "events": dict(done.events),
        "messages": dict(done.messages),
        "sent": dict(done.sent),
        "failed": done.failed,
        "unclear": done.unclear,
        "seconds": round(time.monotonic() - began, 3),
        "rejected": done.rejected,
        "quarantined": done.quarantined,
    }
    call.show(document, lambda: _words(done))
    return 1 if done.needs_a_person else 0


def _words(done: Tally) -> list[str]:
    def counts(numbers: Mapping[str, int]) -> str:
        return ", ".join(f"{number} {kind}" for kind, number in numbers.items()) or "none"

    lines = [
        f"files     {done.files} ({count(done.rows, 'row')})",
        f"events    {counts(done.events)}",
        f"messages  {counts(done.messages)}",
        f"sent      {counts(done.sent)}",
    ]
    for number, words in (
        (done.rejected, "rejected: `carat task list`"),
        (done.quarantined, "put into quarantine: `carat doctor`"),
        (done.failed, "failed: `carat outbox list --state failed`"),
        (done.unclear, "unclear: `carat outbox list --state unclear`"),
        (done.messages.get("held", 0), "held for you: `carat outbox list --state held`"),
    ):
        lines += [f"  {number} {words}"] if number else []
    return lines


@contextlib.contextmanager
def _signals() -> Iterator[queue.SimpleQueue[str]]:
    """A queue in which the signals to stop arrive. A signal must not meet a lock that the interrupted code holds, and
    the ``put`` of this queue is the one that may be called in a handler."""
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    before = {name: signal.signal(getattr(signal, name), lambda *_: told.put("signal")) for name in _present()}
    try:
        yield told
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _until_told(call: Call, engine: Engine, told: queue.SimpleQueue[str]) -> int:
    """Let the engine work in a thread and wait here for a signal."""
    began = time.monotonic()
    stop = threading.Event()
    trouble: list[BaseException] = []
    hanging: list[str] = []

    def work() -> None:
        try:
            hanging.extend(engine.run(stop))
        except BaseException as error:  # raised again below, in the thread that answers to the person
            trouble.append(error)
        told.put("ended")

    worker = threading.Thread(target=work, name="engine", daemon=True)
    worker.start()
    call.note(f"The engine runs on {visible(str(engine.home.root))}. Ctrl+C or TERM ends it.")
    _wait(told)
    stop.set()
    worker.join(_LAST_WORD_S)
    seconds = round(time.monotonic() - began, 3)
    call.show(
        {"stopped": True, "seconds": seconds, "trouble": dict(engine.trouble)}, lambda: ["The engine has stopped."]
    )
    if worker.is_alive() or hanging:
        # What hangs now (a large import, a silent server) is taken up by the next start; TERM means within 5 s.
        call.note("The engine was ended in the middle of its work; the next start clears up.")
        sys.stdout.flush()
        os._exit(0)
    if trouble:
        raise trouble[0]
    return 0


def _present() -> list[str]:
    return [name for name in _SIGNALS if hasattr(signal, name)]


def _wait(told: queue.SimpleQueue[str]) -> None:
    while True:
        try:
            told.get(timeout=0.5)  # Windows delivers Ctrl+C only between two waits
        except queue.Empty:
            continue
        return


COMMANDS = {"run": run}
