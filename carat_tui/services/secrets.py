"""Passwords and tokens of routes: in the operating system's keyring and nowhere else (reliability §4.7).

A server without a desktop has no keyring; there an admin may name a file that only its owner can read (``secret_file=``
of the route). That is an explicit setting of one route, never something that happens by itself.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home
from carat_tui.store.accounts import Account

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

_BACKENDS = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "linux": (("keyring.backends.SecretService", "Keyring"), ("keyring.backends.kwallet", "DBusKeyring")),
}
"""The keyrings that we trust, by platform. Named, not searched for: the search loads every backend (150 ms) and may end
in one that keeps its secrets in a plain file."""

_LIMIT_S = 10.0
_chosen: KeyringBackend | None = None


def use(backend: KeyringBackend | None) -> None:
    """Use ``backend`` instead of the platform's own; ``None`` goes back. For tests: none touches a real keyring."""
    global _chosen
    _chosen = backend


def secret_of(home: Home, account: Account) -> str:
    """The secret of a route, or an empty text when none is set.

    ``CaratError`` when the keyring cannot be asked, or when the route's ``secret_file`` can be read by others.
    """
    if account.config.get("secret_file"):
        return _from_file(home.inside(account.config["secret_file"]))
    return _asked(lambda keyring: keyring.get_password(_service(home), account.name)) or ""


def keep(home: Home, route: str, secret: str) -> None:
    """Put a route's secret into the keyring."""
    _asked(lambda keyring: keyring.set_password(_service(home), route, secret))


def forget(home: Home, route: str) -> None:
    """Take a route's secret out of the keyring, if it is there."""
    if _asked(lambda keyring: keyring.get_password(_service(home), route)) is not None:
        _asked(lambda keyring: keyring.delete_password(_service(home), route))


def keyring_name() -> str:
    """What the keyring calls itself; ``CaratError`` when there is none that can be used (for ``doctor``)."""
    return _asked(lambda keyring: str(keyring.name))


def _service(home: Home) -> str:
    # Two homes on one machine may have routes of the same name.
    return f"carat {home.root}"


def _from_file(file: Path) -> str:
    """A secret that an admin keeps in a file because the machine has no keyring; nobody else may read that file."""
    try:
        if sys.platform != "win32":
            stat = file.stat()
            if stat.st_mode & 0o077 or stat.st_uid != os.getuid():
                raise CaratError(
                    f"The secret file {file} must be yours and readable by you alone.", f"chmod 600 {file}"
                )
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CaratError(
            f"The secret file {file} cannot be read: {error}.", "Name another with secret_file=."
        ) from None


def _keyring() -> KeyringBackend:
    if _chosen is not None:
        return _chosen
    import importlib

    why: list[str] = []
    for module, name in _BACKENDS.get(sys.platform, _BACKENDS["linux"]):
        kind = getattr(importlib.import_module(module), name)
        try:
            if kind.priority > 0:
                backend: KeyringBackend = kind()
                return backend
        except RuntimeError as error:  # how a backend says that it cannot work on this machine
            why.append(str(error))
    raise CaratError(f"this machine has no keyring ({'; '.join(why) or 'none is running'})")


def _asked(question: Callable[[KeyringBackend], T]) -> T:
    """Ask the keyring, but not for ever: unlocking can wait for a dialogue on a screen that nobody sees."""
    answer: list[T] = []
    trouble: list[Exception] = []

    def ask() -> None:
        try:
            answer.append(question(_keyring()))
        except Exception as error:  # told below, in the thread that asked
            trouble.append(error)

    worker = threading.Thread(target=ask, name="keyring", daemon=True)
    worker.start()
    worker.join(_LIMIT_S)
    if trouble:
        words = " ".join(str(trouble[0]).split()) or type(trouble[0]).__name__
        raise CaratError(f"The keyring cannot be used: {words}.", _REMEDY) from trouble[0]
    if not answer:
        raise CaratError(f"The keyring did not answer within {_LIMIT_S:.0f} s.", _REMEDY)
    return answer[0]


_REMEDY = "Unlock it on this machine's desktop, or name a file with secret_file= (docs/providers.md)."
