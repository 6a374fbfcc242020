"""What must always hold in the outbox, as queries that find nothing (reliability §3.4)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from carat_tui.model.clock import stamp

_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold, and the messages (ids, at most 20) where it does not."""

    rule: str
    ids: tuple[int, ...]


RULES: dict[str, str] = {
    "a sent message has an attempt that the route accepted, or a person said that it was sent": """
        SELECT m.id FROM message m WHERE m.state IN ('sent', 'delivered', 'undelivered')
        AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.message_id = m.id AND a.outcome = 'sent' AND a.words <> '')
        AND NOT EXISTS (SELECT 1 FROM journal j
                        WHERE j.subject = 'message' AND j.subject_id = m.id AND j.what = 'resolved: sent')""",
    "no message was accepted twice": """
        SELECT message_id FROM attempt WHERE outcome = 'sent' GROUP BY message_id HAVING count(*) > 1""",
    "nothing is tried after it was accepted": """
        SELECT a.message_id FROM attempt a JOIN attempt sent ON sent.message_id = a.message_id AND sent.outcome = 'sent'
        WHERE a.id > sent.id""",
    "an attempt without a result belongs to a message that is being handed over": """
        SELECT a.message_id FROM attempt a JOIN message m ON m.id = a.message_id
        WHERE a.ended_at IS NULL AND m.state <> 'sending'""",
    "a message that is being handed over has one attempt without a result": """
        SELECT m.id FROM message m INDEXED BY message_state WHERE m.state = 'sending'
        AND (SELECT count(*) FROM attempt a WHERE a.message_id = m.id AND a.ended_at IS NULL) <> 1""",
    "a waiting message has a time": """
        SELECT id FROM message INDEXED BY message_state WHERE state = 'waiting' AND due_at IS NULL""",
    "no try is more than a day away": """
        SELECT id FROM message INDEXED BY message_state
        WHERE state = 'waiting' AND waits_for = 'retry' AND due_at > :in_a_day""",
    "an unclear, failed, held or skipped message says why": """
        SELECT id FROM message INDEXED BY message_state
        WHERE state IN ('unclear', 'failed', 'held', 'skipped') AND coalesce(reason, '') = ''""",
    "the bytes of a sent message are those of its attempt": """
        SELECT m.id FROM message m JOIN message_body b ON b.message_id = m.id
        JOIN attempt a ON a.message_id = m.id AND a.outcome = 'sent' WHERE m.state = 'sent' AND a.sha256 <> b.sha256""",
    "a Message-ID belongs to one message": """
        SELECT max(id) FROM message WHERE message_ref IS NOT NULL GROUP BY message_ref HAVING count(*) > 1""",
    "a finished message has its bytes": """
        SELECT m.id FROM message m WHERE m.composed = 1 AND m.state IN ('waiting', 'sending', 'unclear')
        AND NOT EXISTS (SELECT 1 FROM message_body b WHERE b.message_id = m.id)""",
    "a letter is not repeated without a person's decision": """
        SELECT a.message_id FROM attempt a JOIN message m ON m.id = a.message_id AND m.channel = 'letter'
        WHERE a.outcome = 'unclear'
        AND EXISTS (SELECT 1 FROM attempt b WHERE b.message_id = a.message_id AND b.id > a.id)
        AND NOT EXISTS (SELECT 1 FROM journal j
                        WHERE j.subject = 'message' AND j.subject_id = a.message_id
                        AND j.what IN ('resolved: resend', 'released'))""",
}
"""Rule in words → query for the messages that break it."""

WITHOUT_ENGINE = "no message is being handed over while no engine runs"
_WITHOUT_ENGINE = "SELECT id FROM message INDEXED BY message_state WHERE state = 'sending'"


def check(conn: sqlite3.Connection, now: datetime, *, engine_runs: bool) -> list[Finding]:
    """Every rule that does not hold. ``engine_runs``: somebody has the engine's lock, so ``sending`` is no finding."""
    rules = RULES if engine_runs else {**RULES, WITHOUT_ENGINE: _WITHOUT_ENGINE}
    values = {"in_a_day": stamp(now + timedelta(days=1, hours=1))}
    found = []
    for rule, query in rules.items():
        ids = tuple(row[0] for row in conn.execute(f"{query} LIMIT {_LIMIT}", values if ":in_a_day" in query else {}))
        if ids:
            found.append(Finding(rule, ids))
    return found
