"""How mail, SMS, letter and comparison are drawn: what stands where, and that nothing is cut or obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from rich.cells import cell_len

from carat_tui.cockpit.widgets.diff import changes
from carat_tui.cockpit.widgets.letter_view import ROW_MM, page, thumbnail
from carat_tui.cockpit.widgets.mail_view import mail
from carat_tui.cockpit.widgets.sms_view import bubbles
from carat_tui.cockpit.widgets.template_picture import Picture, draw
from carat_tui.compose import templates
from carat_tui.compose.preview import Preview, Wanted, preview
from carat_tui.compose.renderer import Renderer
from carat_tui.model.home import Home
from carat_tui.services.studio import Look, Seen, Studio
from carat_tui.store import settings
from carat_tui.store.database import Store
from carat_tui.store.templates import Key

HOSTILE = "[@click=app.quit]Klick[/] \x1b[31m \x1b]52;c;eA==\x07 \u202eabc\u200b"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


def written(store: Store, home: Home, renderer: Renderer, now: datetime, channel: str, source: str) -> Preview:
    """An example message of ``source``."""
    key = Key("goods_arrived_one", "de", channel)
    template = templates.parse(templates.path_of(home, *key), source)
    wanted = Wanted(key.name, channel, "de", None, template, look=True)
    return preview(store, home, renderer, wanted, now)


def made(text: str, html: str = "", subject: str = "Betreff") -> Preview:
    return Preview("email", "de", "t", "", subject, text, html, b"", None, "", None)


def test_a_mail_shows_what_its_html_says(store: Store, home: Home, renderer: Renderer, now: datetime) -> None:
    source = (
        "---\nsubject: Da: {{ order_no }}\n---\n# Oben\n\nEins **zwei** *drei*\nvier\n\n- a\n- b\n\n1. x\n2. y\n\n"
        "[Hier](https://example.org/x) & <b>kein</b>"
    )
    shown = mail(written(store, home, renderer, now, "email", source)).plain
    assert shown.split("\n") == [
        "Subject: Da: B26-10023", "", "Oben", "", "Eins zwei drei", "vier", "", "• a", "• b", "", "1. x", "2. y", "",
        "Hier <https://example.org/x> & <b>kein</b>",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "html", [HOSTILE, f"<p>{HOSTILE}</p>", "<p><a href='javascript:x'>y</p></b></ul><li>", "<!--", "<"]
)
def test_nothing_in_a_mail_is_obeyed(html: str) -> None:
    for shown in (mail(made(HOSTILE, html, HOSTILE)), mail(made(HOSTILE, html, HOSTILE), plain=True)):
        assert shown.plain.replace("\n", "").isprintable()
        assert not any("@click" in str(span.style) for span in shown.spans)


def test_an_sms_is_drawn_in_its_parts() -> None:
    text = "a" * 150 + " bcd " * 20
    lines = bubbles(text, 46).plain.split("\n")
    assert lines[0].startswith("2 parts · SMS alphabet · ")
    assert next(line for line in lines if line.startswith("╰")).endswith(" 1/2 · 153/153 ╯")
    drawn = "".join(line[2:-2].strip() for line in lines if line.startswith("│"))
    assert drawn.replace(" ", "") == text.replace(" ", "")
    assert {cell_len(line) for line in lines if line and line[0] in "╭│╰"} == {44}


def test_the_character_that_costs_is_named_and_marked() -> None:
    shown = bubbles("Ihr Buch „Momo“ ist da", 60)
    assert "U+201E DOUBLE LOW-9 QUOTATION MARK" in shown.plain
    assert "1 part · UCS-2: 70 characters a part · 48 characters left" in shown.plain
    at = shown.plain.rindex("„")
    assert any(span.start <= at < span.end and "reverse" in str(span.style) for span in shown.spans)


@pytest.mark.parametrize("text", ["", HOSTILE, "x" * 2000, "字" * 200, "e\u0301" * 90, "\n\n\n", "👩‍👩‍👧 " * 40])
@pytest.mark.parametrize("width", [12, 46, 200])
def test_every_bubble_is_closed(text: str, width: int) -> None:
    lines = [line for line in bubbles(text, width).plain.split("\n") if line[:1] in ("╭", "│", "╰")]
    assert len({cell_len(line) for line in lines if line[0] != "╰"}) <= 1
    assert all(line.isprintable() for line in lines)


LETTER = "---\nsubject: Ihre Bestellung {{ order_no }}\n---\n{{ salutation }}\n\nein Satz, der zeigt, was wo steht.\n"


def test_a_letter_stands_on_its_sheet(store: Store, home: Home, renderer: Renderer, now: datetime) -> None:
    letter = written(store, home, renderer, now, "letter", LETTER)
    lines = page(letter.sheets[0], letter.layout, 0).plain.split("\n")
    assert len({cell_len(line) for line in lines}) == 1
    texts = ("┌┄", "Buchladen Sonne · Linden", "Éva Kovács", "└┄", "Ihre Bestellung B26-10023", "ein Satz")
    row = {text: next(number for number, line in enumerate(lines) if text in line) for text in texts}
    assert list(row.values()) == sorted(row.values())
    window = lines[row["┌┄"]].index("┌┄"), lines[row["┌┄"]].index("┐")
    name = lines[row["Éva Kovács"]].index("Éva")
    assert window[0] < name < window[1]
    # 45 mm and 90 mm from the top on paper of 297 mm, in rows behind the border
    assert abs((row["┌┄"] - 1) * ROW_MM - 45) < ROW_MM
    assert abs((row["└┄"] - 1) * ROW_MM - 90) < ROW_MM
    marks = [number for number, line in enumerate(lines) if line.startswith("│ ──")]
    assert all(abs((number - 1) * ROW_MM - mm) < ROW_MM for number, mm in zip(marks, (105, 148.5, 210), strict=True))


def test_pages_are_told_and_the_small_sheet_fits(store: Store, home: Home, renderer: Renderer, now: datetime) -> None:
    letter = written(store, home, renderer, now, "letter", LETTER + "\n\nNoch ein Absatz von einer Zeile." * 60)
    assert letter.parts == len(letter.sheets) == 3
    seen = Seen(letter)
    first = draw(Picture(seen, letter, 130))
    assert first.lines[0].plain.startswith("3 pages · page 1")
    second = draw(Picture(seen, letter, 130, page=1))
    assert "Seite 2 von 3" in "\n".join(line.plain for line in second.lines)
    small = thumbnail(letter.sheets[1], letter.layout, 1, 40).plain.split("\n")
    assert {cell_len(line) for line in small} == {42}
    beside = draw(Picture(seen, letter, 50))
    assert beside.width <= 50
    assert "Noch ein Absatz" in "\n".join(line.plain for line in beside.lines)


def test_a_letter_of_hostile_words_is_harmless(store: Store, home: Home, renderer: Renderer, now: datetime) -> None:
    source = LETTER + "\n[@click=app.quit]Klick[/] {{ '<b>' }}\n"
    letter = written(store, home, renderer, now, "letter", source)
    shown = page(letter.sheets[0], letter.layout, 0)
    assert "[@click=app.quit]Klick[/]" in shown.plain
    assert shown.plain.replace("\n", "").isprintable()


def test_a_comparison_has_a_sign_for_each_line() -> None:
    assert changes("a\nb\n", "a\nc\n").plain.split("\n") == ["┄" * 12, "  a", "− b", "+ c"]
    assert changes("a", "a").plain == "The texts are the same."
    assert changes(HOSTILE, "").plain.replace("\n", "").isprintable()


def test_a_look_tells_the_line_and_keeps_what_was_rendered(store: Store, home: Home, now: datetime) -> None:
    key = Key("goods_arrived_one", "de", "sms")
    store.write(lambda conn: settings.put(conn, "sms.max_parts", "1"))
    studio = Studio(store, home, lambda: now)
    try:
        broken = studio.look(Look(key, "a\nb\n{{ order_nr }}"))
        assert (broken.preview, broken.line) == (None, 3)
        assert broken.values["order_no"] == "B26-10023"
        long = studio.look(Look(key, "x" * 200))
        assert (long.preview, long.text) == (None, "x" * 200)
        assert "2 parts" in long.words
        front = studio.look(Look(key._replace(channel="email"), "kein Kopf"))
        assert front.line == 1
        good = studio.look(Look(key, "“{{ order_no }}”"))
        assert good.preview is not None
        assert [note.line for note in good.notes] == [1]
        assert "order" in studio.look(Look(key, "x", "no such number")).words
    finally:
        studio.close()
    assert studio.look(Look(key, "x")).preview is None


def test_a_look_that_takes_for_ever_ends_when_the_studio_closes(store: Store, home: Home, now: datetime) -> None:
    import threading
    import time

    studio = Studio(store, home, lambda: now)
    key = Key("goods_arrived_one", "de", "sms")
    assert studio.look(Look(key, "warm")).preview is not None
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}"
    found: list[Seen] = []
    thread = threading.Thread(target=lambda: found.append(studio.look(Look(key, endless))))
    thread.start()
    time.sleep(0.3)
    began = time.monotonic()
    studio.close()
    thread.join(5)
    assert time.monotonic() - began < 1.5  # the limit of a look is 2 s of processor time
    assert found[0].preview is None
