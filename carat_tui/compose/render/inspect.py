"""What a template may contain. Looked at before a template is compiled, in the child and by ``carat template check``.

Refused: anything that reaches beyond the given values (reliability §4.1, threat A1), and misspelt names (A4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

FILTERS = frozenset(
    [
        "capitalize",
        "d",
        "default",
        "e",
        "escape",
        "first",
        "int",
        "join",
        "last",
        "length",
        "count",
        "lower",
        "replace",
        "round",
        "string",
        "title",
        "trim",
        "truncate",
        "upper",
        "wordwrap",
    ]
)
TESTS = frozenset(
    [
        "defined",
        "undefined",
        "none",
        "number",
        "string",
        "mapping",
        "even",
        "odd",
        "divisibleby",
        "in",
        "eq",
        "equalto",
        "==",
        "ne",
        "!=",
        "lt",
        "lessthan",
        "<",
        "gt",
        "greaterthan",
        ">",
        "le",
        "<=",
        "ge",
        ">=",
        "lower",
        "upper",
    ]
)
FUNCTIONS = frozenset({"range"})

_ALLOWED = frozenset(
    [
        "Template",
        "Output",
        "TemplateData",
        "Name",
        "NSRef",
        "Const",
        "If",
        "For",
        "Assign",
        "CondExpr",
        "Compare",
        "Operand",
        "And",
        "Or",
        "Not",
        "Filter",
        "Test",
        "Concat",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "FloorDiv",
        "Mod",
        "Pow",
        "Pos",
        "Neg",
        "Getattr",
        "Getitem",
        "Slice",
        "Tuple",
        "List",
        "Dict",
        "Pair",
        "Keyword",
        "Call",
    ]
)
_WORDS = {
    "Include": "{% include %}",
    "Import": "{% import %}",
    "FromImport": "{% from %}",
    "Extends": "{% extends %}",
    "Macro": "{% macro %}",
    "CallBlock": "{% call %}",
    "Block": "{% block %}",
    "FilterBlock": "{% filter %}",
    "AssignBlock": "{% set %} with a block",
    "With": "{% with %}",
    "ScopedEvalContextModifier": "{% autoescape %}",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong, and the line (1-based) inside the inspected source."""

    line: int
    message: str


def inspect(environment: Environment, source: str, known: frozenset[str]) -> list[Flaw]:
    """All flaws of ``source``: syntax, forbidden constructs, names that are not ``known``. Compiles nothing."""
    return examine(environment, source, known)[1]


def examine(environment: Environment, source: str, known: frozenset[str]) -> tuple[nodes.Template | None, list[Flaw]]:
    """As ``inspect``, with the tree that was read, for whoever compiles it next; None if it cannot be read."""
    from jinja2 import TemplateSyntaxError

    try:
        tree = environment.parse(source)
        return tree, list(_flaws(tree, known))
    except TemplateSyntaxError as error:
        return None, [Flaw(error.lineno, f"syntax: {error.message}")]
    except RecursionError:
        return None, [Flaw(1, "nested too deeply")]


def _flaws(tree: nodes.Template, known: frozenset[str]) -> Iterator[Flaw]:
    from jinja2 import nodes

    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")} | {"loop"}
    called = {id(call.node) for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
    for node in _all(tree):
        yield from _of_node(node, called)
        if (
            isinstance(node, nodes.Name)
            and node.ctx == "load"
            and id(node) not in called
            and node.name not in own | known
        ):
            yield Flaw(node.lineno, _unknown(node.name, known))


def _of_node(node: nodes.Node, called: set[int]) -> Iterator[Flaw]:
    from jinja2 import nodes

    kind = type(node).__name__
    if kind not in _ALLOWED:
        yield Flaw(_line_of(node), f"{_WORDS.get(kind, kind)} is not allowed in a template")
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield Flaw(node.lineno, f"the filter |{node.name} is not allowed")
    elif isinstance(node, nodes.Test) and node.name not in TESTS:
        yield Flaw(node.lineno, f"the test {node.name!r} is not allowed")
    elif isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name in FUNCTIONS):
        yield Flaw(node.lineno, "calling a function or method is not allowed")
    elif isinstance(node, nodes.For) and node.recursive:
        yield Flaw(node.lineno, "a recursive loop is not allowed")
    elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield Flaw(node.lineno, f"the attribute {node.attr!r} is not allowed")
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and str(node.arg.value).startswith("_"):
        yield Flaw(node.lineno, f"the key {node.arg.value!r} is not allowed")


def _line_of(node: nodes.Node) -> int:
    """The line where ``node`` stands; some nodes of Jinja know only those of their children."""
    return next((inner.lineno for inner in _all(node) if inner.lineno), 1)


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)


def _unknown(name: str, known: frozenset[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"there is no placeholder {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
