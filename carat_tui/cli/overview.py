"""The list of commands: what ``carat --help`` prints and where each command lives.

Imports nothing, so that the list costs no more than Python itself; a command's module is imported when it is run.
"""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("begin", "make a home: folders, database, templates, rules, profiles"),
    "demo": ("begin", "play an example shop from the first export to the letter"),
    "run": ("run", "the engine: take in, plan, write, hand over"),
    "import": ("intake", "take in given files"),
    "profile": ("intake", "import profiles: list, show, check"),
    "outbox": ("outbox", "messages: list, show, hold, release, cancel, retry, undo, resolve, pause"),
    "send": ("send", "a message written by hand, sent at once"),
    "explain": ("explain", "why somebody did or did not get a message"),
    "task": ("tasks", "what needs a person: list, done, reopen"),
    "quarantine": ("quarantine", "files that could not be taken in: list, put back, remove"),
    "customer": ("customers", "customers: list, show, their ways and options"),
    "document": ("documents", "orders and other documents: list, show"),
    "template": ("template_acts", "templates: list, show, check, preview, test, save, history, diff, restore, reset"),
    "rule": ("rules", "rules: which event makes which message"),
    "priority": ("priority", "the order of ways to a customer, and whom each reaches"),
    "account": ("accounts", "routes: the configured ways out"),
    "secret": ("accounts", "passwords and tokens of routes, kept in the keyring"),
    "settings": ("settings", "everything else that can be turned"),
    "mode": ("mode", "rehearsal, redirect, paused or live"),
    "doctor": ("upkeep", "check the home; each finding with its remedy"),
    "backup": ("upkeep", "a verified copy of the database"),
    "restore": ("upkeep", "bring a copy back; nothing is sent until released"),
    "journal": ("upkeep", "the append-only journal of every act"),
}
"""name → (module of this package, what it does)"""

_HEAD = """\
Usage: carat [OPTIONS] COMMAND [ARGS]...

  The notification cockpit for small shops: an export of the ERP comes in, the
  right notice goes out, nothing is lost and nothing is sent twice.

Options:
  --home DIR            the home; else CARAT_HOME, else this folder if it holds
                        carat.toml, else the user's data folder
  --json                exactly one JSON document on stdout
  --lang [de|en|pl|sk]  language of the cockpit, and of what goes wrong
  -v, --verbose         say more on stderr
  --version             print the version
  -h, --help            this text; also after each command

Commands:
"""


def overview() -> str:
    """The text of ``carat --help``."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {words}\n" for name, (_, words) in COMMANDS.items()]
    return _HEAD + "".join(lines) + "\nExample:\n  carat demo\n"
