"""English sentences of the core, translated after they were made.

A sentence such as ``There is no order 4711.`` was stored, logged or raised long before anybody looks. The catalogue
``core`` holds its pattern, ``There is no order {document}.``, taken from the f-string that makes it
(``tests/locale/sentences.py``), with a translation that has the same placeholders. ``told`` finds the pattern whose
fixed words stand in the sentence (that with most of them first), cuts out what stands between, and sets it into the
translation. What was cut out is looked up too, because sentences nest: ``not usable: {why}``. Where no pattern fits
the whole, its sentences and then its clauses are tried. Whatever fits nothing stays as it is: a server's words, a name.
Values are cut and pasted, never formatted or evaluated, so braces and percent signs in them are just characters. A
value of one word is translated only in places that hold our words (``{channel}``), so a customer called Held stays so.
"""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LONGEST = 4000
"""Characters; a longer text is a server's or a file's, not a sentence."""
DEEPEST = 8
"""How often a value of a value is looked up."""
MOST_CLAUSES = 12
MOST_CUTS = 12
"""Where a cut between two values is searched: after so many words at most."""

HOLE = re.compile(r"(?<!\{)\{([a-z_][a-z_0-9]*)\}")
_WORDS = {
    "after",
    "allowed",
    "before",
    "channel",
    "event",
    "first",
    "kind",
    "names",
    "option",
    "reason",
    "state",
    "what",
    "whose",
    "why",
}
"""Holes in which a single word is one of ours."""
_CHANNELS = {"email", "sms", "letter"}
_CLOSED = {"channel", "first", "state", "what"}
"""Holes that hold one of few words: they make a pattern recognisable that has next to no words of its own."""
_DATA = {"file", "name", "path", "number", "raw", "to", "to_address", "who", "value", "root", "found"}
"""Holes that hold what a person, a file or the machine brought, and nothing of ours."""
_NUMBERS = {"id", "message_id", "number", "n", "line", "line_key"}
"""Holes without a space."""
_FEWEST_LETTERS = 4
_CLAUSES = (". ", "; ", ": ", ", ")
_SERVERS = re.compile(r"[245]\d\d(?:-| \d\.\d| [A-Z<'\"])")
"""A mail server's answer begins so, and no word of it is ours."""
_NEXT_SENTENCE = re.compile(r"[.!?] (?=[A-Z`])")


