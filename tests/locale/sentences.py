"""A Babel extractor for the sentences of the headless core: what ``carat_tui.locale.told`` can be asked to translate.

The core speaks English and marks nothing. So this reads its syntax trees: string constants and f-strings that read like
words for a person, the holes of f-strings as named placeholders (``There is no order {document}.``), each way of an
``"a" if … else "b"`` written out. SQL, documentation, log lines, patterns and markup are left out.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

Text = tuple[str | ast.expr, ...]
"""Literals and holes in turn."""

MOST_WAYS = 16
_HOLE = re.compile(r"\{(\w*)\}")
_WORDS = re.compile(
    r"[a-z]{2,}[,:;.)]?[ \n]+\(?(?:[a-zA-Z`'|%é]|X)|X,? [a-z]{3,}|[a-z]{4,}: X"
    r"|^[A-Z][a-z]+ [a-z]+[?]$"
)
_NO_WORDS = re.compile(
    r"\b(SELECT|FROM|WHERE|INSERT|UPDATE|DELETE|NULL|VALUES|JOIN|PRAGMA|ORDER BY|COLLATE|RAISE|CREATE|ATTACH|DETACH"
    r"|AND|EXISTS|CASE WHEN|COALESCE|TEXT|INTEGER|ifnull|coalesce)\b|\b[a-z]\.[a-z_]+, |_id, |</|\\[bsw]|#!/|=\?"
    r"|Content-|\r\n|\x01|^import |^# |^File:|\nWhen|^[a-z]+_?[a-z]*, [a-z_]+, [a-z_]+, [a-z_]+"
)
_MACHINES = {"debug", "info", "warning", "error", "exception", "getLogger", "compile", "execute", "executemany"} | {
    "getattr",
    "_",
    "n_",
    "N_",
}


def extract(
    fileobj: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's contract: (line, function, message, comments) for each sentence of one file."""
    only = set(options.get("only", "").split())
    for line, sentence in sentences(fileobj.read().decode("utf-8"), only):
        yield line, "_", sentence, []


def marked(
    fileobj: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, str | tuple[str, ...], list[str]]]:
    """Babel's contract for ``_``, ``N_`` and ``n_``, also inside f-strings (Babel's own reads those from 3.12 on)."""
    for node in ast.walk(ast.parse(fileobj.read())):
        if isinstance(node, ast.Call) and _called(node) in keywords:
            texts = tuple(
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
            if len(texts) == (2 if _called(node) == "n_" else 1):
                yield node.lineno, _called(node), texts[0] if len(texts) == 1 else texts, []


def sentences(source: str, only: Collection[str] = ()) -> Iterator[tuple[int, str]]:
    """(line, msgid) of each sentence for a person in the source of one module; ``only`` those given to these calls."""
    tree = ast.parse(source)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in only)
    found = (text for call in calls for text in _texts(call)) if only else _texts(tree)
    for node in found:
        for text in _ways(node):
            if _reads_like_words(text):
                yield node.lineno, msgid(text)


def _texts(node: ast.AST) -> Iterator[ast.expr]:
    """The outermost text expressions below ``node``, without those that are nothing for people."""
    for child in ast.iter_child_nodes(node):
        if _is_documentation(child) or _is_machinery(child):
            continue
        if isinstance(child, ast.expr) and _is_text(child):
            yield child
            yield from _in_holes(child)
        else:
            yield from _texts(child)


def _in_holes(text: ast.expr) -> Iterator[ast.expr]:
    """Texts inside the holes of a text: ``{size or 'nothing at all'}``."""
    for way in _ways(text):
        for part in way:
            if isinstance(part, ast.expr):
                yield from ([part] if _is_text(part) else _texts(part))


def _is_documentation(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_machinery(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _called(node) in _MACHINES
    return isinstance(node, ast.Compare | ast.Assert | ast.arguments)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _ways(node: ast.expr) -> list[Text]:
    """Every text that the expression can become."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [_of_constant(node.value)]
    if isinstance(node, ast.IfExp) and _is_text(node):
        return [*_ways(node.body), *_ways(node.orelse)]
    if isinstance(node, ast.BinOp) and _is_text(node):
        return _joined([_ways(node.left), _ways(node.right)])
    if isinstance(node, ast.JoinedStr):
        return _joined([_part(value) for value in node.values])
    return [(node,)]


def _of_constant(text: str) -> Text:
    """A constant that will be formatted (``{due}``) has holes, too."""
    parts: list[str | ast.expr] = []
    for index, part in enumerate(_HOLE.split(text)):
        parts.append(ast.Name(part or "thing") if index % 2 else part)
    return tuple(parts)


def _part(value: ast.expr) -> list[Text]:
    if isinstance(value, ast.FormattedValue):
        inner = value.value
        return _ways(inner) if isinstance(inner, ast.IfExp) and value.conversion < 0 else [(inner,)]
    return [(value.value,)] if isinstance(value, ast.Constant) and isinstance(value.value, str) else [(value,)]


def _joined(parts: list[list[Text]]) -> list[Text]:
    every = itertools.product(*parts)
    return [tuple(itertools.chain.from_iterable(way)) for way in itertools.islice(every, MOST_WAYS)]


def _reads_like_words(text: Text) -> bool:
    plain = "".join(part if isinstance(part, str) else "X" for part in text)
    return bool(_WORDS.search(plain)) and not _NO_WORDS.search(plain)


def msgid(text: Text) -> str:
    """The text with named holes; neighbours become one hole, and braces of a text with holes are doubled."""
    with_holes = any(not isinstance(part, str) for part in text)
    names: dict[str, int] = {}
    made, after_hole = "", False
    for part in text:
        if isinstance(part, str):
            made += part.replace("{", "{{").replace("}", "}}") if with_holes else part
            after_hole = after_hole and not part
        elif not after_hole:
            name = _name(part)
            names[name] = names.get(name, 0) + 1
            made += f"{{{name}{names[name] if names[name] > 1 else ''}}}"
            after_hole = True
    return made.strip(" \n").lstrip(",;:. ")


def _name(hole: ast.expr) -> str:
    """A word for a hole: its last name (``error.strerror`` → ``strerror``), ``number`` for a count."""
    if isinstance(hole, ast.Call):
        called = getattr(hole.func, "id", "") or getattr(hole.func, "attr", "")
        if called in ("len", "sum"):
            return "number"
        if called == "join":
            return "names"
        inner = [*hole.args, *([hole.func.value] if isinstance(hole.func, ast.Attribute) else [])]
        return _name(inner[0]) if inner else called or "thing"
    if isinstance(hole, ast.Attribute):
        return hole.attr.strip("_").lower()
    if isinstance(hole, ast.Name):
        return hole.id.strip("_").lower() or "thing"
    if isinstance(hole, ast.Subscript):
        key = hole.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier():
            return key.value
        return _name(hole.value)
    if isinstance(hole, ast.BoolOp):
        return _name(hole.values[0])
    if isinstance(hole, ast.BinOp):
        return _name(hole.left)
    return "thing"
