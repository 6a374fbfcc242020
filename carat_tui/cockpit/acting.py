"""What a key starts: an act runs beside the screen, and whatever goes wrong with it ends in a sentence."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from textual.css.query import NoMatches
from textual.dom import DOMNode

P = ParamSpec("P")
Node = TypeVar("Node", bound=DOMNode)


class Abandoned(Exception):
    """The act could not be done or was not wanted after all; the person knows already."""


def too_late(node: DOMNode, error: BaseException) -> bool:
    """Whether an answer came after its page was closed: the widgets it is for are gone, and nobody waits for it."""
    return isinstance(error, NoMatches) and (
        not node.app.is_running or not node.is_attached or node.screen not in node.app.screen_stack
    )


def act(
    method: Callable[Concatenate[Node, P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[Node, P], None]:
    """Decorator for async action methods: run as a worker, so that the method may wait for dialogues and threads."""

    @functools.wraps(method)
    def begin(self: Node, *args: P.args, **kwargs: P.kwargs) -> None:
        async def run() -> None:
            try:
                await method(self, *args, **kwargs)
            except Abandoned:
                return
            except Exception as error:
                if too_late(self, error):
                    return
                self.app.fault(error)  # type: ignore[attr-defined]  # the app is a Deck, which imports this module

        start(self, run, group="act", exit_on_error=False)

    return cast("Callable[Concatenate[Node, P], None]", begin)


def start(
    node: DOMNode,
    work: Callable[[], Coroutine[Any, Any, None]],
    *,
    group: str,
    exclusive: bool = False,
    exit_on_error: bool = True,
) -> None:
    """Run ``work`` beside the screen. Given as a function: a coroutine that the end of the app leaves unstarted would
    complain that nobody waits for it."""
    node.run_worker(cast("Any", work), group=group, exclusive=exclusive, exit_on_error=exit_on_error)
