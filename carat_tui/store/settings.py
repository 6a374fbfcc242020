"""Settings: what an owner or admin can turn, each with its default, its kind and a sentence of help."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from carat_tui.model.errors import CaratError
from carat_tui.model.message import ChannelKind
from carat_tui.model.text import plain

COUNTRIES = {"DE": ("de", "Europe/Berlin"), "SK": ("sk", "Europe/Bratislava"), "PL": ("pl", "Europe/Warsaw")}
LANGUAGES = ("de", "en", "pl", "sk")
LAYOUTS = ("din5008b", "din5008a", "window_right", "epost", "pingen")
"""The page layouts of ``compose.letter.layout``."""

_STATES = ["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"]
MODES = ("rehearsal", "redirect", "paused", "live")


def _text(value: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("text in this terminal's encoding")
    return plain(value)


def _number(low: int, high: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not value.strip().isdecimal() or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return str(int(value))

    return check


def _one_of(*choices: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


def _channels(value: str) -> str:
    names = [part.strip() for part in value.split(",") if part.strip()]
    if not names or len(set(names)) < len(names) or any(name not in set(ChannelKind) for name in names):
        raise ValueError("a comma list of email, sms, letter, each once")
    return ",".join(names)


def _email(value: str) -> str:
    from carat_tui.model.address import email

    if value and not (found := email(value)).usable:
        raise ValueError(f"an e-mail address ({found.why})")
    return value.strip()


def _timezone(value: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("a time zone such as Europe/Berlin") from None
    return value


def _window(value: str) -> str:
    import re

    if not value:
        return ""
    found = re.fullmatch(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)\s*", value)
    if not found or found.group(1, 2) >= found.group(3, 4):
        raise ValueError("a time of day such as 08:00-20:00")
    return f"{found[1]}:{found[2]}-{found[3]}:{found[4]}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. ``check`` returns the value as stored or raises ``ValueError`` with what was expected."""

    default: str
    help: str
    check: Callable[[str], str] = _text


SETTINGS: dict[str, Setting] = {
    "shop.name": Setting("", "the shop's name, as customers read it"),
    "shop.street": Setting("", "street and number"),
    "shop.postcode": Setting("", "postcode"),
    "shop.city": Setting("", "town"),
    "shop.country": Setting("DE", "DE, SK or PL", _one_of(*COUNTRIES)),
    "shop.subdivision": Setting(
        "", "German federal state for holidays, such as BW", lambda v: _one_of("", *_STATES)(v.strip().upper())
    ),
    "shop.email": Setting("", "the shop's own address: sender of e-mail and receiver of copies", _email),
    "shop.phone": Setting("", "phone number shown in messages"),
    "shop.website": Setting("", "web address shown in messages"),
    "shop.iban": Setting("", "IBAN shown in messages"),
    "shop.bic": Setting("", "BIC"),
    "shop.vat_id": Setting("", "VAT id"),
    "shop.opening_hours": Setting("", "opening hours in one line, shown in messages"),
    "shop.sender_name": Setting("", "who signs; empty = the shop's name"),
    "shop.language": Setting(
        "", "language of messages where the customer's is unknown; empty = by country", _one_of("", *LANGUAGES)
    ),
    "shop.timezone": Setting("", "time zone; empty = by country", lambda v: _timezone(v) if v else ""),
    "cockpit.language": Setting(
        "", "language of the cockpit: de, en, pl, sk; empty = the shop's", _one_of("", *LANGUAGES)
    ),
    "cockpit.theme": Setting("carat", "colours of the cockpit: carat, carat-light, or a theme of Textual"),
    "cockpit.keys": Setting("", "your own keys, by the ids of docs/keys.md: outbox.hold=H, app.stop=f7"),
    "channels.priority": Setting("email,sms,letter", "order in which ways to a customer are tried", _channels),
    "intake.folder": Setting("watch/inbox", "folder that the ERP drops files into, relative to the home"),
    "intake.settle_s": Setting("3", "seconds that a file must not have changed", _number(0, 3600)),
    "intake.poll_s": Setting("5", "seconds between two looks into the folder", _number(1, 3600)),
    "intake.max_wait_s": Setting("600", "seconds until an incomplete file goes to quarantine", _number(0, 86400)),
    "merge.window_s": Setting(
        "120",
        "seconds after the last goods receipt until the notice is written; 0 = each intake on its own",
        _number(0, 86400),
    ),
    "merge.max_s": Setting("900", "longest time that goods are collected for one notice", _number(0, 86400)),
    "pickup.days": Setting("14", "days that goods are kept for the customer", _number(1, 365)),
    "sms.max_parts": Setting("2", "longest SMS in parts; a longer one is held", _number(1, 10)),
    "sms.fold": Setting(
        "", "write SMS without diacritics: yes, no; empty = by language (pl, sk yes)", _one_of("", "yes", "no")
    ),
    "sms.suffix": Setting(
        "default", "sentence at the end of an automatic SMS; 'default' = that of the language, empty = none"
    ),
    "sms.window": Setting("08:00-20:00", "time of day for automatic SMS, local time; empty = any time", _window),
    "sms.rest_days": Setting("yes", "no automatic SMS on Sundays and public holidays: yes, no", _one_of("yes", "no")),
    "letter.layout": Setting("din5008b", "window profile of letters: see docs/guide.md", _one_of(*LAYOUTS)),
    "outbox.workers": Setting("4", "most connections at a time", _number(1, 32)),
    "outbox.undo_s": Setting("0", "seconds between writing a message and handing it over", _number(0, 86400)),
    "brake.max_at_once": Setting("500", "more messages than this from one file are held", _number(1, 1_000_000)),
    "brake.factor": Setting("3", "more than this many times the usual number are held", _number(1, 1000)),
}

