"""Every key: declared in full, with a key that terminals deliver, in nobody's way, and to be moved by its owner."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widget import Widget

from carat_tui.cockpit.areas import AREAS
from carat_tui.cockpit.page import Dialog
from carat_tui.cockpit.widgets.rows import Rows
from carat_tui.store import settings
from carat_tui.store.database import Store
from tests.cockpit import keys_page
from tests.cockpit.conftest import OpenCockpit, settle, wait_until
from tests.cockpit.keys_page import Found

SAFE = {
    *string.ascii_letters, *string.digits, *(f"f{number}" for number in range(1, 10)), "f12",
    "enter", "space", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown",
    "backspace", "delete", "insert",
    *(f"ctrl+{letter}" for letter in string.ascii_lowercase if letter not in "chijmz"),
    "slash", "question_mark", "plus", "minus", "comma", "full_stop", "colon", "semicolon", "asterisk", "less_than_sign",
    "greater_than_sign", "equals_sign", "exclamation_mark", "number_sign", "underscore",
}  # fmt: skip
"""What every terminal delivers (STYLE §4). F10 and F11 belong to the window; Ctrl+H, I, J, M are other keys there."""
MOSTLY = {"f10", "ctrl+home", "ctrl+end", "ctrl+up", "ctrl+down", "ctrl+left", "ctrl+right", "shift+up", "shift+down"}
"""What most terminals deliver: only beside another key for the same act."""
EDITING = {"ctrl+c", "ctrl+z", "shift+left", "shift+right", "shift+home", "shift+end", *MOSTLY}
"""Keys of Textual's own editor, declared again so that they can be moved: they need not arrive everywhere."""
STEPS = {"escape", "enter", "up", "down", "left", "right", "tab"}
"""Keys that mean the nearest thing: they may mean another at another place."""


def every() -> list[Found]:
    return keys_page.bindings()


def name_of(found: Found) -> str:
    return f"{found.owner.__name__}.{found.binding.action}"


@pytest.mark.parametrize("found", every(), ids=name_of)
def test_a_key_has_an_id_a_word_and_a_sentence(found: Found) -> None:
    binding = found.binding
    assert isinstance(binding, Binding)
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", binding.id or ""), "an id is area.act"
    assert binding.description
    assert not binding.show or len(binding.description) <= 18, "the key bar holds words, no sentences"
    assert binding.tooltip, "the help page wants a sentence"


@pytest.mark.parametrize("found", every(), ids=name_of)
def test_terminals_deliver_it(found: Found) -> None:
    keys = {binding.key for binding in Binding.make_bindings([found.binding])}
    editing = (found.binding.id or "").startswith("text.")
    assert keys <= SAFE | MOSTLY | (EDITING if editing else set())
    assert keys & SAFE or editing, "one key must arrive everywhere"


def test_an_id_means_one_act() -> None:
    meant: dict[str, set[tuple[str, str]]] = {}
    for owner, binding in every():
        meant.setdefault(binding.id or "", set()).add((owner.__qualname__, binding.action))
    assert {name: acts for name, acts in meant.items() if len(acts) > 1} == {}


def test_the_page_of_keys_is_current() -> None:
    assert keys_page.PAGE.read_text(encoding="utf-8") == keys_page.page(), "run make docs"


# -- together ----------------------------------------------------------------------------------------------------------


def own(node: DOMNode) -> Iterator[Binding]:
    """Our bindings of a node, those of its bases too, as far as they are inherited."""
    for base in type(node).__mro__:
        if base.__module__.startswith("carat_tui."):
            yield from Binding.make_bindings(base.__dict__.get("BINDINGS", ()))


def clashes(chain: list[DOMNode]) -> set[tuple[str, str, str]]:
    """Keys that two acts of a chain want, the nearer of which hides the farther."""
    taken: dict[str, Binding] = {}
    found = set()
    for node in chain:
        for binding in own(node):
            before = taken.setdefault(binding.key, binding)
            if before.id != binding.id and binding.key not in STEPS:
                found.add((binding.key, str(before.id), str(binding.id)))
    return found