@dataclass(frozen=True, slots=True)
class Pattern:
    """``literals`` stand around the holes: always one more than ``holes``."""

    literals: tuple[str, ...]
    holes: tuple[str, ...]
    translation: str
    letters: int
    """How much of it is fixed."""

    @classmethod
    def of(cls, msgid: str, msgstr: str) -> Pattern:
        """From a catalogue's entry; doubled braces are single ones."""
        parts = [part if index % 2 else _single(part) for index, part in enumerate(HOLE.split(msgid))]
        literals = (*parts[:-1:2], parts[-1].rstrip("."))
        return cls(literals, tuple(parts[1::2]), msgstr, sum(map(str.isalpha, "".join(literals))))

    @property
    def anchor(self) -> str:
        """Its longest literal: a sentence without it is another one."""
        return max(self.literals, key=len)

    def values(self, text: str) -> tuple[str, ...] | None:
        """What stands in the holes, each as short as can be; ``None`` if ``text`` is another sentence. Linear time."""
        first, *inner = self.literals
        last = inner.pop()
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return None
        found, at, end = [], len(first), len(text) - len(last)
        for literal in inner:
            place = text.find(literal, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(literal)
        return (*found, text[at:end])

    def filled(self, values: dict[str, str]) -> str:
        """The translation with its holes filled, without a full stop at its end."""
        parts = HOLE.split(self.translation)
        return "".join(values[part] if index % 2 else _single(part) for index, part in enumerate(parts)).rstrip(".")


class Sentences:
    """The sentences of one language. ``word`` translates what the screens call things (states, ways)."""

    def __init__(self, catalogue: Path, word: Callable[[str], str]) -> None:
        self._whole: dict[str, str] = {}
        patterns = []
        for msgid, msgstr in entries(catalogue.read_bytes()):
            if HOLE.search(msgid):
                patterns.append(Pattern.of(msgid, msgstr))
            else:
                self._whole[msgid.rstrip(".")] = msgstr.rstrip(".")
        patterns.sort(key=lambda pattern: (-pattern.letters, -len(pattern.holes)))
        self._patterns = [(one.anchor, one) for one in patterns]
        self._word = word
        self.told = lru_cache(maxsize=4096)(self._told)

    def _told(self, sentence: str) -> str:
        if len(sentence) > LONGEST:
            return sentence
        core = sentence.strip()
        translated = self._translated(core, DEEPEST)
        return sentence if translated is None else sentence.replace(core, translated, 1)

    def _translated(self, text: str, depth: int) -> str | None:
        """The translation, or ``None`` when nothing of it is known."""
        bare = text.rstrip(".")
        if (whole := self._whole.get(bare)) is not None:
            return whole + text[len(bare) :]
        if depth == 0 or " " not in bare or _SERVERS.match(bare):
            return None
        fitting = self._fitting(bare)
        found = (
            self._filled(fitting, depth, _neat)
            or self._by_sentences(bare, depth)
            or self._filled(fitting, depth, _plain_data)
            or self._by_clauses(bare, depth)
            or self._filled(fitting, depth, _whatever)
        )
        return found + text[len(bare) :] if found else None

    def _fitting(self, text: str) -> list[tuple[Pattern, tuple[str, ...]]]:
        """The patterns that can make ``text``, that with most words first, and what stands in their holes."""
        near = [pattern for anchor, pattern in self._patterns if anchor in text]
        pairs = [(pattern, found) for pattern in near if (found := pattern.values(text)) is not None]
        return [(one, found) for one, found in pairs if self._recognised(one, found)]

    def _filled(
        self, fitting: list[tuple[Pattern, tuple[str, ...]]], depth: int, good: Callable[[str, str], bool]
    ) -> str | None:
        """The translation by the first pattern with a value that is ``good`` in each of its holes."""
        for pattern, found in fitting:
            if all(map(good, pattern.holes, found)):
                settled = self._settled(pattern, found, depth)
                pairs = zip(pattern.holes, settled, strict=True)
                return pattern.filled({hole: self._value(hole, value, depth) for hole, value in pairs})
        return None

    def _settled(self, pattern: Pattern, found: tuple[str, ...], depth: int) -> tuple[str, ...]:
        """Two values with only a space between them: cut where one of them is known to be ours."""
        values = list(found)
        for index, literal in enumerate(pattern.literals[1:-1]):
            words = f"{values[index]} {values[index + 1]}".split(" ")
            for cut in range(1, min(len(words), MOST_CUTS + 1)) if literal == " " else ():
                left, right = " ".join(words[:cut]), " ".join(words[cut:])
                ours = self._known(left) or (pattern.holes[index + 1] not in _DATA and self._ours(right, depth))
                if ours:
                    values[index], values[index + 1] = left, right
                    break
        return tuple(values)

    def _ours(self, text: str, depth: int) -> bool:
        return text in self._whole or bool(self._filled(self._fitting(text), depth - 1, _plain_data))

    def _recognised(self, pattern: Pattern, found: tuple[str, ...]) -> bool:
        """Whether it has words enough; else words of ours in its holes, or one word each (``Use 'csv'``)."""
        if pattern.letters >= _FEWEST_LETTERS:
            return True
        pairs = zip(pattern.holes, found, strict=True)
        closed = [(kind, value) for hole, value in pairs if (kind := _kind(hole)) in _CLOSED]
        if not closed:
            return pattern.literals[0][:1].isupper() and not any(" " in value for value in found)
        return all(
            value in _CHANNELS if kind in ("channel", "first") else self._known(value) is not None
            for kind, value in closed
        )

    def _by_sentences(self, text: str, depth: int) -> str | None:
        """Several sentences, if each of them is known."""
        ends = [found.end() for found in _NEXT_SENTENCE.finditer(text)]
        if not ends:
            return None
        parts = [text[start:end].rstrip() for start, end in itertools.pairwise([0, *ends, len(text)])]
        translated = [self._translated(part, depth - 1) for part in parts]
        return " ".join(one for one in translated if one) if all(translated) else None

    def _by_clauses(self, text: str, depth: int) -> str | None:
        for separator in _CLAUSES:
            if 0 < text.count(separator) <= MOST_CLAUSES:
                clauses = text.split(separator, 1 if separator == ": " else -1)
                translated = [self._translated(clause, depth - 1) for clause in clauses]
                if any(one is not None for one in translated):
                    pairs = zip(clauses, translated, strict=True)
                    return separator.join(old if new is None else new for old, new in pairs)
        return None

    def _value(self, hole: str, value: str, depth: int) -> str:
        kind = _kind(hole)
        core = value.lstrip(" :;,.(")
        if not core or kind in _DATA:
            return value
        known = self._known(core) if kind in _WORDS and " " not in core else self._translated(core, depth - 1)
        return value if known is None else value[: len(value) - len(core)] + known

    def _known(self, word: str) -> str | None:
        if (whole := self._whole.get(word)) is not None:
            return whole
        translated = self._word(word)
        return None if translated == word else translated


def entries(compiled: bytes) -> Iterator[tuple[str, str]]:
    """(msgid, msgstr) of a compiled catalogue without plural forms; the header is left out."""
    order = "<" if compiled[:4] == b"\xde\x12\x04\x95" else ">"
    number, ids, texts = struct.unpack_from(f"{order}3I", compiled, 8)
    for index in range(number):
        pair = (struct.unpack_from(f"{order}2I", compiled, table + 8 * index) for table in (ids, texts))
        msgid, msgstr = (compiled[at : at + length].decode("utf-8") for length, at in pair)
        if msgid:
            yield msgid, msgstr


def _kind(hole: str) -> str:
    return hole.rstrip("0123456789")


def _neat(hole: str, value: str) -> bool:
    return _NEXT_SENTENCE.search(value) is None and _plain_data(hole, value)


def _plain_data(hole: str, value: str) -> bool:
    kind = _kind(hole)
    return " " not in value if kind in _NUMBERS else ": " not in value or kind not in _DATA


def _whatever(hole: str, value: str) -> bool:
    return True


def _single(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")
