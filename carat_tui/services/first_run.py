"""From nothing to a rehearsal notice: a home, an example played through it, and what came of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from carat_tui.model.address import email
from carat_tui.model.clock import Clock, stamp
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.services import demo
from carat_tui.services.home import Shop, default_files, init
from carat_tui.store import journal, settings
from carat_tui.store.database import Store


def drop_example(store: Store, home: Home) -> Path:
    """Lay the first of the example's exports into the watch folder, as an ERP should; returns where it lies."""
    name = demo.STEPS[0][0]
    inbox = home.inside(settings.get(store.read(), "intake.folder"))
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        return demo.drop(default_files() / "watch" / "examples" / name, inbox)
    except OSError as error:
        raise CaratError(f"The example cannot be laid into {inbox}: {error.strerror}.", "Look at the folder.") from None
