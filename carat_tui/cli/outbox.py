"""``carat outbox``: the messages, what a person may do with them, and filters by name."""

from __future__ import annotations

from carat_tui.cli import outbox_acts, outbox_filters  # noqa: F401  (each adds its commands to the group)
from carat_tui.cli.outbox_list import outbox_group

COMMANDS = {"outbox": outbox_group}
