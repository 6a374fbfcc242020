"""The Jinja environments of the child: immutable sandbox, allow-lists, bounded operators, holes that are errors."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from markupsafe import Markup, escape

from carat_tui.compose.render.inspect import FILTERS, TESTS

LONGEST = 1_000_000
"""Characters of output; also the longest text that an operator may make."""

_MOST_BITS = 512
_WEB = re.compile(r"(https?://|mailto:|tel:)[^\s<>\"]+", re.IGNORECASE)


class TooExpensive(Exception):
    """The template asks for more time, memory or text than any message needs."""


class Hole(UndefinedError):
    """A value that the template prints is not there; ``name`` is the placeholder."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is empty")
        self.name = name


class Missing(StrictUndefined):
    """A value that is not there. It may be asked for (``{% if shelf_no %}``) but never printed."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]  # asking is allowed
        return False

    def __str__(self) -> str:  # type: ignore[override]
        raise Hole(self._undefined_name or "a value")

    __len__ = __iter__ = __str__  # type: ignore[assignment]  # each of them would print or count nothing


class Sandbox(ImmutableSandboxedEnvironment):
    """Only what texts need."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def is_safe_callable(self, obj: Any) -> bool:
        return obj is safe_range

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or _grows(operator, left, right):
            raise TooExpensive(f"the operator {operator} makes too much of it")
        return super().call_binop(context, operator, left, right)


def _grows(operator: str, left: Any, right: Any) -> bool:
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if operator == "%":
        return not numbers  # on a text it is formatting, with widths as large as anybody likes
    if numbers:
        return isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > _MOST_BITS
    if operator == "*":
        sized, times = (left, right) if isinstance(right, int) else (right, left)
        return not isinstance(times, int) or not hasattr(sized, "__len__") or len(sized) * times > 10_000
    return hasattr(left, "__len__") and hasattr(right, "__len__") and len(left) + len(right) > LONGEST


def text_environment() -> Sandbox:
    """For the plain text of a message, its subject, SMS and letter: values as they are."""
    return _restricted(Sandbox(undefined=Missing, autoescape=False, cache_size=0))


def html_environment() -> Sandbox:
    """For HTML: values are escaped, line breaks in them become ``<br>``."""
    environment = Sandbox(undefined=Missing, autoescape=True, cache_size=0, finalize=_lines_to_breaks)
    _restricted(environment)
    environment.filters["weblink"] = _weblink
    return environment


def _restricted(environment: Sandbox) -> Sandbox:
    environment.globals = {"range": safe_range}
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in TESTS}
    return environment


def _lines_to_breaks(value: Any) -> Any:
    if type(value) is str and "\n" in value:
        return Markup(str(escape(value)).replace("\n", "<br>\n"))
    return value


def _weblink(value: Any) -> str:
    """A value that is to be a link's address: only web, mail and phone addresses become one (threat B4)."""
    text = str(value).strip()
    return text if _WEB.fullmatch(text) else ""
