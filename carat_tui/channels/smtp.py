"""E-mail to a mail server: one connection for many messages, and the final dot as the one irrevocable moment."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Mapping

from carat_tui.channels import smtp_answers
from carat_tui.channels.deadline import Watch
from carat_tui.channels.smtp_envelope import Letter, Unsendable, prepare
from carat_tui.channels.smtp_login import PORTS, STANDARD, Ill, Limits, Line, SmtpSettings, connect
from carat_tui.channels.smtp_wire import Broken, Reply
from carat_tui.model.message import Answer, Outcome, Outgoing

_GOODBYE_S = 2.0


def settings_of(config: Mapping[str, str], secret: str, limits: Limits = STANDARD) -> SmtpSettings:
    """A route's settings from its configured keys; the port follows the security where none is given."""
    security = config["security"]
    port = int(config["port"]) if config["port"] else PORTS[security]
    return SmtpSettings(config["host"], port, security, config["user"], config["auth"], secret, limits)


class SmtpChannel:
    """A route of kind ``smtp``; its sessions are connections of their own."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._watches: set[Watch] = set()
        self._aborted = False

    def open(self) -> SmtpSession | Answer:
        """Connect and log in."""
        session = SmtpSession(self)
        refused = session.reopen()
        return refused if refused is not None else session

    def holds(self, item: Outgoing) -> bool | None:
        """A mail server cannot be asked whether it took a message."""
        return None

    def abort(self) -> None:
        """Shut every connection down; whoever waits on one gets its answer at once."""
        with self._lock:
            self._aborted = True
            for watch in self._watches:
                watch.shut()

    def connect(self) -> tuple[Line, Watch]:
        """A new connection under watch. Raises ``Ill``."""
        watch = Watch(self._settings.limits.opening)
        with self._lock:
            if self._aborted:
                watch.stop()
                raise Ill("sending was stopped")
            self._watches.add(watch)
        try:
            return connect(self._settings, self._tls, watch), watch
        except BaseException:
            self.forget(watch)
            raise

    def forget(self, watch: Watch) -> None:
        """A connection is over."""
        watch.stop()
        with self._lock:
            self._watches.discard(watch)

    @property
    def limits(self) -> Limits:
        return self._settings.limits

    def _tls(self) -> ssl.SSLContext:
        # Without a context of this kind Python checks neither certificate nor host name (reliability §1.6).
        with self._lock:
            if self._context is None:
                self._context = ssl.create_default_context()
                self._context.minimum_version = ssl.TLSVersion.TLSv1_2
            return self._context


class SmtpSession:
    """One connection; when it is lost the next message gets a new one."""

    def __init__(self, channel: SmtpChannel) -> None:
        self._channel = channel
        self._line: Line | None = None
        self._watch: Watch | None = None
        self._carried = 0
        self._lost = ""

    def reopen(self) -> Answer | None:
        """Make a connection; the answer says why that was not possible."""
        try:
            self._line, self._watch = self._channel.connect()
            self._carried, self._lost = 0, ""
            return None
        except Ill as error:
            return Answer(Outcome.ROUTE_ILL, str(error), retry_after_s=error.again_s)

    def send(self, item: Outgoing, about_to_hand_over: Callable[[], None]) -> Answer:
        """Hand a message over; see ``model.message.Session``."""
        used_before = self._line is not None and self._carried > 0
        answer = self._try(item, about_to_hand_over)
        if answer is None and used_before:
            # Many servers end a connection after some time or number of messages; that is no trouble of the route.
            answer = self._try(item, about_to_hand_over)
        return answer or Answer(Outcome.RETRY, "the connection was lost before the message was handed over")

    def close(self) -> None:
        """Say goodbye if the server still listens."""
        if self._line is not None:
            try:
                self._line.wire.patience(_GOODBYE_S)
                self._line.wire.deadline(_GOODBYE_S)
                self._line.wire.command("QUIT")
            except Broken:
                pass  # it hung up first: goodbye all the same
        self._drop()

    def _try(self, item: Outgoing, about_to_hand_over: Callable[[], None]) -> Answer | None:
        """One try on one connection; ``None`` = the connection was gone before the server said anything."""
        if self._line is None and (refused := self.reopen()) is not None:
            return refused
        assert self._line is not None
        try:
            letter = prepare(item, self._line.offers)
        except Unsendable as error:
            return Answer(Outcome.FAILED, str(error))
        self._line.wire.deadline(self._channel.limits.envelope)
        try:
            replies = self._envelope(letter)
        except BaseException:
            self._drop()
            raise
        if not replies or (replies[0][1].code == 421 and self._carried):
            self._drop()
            return None
        refused = self._refusal(replies, letter)
        return refused if refused is not None else self._hand_over(letter, about_to_hand_over)

    def _envelope(self, letter: Letter) -> list[tuple[str, Reply]]:
        """The replies to MAIL, RCPT (and the archive's) and DATA, as far as the server gave them."""
        assert self._line is not None
        wire = self._line.wire
        steps = [("MAIL", letter.mail), ("RCPT", letter.rcpt), ("copy", letter.copy), ("DATA", "DATA")]
        steps = [(name, line) for name, line in steps if line]
        together = "PIPELINING" in self._line.offers
        replies: list[tuple[str, Reply]] = []
        try:
            if together:
                wire.send("".join(f"{line}\r\n" for _, line in steps).encode("utf-8"))
            for name, line in steps:
                replies.append((name, wire.reply() if together else wire.command(line)))
                if not together and name != "copy" and replies[-1][1].code >= 400:
                    break
        except Broken as error:
            self._lost = str(error)
        return replies

    def _refusal(self, replies: list[tuple[str, Reply]], letter: Letter) -> Answer | None:
        """The first reply that forbids going on, with the connection put in order; ``None`` = the body may follow."""
        for stage, reply in replies:
            fine = reply.code == 354 if stage == "DATA" else reply.positive or stage == "copy"
            if not fine:
                self._tidy(replies)
                return smtp_answers.before_the_dot(stage, reply)
        if replies[-1][0] != "DATA":
            self._drop()
            return Answer(Outcome.RETRY, f"before the message was handed over {self._lost}")
        return None

    def _tidy(self, replies: list[tuple[str, Reply]]) -> None:
        """After a refusal: forget the transaction, or the connection where the server already expects a body."""
        stage, last = replies[-1]
        waits_for_body = stage == "DATA" and last.code == 354
        odd = any(reply.code == 421 or reply.code < 200 for _, reply in replies)
        try:
            assert self._line is not None
            if self._lost or waits_for_body or odd or not self._line.wire.command("RSET").positive:
                self._drop()
        except Broken:
            self._drop()

    def _hand_over(self, letter: Letter, about_to_hand_over: Callable[[], None]) -> Answer:
        assert self._line is not None
        wire, limits = self._line.wire, self._channel.limits
        try:
            wire.send(letter.body)
            if wire.spoke_early():
                self._drop()
                return Answer(Outcome.RETRY, "the server hung up or spoke before the message was complete")
            about_to_hand_over()
            wire.send(b".\r\n")
        except Broken as error:
            # The dot did not leave this machine whole, so nobody can have accepted the message.
            self._drop()
            return Answer(Outcome.RETRY, f"before the message was complete: {error}")
        except BaseException:
            self._drop()
            raise
        return self._verdict(limits)

    def _verdict(self, limits: Limits) -> Answer:
        """The reply to the final dot. From here on silence means that nobody knows."""
        assert self._line is not None
        wire = self._line.wire
        try:
            wire.deadline(limits.dot)
            wire.patience(limits.dot)
            reply = wire.reply()
            wire.patience(limits.command)
        except Broken as error:
            self._drop()
            return Answer(Outcome.UNCLEAR, f"after the whole message was sent: {error}")
        self._carried += 1
        answer = smtp_answers.after_the_dot(reply)
        if answer.outcome in (Outcome.UNCLEAR, Outcome.ROUTE_ILL):
            self._drop()
        return answer

    def _drop(self) -> None:
        if self._line is not None and self._watch is not None:
            self._line.wire.close()
            self._channel.forget(self._watch)
        self._line = self._watch = None
