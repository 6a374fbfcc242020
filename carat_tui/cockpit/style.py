"""How it looks: two themes of our own, and the style sheets beside the modules."""

from __future__ import annotations

from pathlib import Path, PurePath

from textual.theme import BUILTIN_THEMES, Theme

_HERE = Path(__file__).parent
STYLE_SHEETS: list[str | PurePath] = [
    _HERE / "carat.tcss",
    *sorted((_HERE / "widgets").glob("*.tcss")),
    *sorted((_HERE / "screens").glob("*.tcss")),
]

OWN_COLOURS = {
    "tab-active-foreground": "#10151c",
    "tab-active-background": "#f0b866",
    "mode-foreground": "#10151c",
    "mode-rehearsal": "#e0b354",
    "mode-redirect": "#8fc1e8",
    "mode-paused": "#b8c4d0",
    "mode-stopped": "#ff8a80",
    "mode-live": "#7fd496",
}
"""Variables of ours, for every theme that does not say otherwise: dark on bright, for light and dark alike."""

THEMES = (
    Theme(
        name="carat",
        primary="#5fb0e5",
        secondary="#8fa8c2",
        accent="#f0b866",
        success="#7fd496",
        warning="#f2cc60",
        error="#ff8a80",
        foreground="#dbe3ec",
        background="#11161d",
        surface="#171e27",
        panel="#202a36",
        dark=True,
        variables={"footer-key-foreground": "#f0b866"},
    ),
    Theme(
        name="carat-light",
        primary="#1d5f91",
        secondary="#51667a",
        accent="#8a5200",
        success="#1d6b37",
        warning="#7a5400",
        error="#a8201a",
        foreground="#1b232c",
        background="#f6f4ef",
        surface="#eeebe4",
        panel="#e2ded4",
        dark=False,
        variables={
            "tab-active-foreground": "#ffffff",
            "tab-active-background": "#8a5200",
            "footer-key-foreground": "#8a5200",
        },
    ),
)


def chosen_theme(name: str) -> str:
    """The theme of a setting, ours where it is not known any more."""
    return name if name in BUILTIN_THEMES or name in {theme.name for theme in THEMES} else THEMES[0].name
