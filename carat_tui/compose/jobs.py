"""From what is known about a message to a job for the renderer, and from its result to finished bytes."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from carat_tui.compose import templates
from carat_tui.compose.attachments import frozen
from carat_tui.compose.email import Mail, build, message_id
from carat_tui.compose.material import Customer, Material
from carat_tui.compose.render import wire
from carat_tui.compose.renderer import Failure, Job, Rendered
from carat_tui.compose.shop import FROM_SETTING, Shop, letter_frame, shared_values
from carat_tui.compose.templates import Choice, Template
from carat_tui.compose.variables import short_variants, values
from carat_tui.model import sms
from carat_tui.model.dates import numeric
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.phrases import PHRASES, country_name
from carat_tui.model.text import plain, printable

BY_NUMBER = {"goods_arrived": ("goods_arrived_one", "goods_arrived_many")}
"""Rules' templates that have one text for one article and one for several."""


_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"></head>
<body>
{body}
</body>
</html>
"""


class Hold(Exception):
    """The message cannot be written; the words are its reason and tell a person what to do.

    ``line`` is the template file's (0 = it is not a line's fault), ``bare`` the words without the file's name.
    """

    def __init__(self, words: str, line: int = 0, bare: str = "") -> None:
        super().__init__(words)
        self.line = line
        self.bare = bare or words


class Desk:
    """Templates and shared values for the messages of one moment: looked up once each."""

    def __init__(self, home: Home, shop: Shop) -> None:
        self.home = home
        self.shop = shop
        self.date = shop.now.astimezone(ZoneInfo(shop["shop.timezone"]))
        self._choices: dict[tuple[str, str, str], Choice | CaratError] = {}
        self._shared: dict[str, dict[str, str]] = {}
        self._frames: dict[str, dict[str, object]] = {}

    def use(self, template: Template) -> None:
        """Take ``template`` for its name, language and channel, whatever the files hold (a text not yet saved)."""
        self._choices[template.name, template.language, template.channel] = Choice(template)

    def choose(self, material: Material) -> Choice:
        """The template of a message; raises ``Hold``."""
        message = material.message
        name = message.template or message.event.replace(".", "_")
        if name in BY_NUMBER:
            name = BY_NUMBER[name][len({(line.document_id, line.line_key) for line in material.lines}) > 1]
        key = (name, message.language, message.channel)
        if key not in self._choices:
            try:
                self._choices[key] = templates.find(
                    self.home, name, (message.language, self.shop["shop.language"]), message.channel
                )
            except CaratError as error:
                self._choices[key] = error
        found = self._choices[key]
        if isinstance(found, CaratError):
            raise Hold(str(found))
        return found

    def shared(self, language: str) -> dict[str, str]:
        """The same object for all messages in one language, so that it is sent to the child once."""
        if language not in self._shared:
            self._shared[language] = shared_values(self.shop, language)
        return self._shared[language]

    def letter(self, material: Material, language: str) -> dict[str, object]:
        """What the sheet shows around the text; raises ``Hold`` for an incomplete postal address."""
        if language not in self._frames:
            self._frames[language] = letter_frame(self.shop, language)
        words = PHRASES[language]
        info = [[words.date, numeric(self.shop.today, language)]]
        if len(material.documents) == 1:
            info.append([words.order, plain(material.documents[0].number)])
        if material.customer and material.customer.customer_no:
            info.append([words.customer, plain(material.customer.customer_no)])
        return self._frames[language] | {"address": address_lines(material, self.shop, language), "info": info}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as a person typed it."""

    subject: str
    text: str


@dataclass(slots=True)
class Prepared:
    """A message on its way: its job (None where there is nothing to render), and shorter ways to say it in an SMS."""

    material: Material
    language: str
    choice: Choice | None
    draft: Draft | None
    job: Job | None
    shorter: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Finished:
    """A message ready for the outbox."""

    payload: bytes
    text: str
    subject: str | None
    parts: int | None
    message_ref: str | None


