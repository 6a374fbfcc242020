"""Template files: where they lie, how they are read, which one is taken.

``templates/<language>/<event>/{email.md,sms.txt,letter.md}.j2``; e-mail and letter begin with front matter that holds
the subject. A file is read when a batch of messages is written, so an edit takes effect at the next message.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home

FILES = {"email": "email.md.j2", "sms": "sms.txt.j2", "letter": "letter.md.j2"}
LANGUAGES = ("de", "en", "pl", "sk")
LARGEST = 256 * 1024
"""Bytes; a text for a customer that is longer is a mistake."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Template:
    """One file, read. ``subject_line`` and ``body_line`` say where the parts begin in it (1-based)."""

    name: str
    language: str
    channel: str
    path: Path
    sha256: str
    source: str
    subject: str
    subject_line: int
    body: str
    body_line: int


class BadTemplate(CaratError):
    """A template file that cannot be used; ``line`` is 1-based."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(
            f"{path}:{line}: {message}", "`carat template check` shows all that is wrong with the templates."
        )
        self.path = path
        self.line = line
        self.words = message


def path_of(home: Home, name: str, language: str, channel: str) -> Path:
    """Where the file of this template is; raises ``CaratError`` for a name that is no template's."""
    if not _NAME.fullmatch(name) or language not in LANGUAGES or channel not in FILES:
        raise CaratError(
            f"{name!r} in {language!r} for {channel!r} is no template.", "`carat template list` shows them."
        )
    return home.templates / language / name / FILES[channel]


def names(home: Home) -> list[str]:
    """The template names that have at least one file, sorted."""
    return sorted({file.parent.name for file in files(home)})


def files(home: Home, name: str | None = None) -> Iterator[Path]:
    """Every template file of the home (or of one template), sorted."""
    for language in LANGUAGES:
        folder = home.templates / language
        for event in sorted(folder.iterdir()) if folder.is_dir() else []:
            if event.is_dir() and (name is None or event.name == name):
                yield from sorted(file for file in event.iterdir() if file.name in FILES.values())


def shown(home: Home, path: Path) -> str:
    """The path as people are told of it: from the home on, with slashes."""
    return (path.relative_to(home.root) if path.is_relative_to(home.root) else path).as_posix()


@dataclass(frozen=True, slots=True)
class Choice:
    """The template taken; ``fallback`` says in words why it is not in the language asked for (else empty)."""

    template: Template
    fallback: str = ""


def find(home: Home, name: str, languages: tuple[str, ...], channel: str) -> Choice:
    """The template in the first of ``languages`` that has it (the customer's, the shop's, then English).

    Raises ``CaratError`` when there is none and ``BadTemplate`` when the one found cannot be read.
    """
    order = tuple(dict.fromkeys(language for language in (*languages, "en") if language in LANGUAGES))
    for language in order:
        path = path_of(home, name, language, channel)
        if path.is_file():
            why = (
                ""
                if language == languages[0]
                else f"no {channel} text {name} in {languages[0]!r}, written in {language!r}"
            )
            return Choice(load(path), why)
    raise CaratError(
        f"There is no {channel} text {name!r} in {', '.join(order)}.",
        f"Write {path_of(home, name, order[0], channel)} or leave {channel} out for this rule.",
    )


def load(path: Path) -> Template:
    """Read and cut up one template file; raises ``BadTemplate``."""
    return parse(path, text_of(path, path.read_bytes()))


def text_of(path: Path, raw: bytes) -> str:
    """The bytes of the template file ``path`` as text with line feeds; raises ``BadTemplate``."""
    if len(raw) > LARGEST:
        raise BadTemplate(path, 1, f"the file is larger than {LARGEST // 1024} KiB")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadTemplate(path, line, "the file is not in UTF-8; save it in that encoding") from None


def digest(source: str) -> str:
    """How a text is known again: SHA-256 of it with line feeds, in UTF-8."""
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()


def parse(path: Path, source: str) -> Template:
    """Cut up ``source`` as if it were the file ``path``, which need not exist; raises ``BadTemplate``."""
    channel = next(kind for kind, name in FILES.items() if name == path.name)
    subject, subject_line, body, body_line = _cut(path, source) if channel != "sms" else ("", 1, source, 1)
    return Template(
        name=path.parent.name, language=path.parent.parent.name, channel=channel, path=path,
        sha256=digest(source), source=source,
        subject=subject, subject_line=subject_line, body=body.strip("\n"),
        body_line=body_line + len(body) - len(body.lstrip("\n")),
    )  # fmt: skip


def _cut(path: Path, source: str) -> tuple[str, int, str, int]:
    """Front matter off: subject, its line, body, its first line."""
    lines = source.split("\n")
    if lines[0].strip() != "---":
        raise BadTemplate(path, 1, "the file must begin with ---, subject: …, ---")
    subject, subject_line = "", 0
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == "---":
            if not subject:
                raise BadTemplate(path, number, "the front matter has no subject")
            return subject, subject_line, "\n".join(lines[number:]), number + 1
        key, colon, value = line.partition(":")
        if line.strip() and (not colon or key.strip() != "subject" or subject):
            raise BadTemplate(path, number, "the front matter holds one line `subject: …` and nothing else")
        if line.strip():
            subject, subject_line = value.strip(), number
    raise BadTemplate(path, len(lines), "the front matter is not closed with ---")
