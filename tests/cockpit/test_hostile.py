"""Hostile text on every screen, in a real terminal: it is shown, it does nothing, and no control byte of it comes out.

Whatever the import would have cleaned is put into the store by hand, because the screen must not rely on it: names,
titles, notes, reasons, a server's words, file names, rejected rows, a template's error (threats C1 to C4).
"""

from __future__ import annotations

import re
import sqlite3
import sys

import pytest

from carat_tui.model.home import Home
from carat_tui.store import settings
from carat_tui.store.database import Store
from tests.cockpit.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals of POSIX")

HOSTILE = {
    "action": "[@click=app.quit]PWN[/]",
    "markup": "[/b]PWN[link=file:///etc/passwd]x[/link][$primary]",
    "title": "\x1b]0;PWN\x07",
    "link": "\x1b]8;;http://evil.example\x1b\\PWN\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;UFdO\x07PWN",
    "screen": "\x1b[2J\x1b[?1049l\x1b[6nPWN",
    "c1": "\x9b2JPWN\x9d0;x\x9c\x85",
    "charset": "\x0e\x1b(0PWN\x08\x08\r\n\x07",
    "bidi": "\u202ePWN\u2066x\u2069\u200f\u061c",
    "zero-width": "P\u200bW\u200dN\ufeff\u00ad\U000e0041",
    "format": "{PWN} {0.__class__} %s %(x)s",
}

_OURS = re.compile(
    rb"\x1b\[[0-9;]*m"  # colours
    rb"|\x1b\[[0-9;]*[HABCDJKGd]"  # moves of the cursor, clearing
    rb"|\x1b\[[?<>=]?[0-9;]*[hlucpqt$]+|\x1b\[\?[0-9;]*\$p"  # modes, keyboard protocols, questions about them
    rb"|\x1b\[[0-9;]* q|\x1b\]22;[a-z]*\x07|\x1b7|\x1b8|\x1b\[s"
)
"""What Textual itself writes."""
_FORBIDDEN = [
    chr(code) for code in (*range(0x80, 0xA0), 0x202E, 0x2066, 0x2069, 0x200F, 0x061C, 0x200B, 0x200D, 0xFEFF)
]


def spoil(home: Home, shift: int) -> None:
    """Put a hostile text wherever something from outside is shown, another one in each row."""
    texts = list(HOSTILE.values())

    def hostile(number: object) -> str:
        return texts[(int(str(number)) + shift) % len(texts)]

    def job(conn: sqlite3.Connection) -> None:
        conn.create_function("hostile", 1, hostile)
        for table, columns in _FOREIGN.items():
            row = "rowid" if table != "document_line" else "document_id"
            conn.execute(f"UPDATE {table} SET " + ", ".join(f"{column} = hostile({row})" for column in columns.split()))
        conn.execute("UPDATE message SET state = 'held' WHERE id % 3 = 0")
        conn.execute("UPDATE account SET pause_reason = hostile(position), paused_since = ?", (_AT,))
        issue = "INSERT INTO import_issue (file_id, line, code, reason, raw)"
        task = "INSERT INTO task (key, kind, text, created_at)"
        for number in range(len(texts)):
            conn.execute(f"{issue} SELECT max(id), 3, 'bad', hostile(?1), hostile(?1) FROM import_file", (number,))
            conn.execute(f"{task} VALUES ('hostile' || ?1, 'no_way', hostile(?1), ?2)", (number, _AT))
        conn.execute(
            "INSERT INTO suppression SELECT 'email', value, hostile(id), ?, hostile(id + 1) FROM contact"
            " WHERE type = 'email'",
            (_AT,),
        )
        settings.put(conn, "shop.name", hostile(0))

    with Store.open(home.database) as store:
        store.write(job)
    for file in (home.templates / "de").rglob("email.md.j2"):
        text = hostile(len(file.parent.name)).replace("\n", " ").replace("\r", " ")
        file.write_text(f"---\nsubject: {{{{ '{text}' | nofilter }}}}\n---\n{text}", encoding="utf-8")


_AT = "2026-03-04T08:00:00.000Z"
_FOREIGN = {
    "customer": "name company first_name last_name city",
    "document": "note shelf_no customer_ref status_raw",
    "document_line": "title author isbn13",
    "message": "subject reason",
    "message_body": "text",
    "attempt": "words",
    "import_file": "name message path",
}


def unknown_controls(raw: bytes) -> list[bytes]:
    """Control bytes that are no part of what Textual writes, with what is around them."""
    rest = _OURS.sub(b"", raw)
    found = [
        rest[max(0, hit.start() - 20) : hit.end() + 20]
        for hit in re.finditer(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", rest)
    ]
    text = rest.decode("utf-8", "replace")
    return found + [char.encode() for char in _FORBIDDEN if char in text]


@pytest.mark.parametrize("shift", [0, 5])
def test_on_every_screen_it_is_only_shown(demo_home: Home, shift: int) -> None:
    spoil(demo_home, shift)
    with Terminal(demo_home.root, columns=120, lines=40) as terminal:
        terminal.wait_for("1 Cockpit")
        for digit in "123456":
            terminal.press(digit)
            _look_around(terminal)
        terminal.press("\x10")  # the palette
        terminal.settle()
        terminal.press("PWN")
        terminal.settle()
        terminal.press("\x1b")
        terminal.settle()
        assert unknown_controls(terminal.output) == []
        assert terminal.alive, "nothing on the screen ends the program"
        terminal.press("\x11")
        assert terminal.end() == 0
    assert list(demo_home.logs.glob("crash-*")) == []


def _look_around(terminal: Terminal) -> None:
    """Down, open, help, search, back; and a click on some cells."""
    for keys in ("\x1b[B", "\r", "\x1b", "\x1b[B", "\x1b[B", "\r", "\x1b", "?", "\x1b", "/", "P", "\x1b", "\x1b"):
        terminal.press(keys)
        terminal.settle()
    for _row in range(8):
        terminal.press("\x1b[B")
        terminal.settle(0.1)
    for line in range(4, 38, 3):
        for column in (4, 30, 90):
            terminal.press(f"\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m")
    terminal.settle()
    terminal.press("\x1b")
    terminal.settle()