def prepare(desk: Desk, material: Material) -> Prepared:
    """Choose the template and gather the values; raises ``Hold``."""
    message = material.message
    if message.draft is not None:
        language = message.language if message.language in PHRASES else desk.shop["shop.language"]
        return _prepare_draft(desk, material, language, message.draft)
    choice = desk.choose(material)
    language = choice.template.language
    found = values(material, desk.shop, language)
    shorter: list[dict[str, str]] = []
    letter = None
    if message.channel == "sms":
        first, *shorter = short_variants(material, language)
        found |= first
    elif message.channel == "letter":
        letter = desk.letter(material, language)
    # Base64 has neither dots nor underscores, so no body can hold the boundary.
    boundary = f"=_carat.{message.id}" if message.channel == "email" else ""
    job = Job(choice.template, found, desk.shared(language), letter, boundary)
    return Prepared(material, language, choice, None, job, shorter)


def _prepare_draft(desk: Desk, material: Material, language: str, raw: str) -> Prepared:
    content = json.loads(raw)
    draft = Draft(_written(content.get("subject")), _written(content.get("text")))
    job = None
    if material.message.channel == "letter":
        said = {"subject": printable(draft.subject), "text": printable(draft.text)}
        job = Job(None, said, {}, desk.letter(material, language))
    return Prepared(material, language, None, draft, job, [])


def _written(value: object) -> str:
    """Typed text; half a character (an unpaired surrogate), which no file and no mail can hold, becomes ``?``."""
    return str(value or "").encode("utf-8", "replace").decode("utf-8")


def next_shorter(prepared: Prepared) -> Job | None:
    """The job with the next shorter way to tell of the articles, or None when there is none left."""
    if not prepared.shorter or prepared.job is None:
        return None
    job = prepared.job
    prepared.job = Job(job.template, job.values | prepared.shorter.pop(0), job.common, job.letter)
    return prepared.job


def finish(desk: Desk, prepared: Prepared, rendered: Rendered) -> Finished | None:
    """The finished bytes; None = an SMS that is too long and may be told shorter; raises ``Hold``."""
    if rendered.failure is not None:
        failure = rendered.failure
        raise Hold(failure_words(desk.home, prepared, failure), failure.line, failure_words(None, prepared, failure))
    channel = prepared.material.message.channel
    if channel == "sms":
        return _sms(desk.shop, prepared, rendered.text)
    if channel == "letter":
        return Finished(rendered.pdf, rendered.text, rendered.subject, rendered.pages, None)
    return _email(desk, prepared, rendered)


def _email(desk: Desk, prepared: Prepared, rendered: Rendered) -> Finished:
    message, sender = prepared.material.message, desk.shop["shop.email"]
    if not sender:
        raise Hold("The shop's own e-mail address is missing: `carat settings set shop.email …`, then release.")
    try:
        reference = message_id(message.key, message.id, sender)
        mail = Mail(
            message_id=reference, date=desk.date, to=message.to_address, automatic=prepared.draft is None,
            sender=sender, sender_name=desk.shop["shop.name"],
            subject=rendered.subject, text=rendered.text, html=rendered.html, body=rendered.body,
            attachments=frozen(desk.home, prepared.material.attachments) if prepared.material.attachments else (),
        )  # fmt: skip
        return Finished(build(mail), rendered.text, rendered.subject, None, reference)
    except CaratError as error:
        raise Hold(str(error)) from None


