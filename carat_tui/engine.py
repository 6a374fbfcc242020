"""The clockwork: runs the stages, owns the lock of the home, the threads and the stop.

``run_once`` goes through all stages one after another and ends; ``run`` keeps them going side by side: intake,
writing (plan and compose), sending, and the index for searches. They meet in the store alone; an event only saves the
next one its waiting time. A stage that fails is told, waits and starts again; it takes no other with it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType

from carat_tui.compose.renderer import Renderer
from carat_tui.compose.write import compose_due, compose_one
from carat_tui.intake.inbox import Inbox
from carat_tui.intake.report import Report
from carat_tui.model.clock import Clock
from carat_tui.model.errors import Busy, CaratError, Exchanged
from carat_tui.model.home import Home
from carat_tui.outbox.dispatch import Dispatcher
from carat_tui.rules.plan import plan
from carat_tui.services import disk, heartbeat, secrets
from carat_tui.services.crash import foreseen, write_crash
from carat_tui.services.log import Log
from carat_tui.services.tally import Tally, mark, tally
from carat_tui.store import settings
from carat_tui.store.database import Store
from carat_tui.store.lock import FileLock
from carat_tui.store.search_feed import Feed, being_taken_in

_LOOK_S = 1.0
_COMPOSE_AT_ONCE = 500
_LONGEST_PAUSE_S = 60.0
_PATIENCE_S = 4.6
_FRESH = timedelta(seconds=3 * heartbeat.EVERY_S)
"""The sign of life of an engine that ended without a word counts no longer."""
_INDEX_S = 20.0
"""How long a single round goes on with the search index; only after the first large import it is not enough."""


class Engine:
    """The engine of one home, as a context manager: holding the lock is being the engine."""

    def __init__(
        self,
        home: Home,
        store: Store,
        clock: Clock,
        *,
        echo: bool = False,
        patience_s: float = 0.0,
        cockpit: bool = False,
    ) -> None:
        """``echo``: say on stderr what goes into the log. ``patience_s``: how long to wait for the lock, because a
        message by hand or an import holds it for a moment, too. ``cockpit``: it works beside a cockpit's screens."""
        self.home = home
        self.store = store
        self.clock = clock
        self.log = Log(home.logs, clock, echo=echo)
        self.trouble: dict[str, str] = {}
        """Stage → what ails it, as the heartbeat tells it."""
        self.refused: dict[Path, str] = {}
        """File → why it could not be looked into."""
        self._lock = FileLock(home.engine_lock)
        self._patience_s = patience_s
        self._cockpit = cockpit
        self._recovered = False
        self._left_behind: list[str] = []
        self._dispatcher = Dispatcher(store, home, clock, partial(secrets.secret_of, home))
        self._write_now = threading.Event()
        self._send_now = threading.Event()

    def __enter__(self) -> Engine:
        """Take the lock; ``Busy`` (exit 3) when another engine has it."""
        until = time.monotonic() + self._patience_s
        while not self._lock.try_acquire():
            if time.monotonic() < until:
                time.sleep(0.05)
                continue
            self._lock.close()
            raise self._busy()
        try:
            self.store.still_the_same()  # whoever had the lock may have brought back a copy
        except Exchanged:
            self._lock.close()
            raise
        self.log.listen()
        return self

    def _busy(self) -> Busy:
        last = heartbeat.last(self.home)
        if last is not None and last.cockpit and abs(self.clock() - last.at) < _FRESH:
            return Busy(
                "A cockpit is open on this home and does the engine's work.",
                "Let it, or close it first; `carat doctor` names its process.",
            )
        return Busy("Another engine works on this home.", "`carat doctor` names its process; stop it first.")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.log.close()
        self._lock.close()

    # -- one round ----------------------------------------------------------------------------------------------

    def run_once(self) -> Tally:
        """Take in everything that lies in the watch folder, plan, write, hand over what is due; then end.

        Raises what a stage raises: with nobody watching, a round that could not be finished must not look like one.
        """
        since = mark(self.store.read())
        self._recover()
        reports = list(self._inbox().take_all()) if self._room("intake") else []
        plan(self.store, self.clock())
        with Renderer() as renderer:
            while self._compose(renderer):
                pass
        if self._room("sending"):
            self._dispatcher.drain()
        Feed(self.store).all(_INDEX_S)
        return tally(self.store.read(), since, reports, refused=len(self.refused))

    def send_now(self, ids: Sequence[int]) -> None:
        """Write and hand over these messages and no others: what a person sends by hand."""
        self._recover()
        with Renderer() as renderer:
            for message_id in ids:
                compose_one(self.store, self.home, renderer, message_id, self.clock())
        for message_id in ids:
            self._dispatcher.send_one(message_id)

    # -- going on -----------------------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> list[str]:
        """Keep the stages going until ``stop`` is set; returns within five seconds of that.

        Returns the stages that are still at it then (a large import, a name server that does not answer): the caller
        ends the process under them. What they did is on the disk, and the next start goes on from there. Raises
        ``Exchanged`` when the database was replaced under it: nothing that is known here is of use then.
        """
        self.log.info("started", home=str(self.home.root))
        stages = [
            threading.Thread(target=self._keep_going, args=(name, step, stop), name=name, daemon=True)
            for name, step in (
                ("intake", self._take_in),
                ("writing", self._write),
                ("sending", self._send),
                ("search", self._index),
            )
        ]
        for stage in stages:
            stage.start()
        exchanged = self._watch_over(stop)
        stop.set()
        self.wake()
        until = time.monotonic() + _PATIENCE_S
        for stage in stages:
            stage.join(max(0.0, until - time.monotonic()))
        hanging = [*self._left_behind, *(stage.name for stage in stages if stage.is_alive())]
        self.log.info("stopped", **({"hanging": hanging} if hanging else {}))
        if exchanged:
            raise exchanged
        return hanging

    def wake(self) -> None:
        """There is something to write or to send: look at once, not at the next second."""
        self._write_now.set()
        self._send_now.set()

    def _watch_over(self, stop: threading.Event) -> Exchanged | None:
        """Leave a sign of life every ten seconds; trouble with that is told and tried again."""
        while not stop.is_set():
            try:
                self.store.still_the_same()
                heartbeat.beat(self.home, self.clock(), self.trouble, cockpit=self._cockpit)
            except Exchanged as error:
                self._ails("heartbeat", error)
                return error
            except Exception as error:
                self._ails("heartbeat", error)
            else:
                self.trouble.pop("heartbeat", None)
            stop.wait(heartbeat.EVERY_S)
        return None

    def _keep_going(self, name: str, step: Callable[[threading.Event], None], stop: threading.Event) -> None:
        pause = 1.0
        while not stop.is_set():
            try:
                step(stop)
            except Exception as error:
                self._ails(name, error)
                stop.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
            else:
                self.trouble.pop(name, None)
                pause = 1.0
        self.store.release()

    def _ails(self, name: str, error: Exception) -> None:
        """Tell it once; the same trouble again is only tried again."""
        known = foreseen(error)
        words = " ".join(str(known or error).split()) or type(error).__name__
        if self.trouble.get(name) == words:
            return
        self.trouble[name] = words
        where = "" if known else str(write_crash(error, self.home.logs, self.clock()))
        self.log.error(f"{name} has trouble and tries again", why=words, **({"details": where} if where else {}))

    # -- the stages ---------------------------------------------------------------------------------------------

    def _take_in(self, stop: threading.Event) -> None:
        """Watch the folder until there is no room, another folder is set, or the watch breaks down."""
        if not self._room("intake"):
            stop.wait(_LOOK_S)
            return
        inbox = self._inbox()
        inbox.start()
        try:
            while not stop.wait(_LOOK_S) and self._room("intake"):
                if not inbox.alive:
                    raise inbox.broke or CaratError(f"The watch over {inbox.folder} broke down.", "Look at the log.")
                if inbox.folder != self.home.inside(settings.get(self.store.read(), "intake.folder")):
                    return
        finally:
            if not inbox.stop():
                self._left_behind.append("intake")

    def _inbox(self) -> Inbox:
        return Inbox(self.store, self.home, self.clock, reported=self._reported, failed=self._refused)

    def _reported(self, report: Report) -> None:
        """A file was looked into: note it, and let the next stage look at once."""
        if report.state != "waiting":
            say = self.log.warn if report.needs_person else self.log.info
            say(
                "file", name=Path(report.file).name, state=report.state, rows=report.rows, rejected=len(report.rejected)
            )
            self._write_now.set()

    def _refused(self, path: Path, error: Exception) -> None:
        """A file could not even be looked into (a broken profile); told once, and tried again by the inbox."""
        words = " ".join(str(error).split())
        if self.refused.get(path) != words:
            self.refused[path] = words
            self.log.error("a file cannot be taken in", name=path.name, why=words)

    def _write(self, stop: threading.Event) -> None:
        with Renderer() as renderer:
            while not stop.is_set():
                plan(self.store, self.clock())
                if self._compose(renderer):
                    self._send_now.set()
                    continue
                self._write_now.wait(_LOOK_S)
                self._write_now.clear()

    def _compose(self, renderer: Renderer) -> bool:
        """Write what is due; whether anything was."""
        done = compose_due(self.store, self.home, renderer, self.clock(), limit=_COMPOSE_AT_ONCE)
        return bool(done.written or done.held)

    def _send(self, stop: threading.Event) -> None:
        self._recover()
        if self._room("sending"):
            self._dispatcher.drain(stop)
        self._send_now.wait(_LOOK_S)
        self._send_now.clear()

    def _index(self, stop: threading.Event) -> None:
        """Keep the search index up to date in a quarter of the time that there is, while a file is taken in hardly."""
        feed, pause = Feed(self.store), _LOOK_S
        while not stop.wait(pause):
            began = time.perf_counter()
            busy = feed.step()
            took = time.perf_counter() - began
            pause = 3 * took if busy and not being_taken_in(self.store.read()) else _LOOK_S

    def _recover(self) -> None:
        """Settle what an earlier engine left in the middle of being sent; once, before anything leaves."""
        if not self._recovered:
            self._dispatcher.recover()
            self._recovered = True

    def _room(self, stage: str) -> bool:
        """Whether there is room on the disk to record what happens; told when it changes (reliability §4.3)."""
        left = disk.free(self.home.data)
        if left >= disk.WARN_BYTES:
            self.trouble.pop("disk", None)
            return True
        stopped = left < disk.STOP_BYTES
        words = (
            "the disk is full: nothing is taken in or sent until there is room"
            if stopped
            else "the disk is almost full"
        )
        if self.trouble.get("disk") != words:
            self.trouble["disk"] = words
            self.log.error(words, stage=stage, free_mb=left // 1024**2)
        return not stopped
