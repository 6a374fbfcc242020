"""What the first run asks, step by step: pages of questions, each with a sentence about why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from carat_tui.cockpit.tongue import TONGUES
from carat_tui.locale import N_

Answers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """``key`` of the answer; ``options`` (value, label marked with ``N_``) make it a choice instead of a line of text;
    ``asked``: whether it is asked after these answers."""

    key: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    asked: Callable[[Mapping[str, str]], bool] = lambda answers: True


@dataclass(frozen=True, slots=True)
class Step:
    """One page."""

    title: str
    words: str
    questions: tuple[Question, ...]


STEPS = (
    Step(
        N_("Welcome"),
        N_(
            "carat reads the exports of your shop's system and tells each customer what concerns them, by e-mail, SMS"
            " or letter. Six short pages, then you see a first notice. Nothing leaves this PC before you say so, and"
            " nothing is made before the last page."
        ),
        (Question("screen", N_("Language of this screen"), options=TONGUES),),
    ),
    Step(
        N_("The shop"),
        N_("Customers read this in every message."),
        (
            Question("name", N_("Name of the shop")),
            Question("email", N_("E-mail address"), N_("Messages are sent from it; answers come to it.")),
        ),
    ),
    Step(
        N_("Its address"),
        N_("It stands on letters and below messages. You may leave it empty as long as you write no letters."),
        (
            Question("street", N_("Street and number")),
            Question("postcode", N_("Postcode")),
            Question("city", N_("Town")),
        ),
    ),
    Step(
        N_("Country and language"),
        N_("The country decides about phone numbers, public holidays and the time; the language about the texts."),
        (
            Question(
                "country",
                N_("Country"),
                options=(("DE", N_("Germany")), ("PL", N_("Poland")), ("SK", N_("Slovakia"))),
            ),
            Question("language", N_("Language of messages, where a customer's is not known"), options=TONGUES),
        ),
    ),
    Step(
        N_("The watch folder"),
        N_(
            "Into this folder your shop's system drops its exports. Leave it as it is, or name the folder that it"
            " exports into already."
        ),
        (
            Question(
                "folder", N_("Folder"), N_("A short path lies in the new home; an existing folder is named whole.")
            ),
        ),
    ),
    Step(
        N_("The first export"),
        N_("The first file is only learned from. From the second on customers are told what has come for them."),
        (
            Question(
                "feed",
                N_("Begin with"),
                options=(
                    ("example", N_("the example: the orders of an invented bookshop, to look around")),
                    ("file", N_("an export of my own: it is tried first")),
                    ("later", N_("nothing yet: I drop a file later")),
                ),
            ),
            Question(
                "file",
                N_("File"),
                N_("The whole path of a CSV list of orders."),
                asked=lambda answers: answers["feed"] == "file",
            ),
        ),
    ),
)