_INTERNAL = {"mode", "redirect.to", "outbox.paused"}  # steered by `carat mode` and `carat outbox pause` alone


def get(conn: sqlite3.Connection, key: str) -> str:
    """The value of ``key``, or its default (by country where the default is empty)."""
    row = conn.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    value: str = row[0] if row else known(key).default
    if value == "" and key in ("shop.language", "shop.timezone"):
        return COUNTRIES[get(conn, "shop.country")][0 if key == "shop.language" else 1]
    return value


def number(conn: sqlite3.Connection, key: str) -> int:
    """A setting that is a whole number."""
    return int(get(conn, key))


def put(conn: sqlite3.Connection, key: str, value: str) -> str:
    """Check and store a value inside the caller's transaction; returns it as stored."""
    try:
        stored = known(key).check(value)
    except ValueError as error:
        raise CaratError(f"{key} must be {error}, not {value!r}.") from None
    conn.execute("INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, stored))
    return stored


def known(key: str) -> Setting:
    """The description of ``key``; ``CaratError`` names the nearest known key otherwise."""
    if key in SETTINGS:
        return SETTINGS[key]
    import difflib

    near = difflib.get_close_matches(key, SETTINGS, 1)
    raise CaratError(
        f"There is no setting {key!r}.", f"Did you mean {near[0]}?" if near else "`carat settings list` names them."
    )


@dataclass(frozen=True, slots=True)
class Mode:
    """What may leave: ``rehearsal`` (embedded routes only), ``redirect`` (all to ``to``), ``paused`` or ``live``."""

    name: str
    to: str = ""


def mode(conn: sqlite3.Connection) -> Mode:
    """The home's mode; a new home rehearses."""
    rows = dict(conn.execute("SELECT key, value FROM setting WHERE key IN ('mode', 'redirect.to')").fetchall())
    return Mode(rows.get("mode", "rehearsal"), rows.get("redirect.to", ""))


def set_mode(conn: sqlite3.Connection, new: Mode) -> None:
    """Store the mode inside the caller's transaction (the caller has asked the person and writes the journal)."""
    for key, value in (("mode", new.name), ("redirect.to", new.to)):
        conn.execute("INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, value))


def paused(conn: sqlite3.Connection) -> str:
    """Why nothing at all leaves, as `carat outbox pause --all` noted it; empty = not paused."""
    row = conn.execute("SELECT value FROM setting WHERE key = 'outbox.paused'").fetchone()
    return str(row[0]) if row else ""


def set_paused(conn: sqlite3.Connection, why: str) -> None:
    """Stop everything that leaves (``why``), or let it go on (empty), inside the caller's transaction."""
    conn.execute("DELETE FROM setting WHERE key = 'outbox.paused'")
    if why:
        conn.execute("INSERT INTO setting VALUES ('outbox.paused', ?)", (why,))
