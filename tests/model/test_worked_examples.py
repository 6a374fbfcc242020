"""The exact cases of the trade's worked examples, where that folder lies beside the project."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from carat_tui.compose.letter import layout
from carat_tui.model import dates, money, note, sms, titles, words
from carat_tui.model.salutation import Person, salutation

FILE = Path(__file__).parents[3] / "shared" / "domain" / "worked_examples.json"
LANGUAGES = {"de_DE": "de", "en_GB": "en", "pl_PL": "pl", "sk_SK": "sk"}
Given = dict[str, Any]


def _sms_segments(given: Given) -> Given:
    found = sms.count(given["text"])
    return {
        "encoding": found.encoding, "units": found.units, "segments": len(found.parts),
        "units_left_in_last_segment": found.left, "non_gsm_chars": "".join(sorted(found.foreign)),
    }  # fmt: skip


def _sms_transliterate(given: Given) -> Given:
    text, _ = sms.fold(given["text"])
    found = sms.count(text)
    return {"text": text, "units": found.units, "segments": len(found.parts)}


def _plural(given: Given) -> Given:
    return {
        "category": words.plural_category(given["lang"], given["n"]),
        "text": words.counted(given["lang"], given["noun"], given["n"]),
    }


def _note(given: Given) -> Given:
    found = note.append(given["note"], given["entry"], given["limit"])
    return {"stored": found.stored, "note": found.note, "copy_by_email": found.copy_by_email}


def _title(given: Given) -> Given:
    text = titles.shorten(given["title"], given["max"])
    return {"title": text, "length": len(text)}


def _zone(given: Given) -> Given:
    box, zone = layout.Box(*given["box_mm_xywh"]), layout.Box(*given["zone_mm_xywh"])
    return {"violates": box.overlaps(zone)}


def _subject(given: Given) -> Given:
    profile = layout.PROFILES[f"din5008{given['form'].lower()}"]
    field = profile.address_field
    return {
        "address_field_top_mm": field.y, "address_field_bottom_mm": field.bottom,
        "subject_top_mm": round(layout.subject_top(profile, given["info_block_height_mm"]), 2),
    }  # fmt: skip


def _currency(given: Given) -> Given:
    cents = int(Decimal(given["amount"]) * 100)
    return {"text": money.amount(cents, given["currency"], LANGUAGES[given["locale"]])}


def _date(given: Given) -> Given:
    day, language = date.fromisoformat(given["date"]), LANGUAGES[given["locale"]]
    return {"long": dates.long(day, language), "numeric_document": dates.numeric(day, language)}


TOPICS: dict[str, Callable[[Given], Given]] = {
    "sms_segments": _sms_segments,
    "sms_transliterate": _sms_transliterate,
    "list_join": lambda given: {"text": words.join(given["lang"], given["items"])},
    "plural": _plural,
    "salutation": lambda given: {"text": salutation(given["lang"], Person(**given["person"]))},
    "note_255": _note,
    "title_truncate": _title,
    "no_print_zone": _zone,
    "din5008_subject_y": _subject,
    "currency": _currency,
    "date": _date,
}


@cache
def _examples() -> list[Given]:
    found: list[Given] = json.loads(FILE.read_text("utf-8"))["examples"] if FILE.exists() else []
    return found


@pytest.mark.skipif(not FILE.exists(), reason="the worked examples lie beside the project, not in it")
@pytest.mark.parametrize("topic", TOPICS)
def test_worked_examples(topic: str) -> None:
    cases = [case for case in _examples() if case["topic"] == topic]
    assert cases
    for case in cases:
        found = TOPICS[topic](case["input"])
        assert found == {key: case["expected"][key] for key in found}, case["id"]
