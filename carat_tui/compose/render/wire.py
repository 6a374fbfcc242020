"""What goes over the pipe between parent and child: frames of JSON behind four bytes of length.

JSON and nothing cleverer: the child works on foreign data, so the parent must not trust what comes back.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any, Final

LARGEST = 64 * 1024 * 1024
"""Bytes of one frame; more is a child that went wrong."""

_LENGTH = struct.Struct(">I")
# The progress word in shared memory: the number of the job in work, or one of these.
IDLE: Final = 0xFFFFFFFF
LOADING: Final = 0xFFFFFFFE
PROGRESS = struct.Struct("<I")

# The first place of an answer
RENDERED: Final = 1
FAILED: Final = 0

# Kinds of failure
EXPENSIVE: Final = "expensive"
HOLE: Final = "hole"
BROKEN: Final = "broken"
GLYPH: Final = "glyph"
LAYOUT: Final = "layout"

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def frame(content: Any) -> bytes:
    """``content`` as one frame. Unpaired surrogates, which UTF-8 does not know, become question marks."""
    body = _encode(content).encode("utf-8", "replace")
    return _LENGTH.pack(len(body)) + body


def read_frame(read: Callable[[int], bytes]) -> Any:
    """The next frame's content, or None at the end; raises ``ValueError`` for what is no frame."""
    body = read_bytes(read)
    return None if body is None else json.loads(body)


def read_bytes(read: Callable[[int], bytes]) -> bytes | None:
    """The next frame, not yet decoded (``read`` is a buffered reader's: it returns less only at the end)."""
    head = read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST:
        raise ValueError(f"a frame of {length} bytes")
    body = read(length)
    return body if len(body) == length else None
