"""Sentences of the core, told in another language after the fact."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carat_tui import locale
from carat_tui.locale import catalogue, told
from carat_tui.locale.hints import hint_for_screen
from carat_tui.locale.sentences import HOLE, LONGEST, Pattern, Sentences, entries


@pytest.fixture(autouse=True)
def in_german() -> Iterator[None]:
    locale.use("de")
    yield
    locale.use("en")


@pytest.mark.parametrize(
    ("sentence", "told_so"),
    [
        ("There is no order 4711.", "Einen Auftrag 4711 gibt es nicht."),
        ("no e-mail address", "keine E-Mail-Adresse"),
        ("not usable: not one plain address", "nicht verwendbar: nicht genau eine schlichte Adresse"),
        (
            "option email of the customer; the customer's e-mail address",
            "Option E-Mail: Kunde; E-Mail-Adresse des Kunden",
        ),
        (
            "Message 12 by letter to Anna, Bonn is held until a person releases it: "
            "the limit is 5 (brake.max_at_once).",
            "Nachricht 12 per Brief an Anna, Bonn ist zurückgestellt, bis jemand sie freigibt: "
            "die Grenze ist 5 (brake.max_at_once).",
        ),
        (
            "Customer 7 (Jana) cannot be told (goods_arrived, order 12): no e-mail address; postal address incomplete: "
            "no street, no town. Tell them yourself, or add an address and use `carat send`.",
            "Kunde 7 (Jana) ist nicht erreichbar (goods_arrived, Auftrag 12): keine E-Mail-Adresse; "
            "Postanschrift unvollständig, es fehlt: Straße, Ort. "
            "Geben Sie selbst Bescheid oder tragen Sie eine Adresse ein und nutzen Sie `carat send`.",
        ),
        (
            "There is no home at /srv/x. `carat init` makes one, `carat demo` shows an example.",
            "In /srv/x gibt es keinen Arbeitsordner. `carat init` legt einen an, `carat demo` zeigt ein Beispiel.",
        ),
        ("There is no order 4711", "Einen Auftrag 4711 gibt es nicht"),
    ],
)
def test_sentences_are_told_with_their_values(sentence: str, told_so: str) -> None:
    assert told(sentence) == told_so


@pytest.mark.parametrize(
    "foreign",
    [
        "550 5.1.1 <a@b.de>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 5.7.1 Unable to relay; no such number, no answer in time: no address",
        "Held",
        "{channel} {0} %s %(name)s {state!r}",
        "[@click=app.quit]\x1b[31m",
        "",
        " ",
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_not_ours_stays_as_it_is(foreign: str) -> None:
    assert told(foreign) == foreign


@pytest.mark.parametrize("name", ["sent", "letter", "{channel}", "%s", "a: b", "no e-mail address", "[b]x[/b]", "}}{{"])
def test_a_value_that_looks_like_a_word_of_ours_stays_a_value(name: str) -> None:
    assert told(f"There is no template {name}.") == f"Eine Vorlage {name} gibt es nicht."


def test_english_is_told_as_it_is_and_without_a_catalogue() -> None:
    locale.use("en")
    assert told("There is no order 4711.") == "There is no order 4711."


PATTERNS = [pair for pair in entries(catalogue("pl", "core").read_bytes()) if HOLE.search(pair[0])]
# No letters and no space: two values beside each other, or a value that ends a sentence, have no edge of their own.
VALUES = st.text("{}[]%\\@0123456789€ß\u202e\x1b", min_size=1, max_size=12)


@given(st.sampled_from(PATTERNS), st.data())
def test_a_pattern_is_told_with_the_same_values(pair: tuple[str, str], data: st.DataObject) -> None:
    pattern = Pattern.of(*pair)
    values = {hole: data.draw(VALUES) for hole in pattern.holes}
    english = "".join(
        literal + values.get(hole, "") for literal, hole in zip(pattern.literals, (*pattern.holes, ""), strict=True)
    )
    assume(pattern.letters >= 5 and english == english.strip())
    polish = Sentences(catalogue("pl", "core"), str)
    rivals = [Pattern.of(*other).filled(dict(zip(Pattern.of(*other).holes, found, strict=True)))
              for other in PATTERNS if (found := Pattern.of(*other).values(english)) is not None]  # fmt: skip
    assert pattern.filled(values) in rivals
    assert polish.told(english) in rivals


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    assert isinstance(told(text), str)


def test_a_hint_about_a_command_is_the_screens_own_or_none() -> None:
    assert hint_for_screen("`carat outbox list` shows them.") == ""
    assert hint_for_screen("Settle it with `carat outbox resolve`.") == "Klären Sie sie im Postausgang."
    assert hint_for_screen("Choose another folder.") == "Wählen Sie einen anderen Ordner."


def test_the_headless_program_loads_neither_babel_nor_the_sentences() -> None:
    code = (
        "import sys, carat_tui.locale; print(*(n for n in sys.modules if n.startswith(('babel', 'carat_tui.locale.'))))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
