"""Ways out: one module per kind behind the small protocol ``model.message.Channel``. No database here."""

from __future__ import annotations

from collections.abc import Mapping

from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.model.message import Channel


def build(kind: str, config: Mapping[str, str], home: Home, secret: str = "") -> Channel:
    """The way out of ``kind`` as configured (CLI.md, "Account kinds and their keys"); opens nothing yet.

    ``secret`` is the password or token, never part of ``config``. ``CaratError`` for a kind that does not exist.
    """
    if kind in ("maildir", "textfile", "hotfolder"):
        from carat_tui.channels.folder import FolderChannel

        return FolderChannel(kind, home.inside(config["folder"]))
    if kind == "smtp":
        from carat_tui.channels.smtp import SmtpChannel, settings_of

        return SmtpChannel(settings_of(config, secret))
    raise CaratError(f"There is no kind of route {kind!r}.", "`carat account list` shows the ones that are configured.")
