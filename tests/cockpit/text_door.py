"""Reads the sources of the cockpit for text that goes around ``carat_tui.cockpit.words`` (reliability §4.2).

Textual reads markup in plain strings: a customer called ``[@click=app.quit]`` would be a link that quits. So a widget
gets text from ``shown`` (or is a ``Plain``), or a translated literal, which nobody but us has written.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

LABELLED = {
    "Static", "Label", "Button", "Option", "Selection", "Checkbox", "RadioButton", "TabPane", "Collapsible", "Link",
    "Tab", "Digits", "Pretty",
}  # fmt: skip
"""Widgets of Textual and parts of them whose first argument is drawn as markup."""
ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "placeholder"}
ADDING = {"add_option", "add_options", "set_options", "replace_option_prompt", "replace_option_prompt_at_index"}
MARKUP = {"from_markup", "to_markup", "Markdown", "MarkdownViewer", "RichLog", "Log", "escape_markup"}
SQL = {"execute", "executemany", "executescript"}
THE_DOOR, THE_TOASTS = "words.py", "deck.py"
VERSION = "PRAGMA data_version"
"""The one question to the store that is no SQL about anything: has something changed?"""


def troubles(path: Path) -> list[str]:
    """What is wrong in a module, one sentence each."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [f"{path.name}:{line}: {what}" for line, what in _Looking(path.name).over(tree)]


class _Looking:
    def __init__(self, module: str) -> None:
        self._module = module
        self._ours: set[str] = set()

    def over(self, tree: ast.AST) -> Iterator[tuple[int, str]]:
        self._ours = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("carat_tui.")
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from ((node.lineno, what) for what in self._call(node))
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                yield from ((node.lineno, what) for what in _assignment(node))
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, what) for what in self._import(node))

    def _call(self, node: ast.Call) -> Iterator[str]:
        name = _name(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in ("label", "prompt"))]
        if name in LABELLED - self._ours and arguments and not harmless(arguments[0]):
            yield f"{name}({ast.unparse(arguments[0])}) is drawn as markup: use shown()"
        if name in (*ADDING, "OptionList", "Select") and any(_strings(argument) for argument in node.args):
            yield f"{name} with plain strings: use Option(shown(…))"
        if name == "notify" and not (self._module == THE_TOASTS and _keyword(node, "markup") is False):
            yield "notify(): use deck.tell or deck.warn"
        if _keyword(node, "markup") is True or name in MARKUP:
            yield "markup is read here"
        if any(keyword.arg in ATTRIBUTES and not harmless(keyword.value, plain=keyword.arg == "placeholder")
               for keyword in node.keywords) and name != "Binding":  # fmt: skip
            yield "a title or tooltip that is not shown()"
        if name in SQL and not (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == VERSION):
            yield "SQL belongs into the store"
        if name in ("_", "N_", "n_") and isinstance(node.func, ast.Name):
            yield from _translated(node, name)

    def _import(self, node: ast.ImportFrom) -> Iterator[str]:
        names = {alias.name for alias in node.names}
        if (
            (node.module or "").startswith("textual.widgets")
            and names & {"Static", "Label"}
            and self._module != THE_DOOR
        ):
            yield "Static and Label read markup: use words.Plain"
        if names & MARKUP or (node.module or "").startswith("rich.markup"):
            yield "markup is read here"


def _translated(node: ast.Call, name: str) -> Iterator[str]:
    texts = node.args[:2] if name == "n_" else node.args[:1]
    for text in texts:
        if isinstance(text, ast.JoinedStr | ast.BinOp):
            yield "an f-string or a sum inside _(): no catalogue can know it; .format() after it"
        elif isinstance(text, ast.Call) and _name(text.func) == "format":
            yield ".format() inside _(): it belongs behind it"
        elif name != "_" and not isinstance(text, ast.Constant):
            yield f"{name}() marks literals only"


def _assignment(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        name = target.attr if isinstance(target, ast.Attribute) else ""
        if name in ATTRIBUTES and node.value is not None and not harmless(node.value, plain=name == "placeholder"):
            yield f"{name} that is not shown()"


def harmless(node: ast.expr, *, plain: bool = False) -> bool:
    """Whether nobody but us can have written what this draws. ``plain``: markup is not read there (placeholders)."""
    if isinstance(node, ast.Constant):
        return node.value is None or (isinstance(node.value, str) and "[" not in node.value)
    if isinstance(node, ast.IfExp):
        return harmless(node.body, plain=plain) and harmless(node.orelse, plain=plain)
    if isinstance(node, ast.BoolOp):
        return all(harmless(value, plain=plain) for value in node.values)
    if isinstance(node, ast.Call):
        return _harmless_call(node, plain)
    return plain and isinstance(node, ast.Name | ast.Attribute)


def _harmless_call(node: ast.Call, plain: bool) -> bool:
    name = _name(node.func)
    if name in ("shown", "assemble", "Content", "_", "n_"):
        return not (name in ("assemble", "Content") and any(isinstance(part, ast.JoinedStr) for part in node.args))
    if name == "format":
        return plain
    return name in CONTENT


CONTENT = {"_line", "line", "laid_out", "render"}
"""Our functions that return a ``Content``; mypy sees to it that they do."""


def _strings(node: ast.expr) -> bool:
    """Plain strings handed to a list of options."""
    if isinstance(node, ast.Starred):
        return _strings(node.value)
    if isinstance(node, ast.List | ast.Tuple):
        return any(_strings(one) for one in node.elts)
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        first = node.elt.elts[0] if isinstance(node.elt, ast.Tuple) and node.elt.elts else node.elt
        return (isinstance(node.elt, ast.Tuple) and not harmless(first)) or isinstance(node.elt, ast.JoinedStr)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _keyword(node: ast.Call, name: str) -> object:
    found = next((keyword.value for keyword in node.keywords if keyword.arg == name), None)
    return found.value if isinstance(found, ast.Constant) else None