def _sms(shop: Shop, prepared: Prepared, text: str) -> Finished | None:
    text, suffix = text.strip(), ""
    if shop.folds_sms(prepared.language):
        text, lost = sms.fold(text)
        if lost:
            raise Hold(
                f"This SMS has characters that the SMS alphabet does not know and that cannot be replaced: {lost}"
            )
    if prepared.draft is None:
        suffix = shop.sms_suffix(prepared.language)
    if not text:
        raise Hold("The SMS is empty.")
    found = sms.count(text)
    most = shop.number("sms.max_parts")
    if len(found.parts) > most:
        if prepared.shorter:
            return None
        why = f" because of {found.foreign[:10]}" if found.foreign else ""
        size = f"{len(found.parts)} parts ({found.units} {found.encoding} units{why})"
        raise Hold(f"The SMS needs {size}, sms.max_parts allows {most}.")
    if suffix:
        longer = sms.count(whole := _with_suffix(text, suffix))
        if len(longer.parts) == len(found.parts):
            text, found = whole, longer
    return Finished(text.encode("utf-8", "replace"), text, None, len(found.parts), None)


def _with_suffix(text: str, suffix: str) -> str:
    return f"{text} {suffix}" if text.endswith((".", "!", "?", ":")) else f"{text}. {suffix}"


def typed(prepared: Prepared) -> Rendered:
    """What a person typed, as if rendered; HTML for e-mail has the text escaped."""
    draft = prepared.draft
    assert draft is not None
    if prepared.material.message.channel != "email":
        return Rendered(text=draft.text)
    blocks = [part.strip("\n") for part in draft.text.split("\n\n") if part.strip()]
    body = "\n".join("<p>" + html.escape(block).replace("\n", "<br>\n") + "</p>" for block in blocks)
    page = _PAGE.format(language=prepared.language, body=body)
    return Rendered(subject=plain(draft.subject), text=draft.text, html=page)


def address_lines(material: Material, shop: Shop, language: str) -> list[str]:
    """The receiver as it stands in the window: the country in capitals only abroad (DOMAIN A.1); raises ``Hold``."""
    customer = material.customer
    if customer is None:
        lines = [plain(part) for part in material.message.to_address.replace("\n", ",").split(",")]
        return [line for line in lines if line]
    missing = [word for word, part in _postal_parts(customer).items() if not part]
    if missing:
        who = customer.customer_no or customer.id
        raise Hold(f"The postal address of customer {who} is incomplete: no {', no '.join(missing)}.")
    parts = _postal_parts(customer)
    company = plain(customer.company or "")
    lines = [
        company if company != parts["name"] else "",
        parts["name"],
        parts["street"],
        f"{parts['postcode']} {parts['town']}",
    ]
    country = plain(customer.country or "")
    if country and country.upper() != shop["shop.country"]:
        lines.append(country_name(country, _LANGUAGE_OF.get(shop["shop.country"], language)).upper())
    return [line for line in lines if line]


_LANGUAGE_OF = {"DE": "de", "PL": "pl", "SK": "sk"}
"""The post reads the country line in the language of the country where the letter is posted."""


def _postal_parts(customer: Customer) -> dict[str, str]:
    person = " ".join(filter(None, (customer.title, customer.first_name, customer.last_name)))
    name = plain(customer.name or person or customer.company or "")
    raw = {"street": customer.street, "postcode": customer.zip, "town": customer.city}
    return {"name": name, **{word: plain(part or "") for word, part in raw.items()}}


def failure_words(home: Home | None, prepared: Prepared, failure: Failure) -> str:
    """Why a message is held, with the template's file and line (without a home: neither) and what to do."""
    template = prepared.choice.template if prepared.choice else None
    where = _where(home, template, failure.line) + ": " if home and template else "The letter: " if home else ""
    if failure.kind == wire.EXPENSIVE:
        return f"{where}too expensive: {failure.words}."
    if failure.kind == wire.HOLE:
        setting = FROM_SETTING.get(failure.placeholder)
        remedy = (
            f"`carat settings set {setting} …`" if setting else "fill it in the ERP, or put the sentence into {% if %}"
        )
        return f"{where}{failure.words} for this message; {remedy}, then release it."
    return f"{where}{failure.words}."


def _where(home: Home, template: Template, line: int) -> str:
    path = templates.shown(home, template.path)
    return f"{path}:{line}" if line else path
