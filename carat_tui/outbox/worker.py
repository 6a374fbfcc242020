"""One worker: one connection, one message after another, each on the disk before its irrevocable moment."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from carat_tui.model.clock import Clock, stamp
from carat_tui.model.message import Answer, ChannelKind, Outcome, Session
from carat_tui.model.text import plain
from carat_tui.outbox import record
from carat_tui.outbox.lane import Lane
from carat_tui.outbox.ledger import Ledger
from carat_tui.outbox.record import Attempt, Withdrawn
from carat_tui.outbox.routes import Route
from carat_tui.rules import window
from carat_tui.store import messages
from carat_tui.store.database import Store
from carat_tui.store.messages import Due

log = logging.getLogger(__name__)


class Unrecorded(Exception):
    """The attempt could not be put on disk, so the message did not leave; the cause says why."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What every worker needs. ``chance`` gives a number from 0 to 1 for the spread of retries."""

    store: Store
    ledger: Ledger
    clock: Clock
    chance: Callable[[], float]


class Worker:
    """Empties a lane; several may do so side by side. ``opened`` is called when its connection stands."""

    def __init__(self, tools: Tools, lane: Lane, opened: Callable[[], None]) -> None:
        self._tools = tools
        self._lane = lane
        self._opened = opened
        self._session: Session | None = None
        self._route: Route | None = None

    def run(self) -> None:
        """Work until the lane is empty or closed. Trouble with the store closes the lane."""
        try:
            while (due := self._lane.next()) is not None:
                route = self._lane.route()
                if self._postponed(due):
                    self._lane.count("postponed")
                elif route is None or not self._at(route):
                    self._lane.give_back(due)
                else:
                    self._hand_over(due, route)
                self._lane.done(due)
        except Exception as error:  # told to whoever waits for the lane
            self._lane.close(error)
        finally:
            self._leave()
            self._tools.store.release()

    def _postponed(self, due: Due) -> bool:
        """Whether the message has to wait for its window: the last look before it leaves, however it became due."""
        if due.channel != ChannelKind.SMS:
            return False
        now = self._tools.clock()
        until = window.opens_for(self._tools.store.read(), due.id, now)
        if until > now:
            self._note(partial(record.postpone, due=due, until=stamp(until), at=stamp(now)))
        return until > now

    def _at(self, route: Route) -> bool:
        """Whether the connection of ``route`` stands; if not, the route was left."""
        if self._session is not None and self._route is route:
            return True
        self._leave()
        opened = route.channel.open()
        if isinstance(opened, Answer):
            self._ill(route, opened)
            return False
        self._session, self._route = opened, route
        self._opened()
        return True

    def _leave(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = self._route = None

    def _hand_over(self, due: Due, route: Route) -> None:
        try:
            attempt, payload = self._prepared(due, route)
            self._send(attempt, payload)
        except Withdrawn as withdrawn:
            self._withdraw(due, route, withdrawn)

    def _prepared(self, due: Due, route: Route) -> tuple[Attempt, bytes]:
        """Everything that can be known before a connection is troubled with the message."""
        conn = self._tools.store.read()
        now = stamp(self._tools.clock())
        record.gate(conn, due, route, self._lane.steer, now)
        found = messages.payload(conn, due.id)
        sha256 = hashlib.sha256(found[0]).hexdigest() if found else ""
        if found is None or sha256 != found[1]:
            raise Withdrawn("damaged", "the finished message is not the one that was written")
        return Attempt(due, route, now, sha256), found[0]

    def _send(self, attempt: Attempt, payload: bytes) -> None:
        assert self._session is not None
        begun: list[Attempt] = []

        def about_to_hand_over() -> None:
            begun.append(self._begin(attempt))

        try:
            answer = self._session.send(attempt.route.outgoing(attempt.due, payload), about_to_hand_over)
        except Withdrawn:
            raise
        except Unrecorded as error:
            raise error.__cause__ or error from None
        except Exception as error:  # a defect met by this message; the next one gets a fresh connection
            log.exception("message %s made a worker fail", attempt.due.id)
            self._leave()
            words = plain(f"{type(error).__name__}: {error}")
            self._note(
                partial(record.died, attempt=begun[0] if begun else attempt, words=words, now=self._tools.clock())
            )
            self._lane.count(messages.DIED)
            return
        self._judge(begun[0] if begun else attempt, answer)

    def _begin(self, attempt: Attempt) -> Attempt:
        """The write before the irrevocable moment; from its commit on the message counts as possibly handed over."""
        if self._lane.closed:
            raise Withdrawn("steering", "sending was stopped")
        begun = Attempt(attempt.due, attempt.route, stamp(self._tools.clock()), attempt.sha256)
        try:
            row = self._tools.store.write(lambda conn: record.begin(conn, begun, self._lane.steer))
        except Withdrawn:
            raise
        except Exception as error:
            raise Unrecorded from error
        return Attempt(begun.due, begun.route, begun.started, begun.sha256, row)

    def _judge(self, attempt: Attempt, answer: Answer) -> None:
        now, chance = self._tools.clock(), self._tools.chance()
        unclear, ill = answer.outcome == Outcome.UNCLEAR, answer.outcome == Outcome.ROUTE_ILL
        if ill and attempt.row is None and not self._lane.is_last(attempt.route):
            self._lane.give_back(attempt.due)  # the next route takes it at once
        else:
            self._note(partial(record.finish, attempt=attempt, answer=answer, now=now, chance=chance))
            self._lane.count(answer.outcome)
        if ill:
            self._ill(attempt.route, answer)
        elif self._lane.doubtful(unclear):
            words = f"three messages in a row are unclear, at last: {answer.words}"
            self._ill(attempt.route, Answer(Outcome.ROUTE_ILL, words))
        elif attempt.route.account.paused_since is not None and not unclear:
            self._note(partial(record.well_again, name=attempt.route.name, now=now))

    def _ill(self, route: Route, answer: Answer) -> None:
        """Pause the route and go to the next one; the first worker to find out does it for all."""
        if self._lane.closed or not self._lane.leave(route):
            return
        log.warning("route %s is paused: %s", route.name, answer.words)
        self._note(partial(record.pause, name=route.name, answer=answer, now=self._tools.clock()))
        self._lane.count(f"paused {route.name}")

    def _withdraw(self, due: Due, route: Route, withdrawn: Withdrawn) -> None:
        at, words = stamp(self._tools.clock()), str(withdrawn)
        match withdrawn.why:
            case "suppressed":
                self._note(partial(record.skip, due=due, reason=words, at=at))
                self._lane.count("skipped")
            case "damaged":
                self._note(partial(record.hold, due=due, reason=words, at=at))
                self._lane.count("held")
            case "route":
                self._lane.give_back(due)
                self._lane.leave(route)
            case "steering":
                self._lane.close()

    def _note(self, job: Callable[[sqlite3.Connection], None]) -> None:
        self._tools.ledger.put(job)
