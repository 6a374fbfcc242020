"""MIME bodies as text: base64 in lines of 76, so nothing that is said can reach into the structure around it.

Used on both sides of the pipe: the child that renders a mail also encodes it, because that costs more than rendering.
"""

from __future__ import annotations

import binascii

MAX_LINE = 76


def alternative(text: str, html: str, boundary: str) -> str:
    """Headers and body of a mail that says the same as plain text and as HTML; only the text where ``html`` is empty.

    ``boundary`` must hold a character that base64 does not have.
    """
    if not html:
        return part("text/plain", text)
    return (
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\n{part('text/plain', text)}\r\n"
        f"--{boundary}\r\n{part('text/html', html)}\r\n--{boundary}--\r\n"
    )


def part(kind: str, text: str) -> str:
    """One part of the MIME type ``kind`` with its own headers."""
    raw = text.replace("\n", "\r\n").encode("utf-8", "replace")
    return f'Content-Type: {kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded(raw)}'


def encoded(raw: bytes) -> str:
    """Bytes in base64, folded."""
    whole = binascii.b2a_base64(raw, newline=False).decode("ascii")
    return "\r\n".join([whole[at : at + MAX_LINE] for at in range(0, len(whole), MAX_LINE)]) + "\r\n"
