"""What the pictures show: one line a picture. The same pictures are the tests' and those of ``docs/``."""

from __future__ import annotations

from dataclasses import dataclass

SMALL, LARGE, VAST = (80, 24), (120, 40), (200, 50)
TYPED = "Guten Tag, Ihr Buch ist da – wir haben heute bis 20 Uhr offen."
"""With a dash that makes an SMS three times as dear."""
WRITTEN = (*["down"] * 5, "n", f"paste:{TYPED}")


@dataclass(frozen=True, slots=True)
class Scene:
    """``keys``: what is pressed before the picture is taken; ``text:…`` is typed, ``paste:…`` pasted, and ``until:…``
    waited for. ``shop``: demo, empty, long, or none (the first run)."""

    name: str
    area: str
    keys: tuple[str, ...] = ()
    lang: str = "en"
    size: tuple[int, int] = LARGE
    shop: str = "demo"
    no_colour: bool = False
    theme: str = "carat"


_AREAS = ("overview", "orders", "outbox", "customers", "templates", "priorities")

SCENES = (
    *(Scene(area, area) for area in _AREAS),
    *(Scene(f"{area}-80-de", area, lang="de", size=SMALL) for area in _AREAS),
    *(Scene(f"{area}-empty", area, shop="empty", size=SMALL) for area in ("overview", "orders", "outbox", "customers")),
    Scene("outbox-long-de", "outbox", lang="de", shop="long", size=SMALL),
    Scene("orders-long-de", "orders", lang="de", shop="long"),
    Scene("outbox-no-colour", "outbox", no_colour=True),
    Scene("overview-light", "overview", theme="carat-light"),
    Scene("orders-vast-pl", "orders", lang="pl", size=VAST),
    Scene("customers-80-sk", "customers", lang="sk", size=SMALL),
    Scene("order-card", "orders", ("down", "enter"), size=SMALL),
    Scene("message-card-de", "outbox", ("down", "enter"), lang="de", size=SMALL),
    Scene("customer-card", "customers", ("down", "enter"), size=SMALL),
    Scene("send", "orders", (*WRITTEN, "until:1/1")),
    Scene("send-80-de", "orders", WRITTEN, lang="de", size=SMALL),
    Scene("editor", "templates", ("e", "until:Kovács")),
    Scene("editor-80-de", "templates", ("e", "until:Kovács"), lang="de", size=SMALL),
    Scene("editor-letter", "templates", ("down", "down", "e", "until:Kovács"), size=VAST),
    Scene("help", "outbox", ("question_mark",)),
    Scene("help-80-de", "orders", ("question_mark",), lang="de", size=SMALL),
    Scene("palette", "overview", ("ctrl+p", "text:anna")),
    Scene("mode-80-de", "overview", ("f9",), lang="de", size=SMALL),
    Scene("stopped", "overview", ("f8",), size=SMALL),
    Scene("ask-80-de", "outbox", ("f8", "f8"), lang="de", size=SMALL),
    Scene("suppress", "customers", ("s",), size=SMALL),
    Scene("collected-80-de", "orders", ("c",), lang="de", size=SMALL),
    Scene("why", "customers", ("x",)),
    Scene("first-run", "", shop="none", size=SMALL),
    Scene("first-run-shop-de", "", ("enter", "f2"), lang="de", shop="none", size=SMALL),
)