def hidden(chain: list[DOMNode]) -> set[tuple[str, str]]:
    """Keys of ours that a widget of Textual, being nearer, takes for itself (characters typed into a field aside)."""
    found = set()
    for place, node in enumerate(chain):
        theirs = {
            binding.key
            for base in type(node).__mro__
            if base.__module__.startswith("textual.") and not issubclass(base, App)
            for binding in Binding.make_bindings(base.__dict__.get("BINDINGS", ()))
        }
        if not isinstance(node, Rows) and any(
            base.__module__.startswith("textual.widgets") for base in type(node).__mro__
        ):
            ours = {one.key: one for farther in chain[place + 1 :] for one in own(farther) if not one.priority}
            found |= {(key, str(ours[key].id)) for key in theirs & set(ours) if key not in STEPS}
    return found


def chains(root: Widget) -> Iterator[list[DOMNode]]:
    yield list(root.ancestors_with_self)
    for widget in root.query("*"):
        if widget.can_focus:
            yield list(widget.ancestors_with_self)


@pytest.mark.parametrize("area", [area_id for _digit, area_id, _title, _name in AREAS])
async def test_no_two_acts_of_an_area_want_the_same_key(cockpit: OpenCockpit, area: str) -> None:
    app = cockpit(area=area)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.area is not None
        found = list(chains(app.area))
        assert {clash for chain in found for clash in clashes(chain)} == set()
        assert {key for chain in found for key in hidden(chain)} == set()


def alone(owner: type[DOMNode]) -> bool:
    """Whether the keys of the cockpit do not work there: under a dialogue, and in the app of the first run."""
    return issubclass(owner, Dialog | App) or owner.__module__.endswith(".wizard")


def test_no_two_acts_of_a_page_or_dialogue_want_the_same_key() -> None:
    everywhere = [binding for found in every() if (found.binding.id or "").startswith("app.")
                  for binding in Binding.make_bindings([found.binding])]  # fmt: skip
    found = set()
    for owner in {one.owner for one in every()}:
        taken: dict[str, str] = {}
        bases = [base for base in owner.__mro__ if base.__module__.startswith("carat_tui.")]
        bindings = [one for base in bases for one in Binding.make_bindings(base.__dict__.get("BINDINGS", ()))]
        for binding in [*bindings, *([] if alone(owner) else everywhere)]:
            before = taken.setdefault(binding.key, str(binding.id))
            if before != binding.id and binding.key not in STEPS:
                found.add((owner.__name__, binding.key, before, str(binding.id)))
    assert found == set()


# -- moved -------------------------------------------------------------------------------------------------------------


def keys_set(store: Store, value: str) -> None:
    store.write(lambda conn: settings.put(conn, "cockpit.keys", value))


async def test_a_key_is_moved_by_its_id(cockpit: OpenCockpit) -> None:
    app = cockpit(area="overview")
    keys_set(app.store, "app.customers=f7")
    app = cockpit(area="overview")
    async with app.run_test() as pilot:
        await pilot.press("4")
        await settle(pilot)
        assert app.area is not None
        assert app.area.area_id == "overview"
        await pilot.press("f7")
        await wait_until(pilot, lambda: app.area is not None and app.area.area_id == "customers")


async def test_keys_that_clash_are_told_once(cockpit: OpenCockpit) -> None:
    app = cockpit()
    keys_set(app.store, "customers.search=s")
    app = cockpit(area="customers")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press_some(pilot)
        told = [one.message for one in app._notifications if "customers.suppress" in str(one.message)]
        assert len(told) == 1


async def press_some(pilot: Pilot[None]) -> None:
    for key in ("down", "up", "down", "tab"):
        await pilot.press(key)
    await settle(pilot)
