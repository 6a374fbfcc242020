"""A message as the command line shows it: the JSON keys of CLI.md, and the page for people."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from carat_tui.cli.call import Call
from carat_tui.cli.printing import facts, state, table
from carat_tui.model.text import visible
from carat_tui.services.message_page import html_of
from carat_tui.store import message_list


def message(call: Call, row: sqlite3.Row, documents: list[str]) -> dict[str, object]:
    """One row of ``outbox list``."""
    return {
        "id": row["id"],
        "key": row["key"],
        "event": row["event"],
        "documents": documents,
        "customer_no": row["customer_no"],
        "channel": row["channel"],
        "to": row["to_address"],
        "subject": row["subject"],
        "state": row["state"],
        "reason": row["reason"],
        "waits_for": row["waits_for"],
        "due_at": call.local(row["due_at"]),
        "created_at": call.local(row["created_at"]),
        "sent_at": call.local(row["sent_at"]),
        "attempts": row["attempts"],
        "route": row["route"],
        "message_id": row["message_ref"],
        "parts": row["parts"],
        "cost": row["cost"],
        "template": row["template"],
        "template_version": row["template_version"],
        "merged_into": row["merged_into"],
        "rule": row["rule"],
        "language": row["language"],
    }


def whole(call: Call, conn: sqlite3.Connection, row: sqlite3.Row) -> dict[str, object]:
    """``outbox show``: the message with its text, attachments, attempts and history."""
    number = row["id"]
    body = conn.execute("SELECT payload, text FROM message_body WHERE message_id = ?", (number,)).fetchone()
    return {
        **message(call, row, message_list.documents(conn, [number]).get(number, [])),
        "text": body["text"] if body else None,
        "html": html_of(bytes(body["payload"])) if body and row["channel"] == "email" else None,
        "attachments": [
            {"name": a["name"], "sha256": a["sha256"], "bytes": a["bytes"]}
            for a in message_list.attachments(conn, number)
        ],
        "attempt_list": [
            {
                "started_at": call.local(a["started_at"]),
                "ended_at": call.local(a["ended_at"]),
                "outcome": a["outcome"],
                "words": a["words"],
                "route": a["route"],
            }
            for a in message_list.attempts(conn, number)
        ],
        "history": [
            {"at": call.local(h["at"]), "what": h["what"], "who": h["who"], "detail": json.loads(h["detail"])}
            for h in message_list.history(conn, number)
        ],
    }


def shown_whole(found: Mapping[str, object]) -> list[str]:
    """The page for people."""
    documents, attempts, history = found["documents"], found["attempt_list"], found["history"]
    assert isinstance(documents, list)
    assert isinstance(attempts, list)
    assert isinstance(history, list)
    lines = facts(
        [
            ("message", found["id"]),
            ("state", state(str(found["state"]))),
            ("because", found["reason"]),
            ("waits for", found["waits_for"]),
            ("due", found["due_at"] if found["state"] == "waiting" else None),
            ("way", f"{found['channel']} by {found['route']}" if found["route"] else found["channel"]),
            ("to", found["to"]),
            ("customer", found["customer_no"]),
            ("documents", " ".join(documents)),
            ("event", found["event"]),
            ("template", f"{found['template']} version {found['template_version']}" if found["template"] else None),
            ("made", found["created_at"]),
            ("sent", found["sent_at"]),
            ("parts", found["parts"]),
            ("message id", found["message_id"]),
            ("subject", found["subject"]),
        ]
    )
    lines += ["", *visible(str(found["text"]).rstrip("\n"), lines=True).split("\n")] if found["text"] else []
    if attempts:
        rows = [(a["started_at"], a["route"], a["outcome"], a["words"]) for a in attempts]
        lines += ["", *table(["attempt", "route", "outcome", "in its own words"], rows)]
    if history:
        lines += ["", *table(["at", "what", "who"], [(h["at"], h["what"], h["who"]) for h in history])]
    return lines
