"""The engine beside the screens: hosted in threads of this process, unless another process has it already.

It belongs to the program and not to the app: an app that is opened anew after a fault finds it still at work.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import TYPE_CHECKING

from carat_tui.model.errors import Busy, Exchanged
from carat_tui.services.crash import foreseen, write_crash
from carat_tui.store.health import look_before_opening
from carat_tui.store.schema import MIGRATIONS

if TYPE_CHECKING:
    from carat_tui.engine import Engine
    from carat_tui.model.clock import Clock
    from carat_tui.model.home import Home
    from carat_tui.store.database import Store

_LOOK_S = 2.0
"""How often to see whether the other process has let go."""
_PATIENCE_S = 5.0
_CHECK_S = 2.0
"""How long to look at the health of the database before anything is sent."""


class Place(StrEnum):
    """Where the engine of this home works."""

    STARTING = "starting"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"


class EngineRoom:
    """Keeps the engine going from ``start`` to ``stop``. ``trouble`` says what ails it (stage → sentence)."""

    def __init__(self, home: Home, store: Store, clock: Clock) -> None:
        self.place = Place.NOWHERE
        self._home, self._store, self._clock = home, store, clock
        self._engine: Engine | None = None
        self._trouble = ""
        self._hanging: list[str] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def trouble(self) -> dict[str, str]:
        """What ails the engine of this process."""
        engine = self._engine
        return dict(engine.trouble) if engine else {"engine": self._trouble} if self._trouble else {}

    def start(self) -> None:
        """Begin to be the engine, or to wait for the turn; returns at once."""
        if self._thread is None:
            self.place = Place.STARTING
            self._thread = threading.Thread(target=self._keep, name="engine room", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """There is something to write or to send."""
        if self._engine is not None:
            self._engine.wake()

    def stop(self) -> list[str]:
        """End the engine within about five seconds; returns the stages that are still at it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)
            if self._thread.is_alive():
                self._hanging = self._hanging or ["engine"]
        return self._hanging

    def _keep(self) -> None:
        sound = False
        while not self._stop.is_set():
            try:
                if not sound:
                    look_before_opening(self._store.path, _CHECK_S, len(MIGRATIONS))
                    sound = True
                self._be_the_engine()
            except Busy:
                self.place, self._trouble = Place.ELSEWHERE, ""
                self._stop.wait(_LOOK_S)
            except Exception as error:
                self._fails(error)
        self.place = Place.NOWHERE
        self._store.release()

    def _fails(self, error: Exception) -> None:
        """Say it and wait before the next try; on a database that is another one by now there is none."""
        known = foreseen(error)
        self.place, self._trouble = Place.NOWHERE, " ".join(str(known or error).split()) or type(error).__name__
        if known is None:
            write_crash(error, self._home.logs, self._clock())
        if isinstance(error, Exchanged):
            self._stop.set()
        self._stop.wait(5 * _LOOK_S)

    def _be_the_engine(self) -> None:
        from carat_tui.engine import Engine  # here, so that the first picture need not wait for its libraries

        with Engine(self._home, self._store, self._clock, cockpit=True) as engine:
            self._engine, self.place, self._trouble = engine, Place.HERE, ""
            try:
                self._hanging = engine.run(self._stop)
            finally:
                self._engine = None
