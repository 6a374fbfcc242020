"""A postfix of our own for one measurement: smtp-source → postfix's queue → a sink, in a temporary folder.

Needs the packages' programs and root, because postfix drops its rights to a user of its own; nothing of an installed
mail system is touched.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def missing() -> str:
    """Why this machine cannot measure postfix, or an empty text."""
    if shutil.which("postfix") is None or shutil.which("smtp-source") is None:
        return "not installed"
    return "" if os.geteuid() == 0 else "installed, but only root can start one of its own"


@contextmanager
def running(sink: int) -> Iterator[tuple[int, Path]]:
    """A postfix that relays everything to ``sink``; gives its port and its queue folder."""
    import pwd  # there is none on Windows, as there is no postfix

    folder = Path(tempfile.mkdtemp(prefix="postfix"))
    folder.chmod(0o755)
    config, spool, state = (folder / name for name in ("etc", "spool", "state"))
    for made in (config, spool, state):
        made.mkdir()
    os.chown(state, pwd.getpwnam("postfix").pw_uid, -1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": spool,
        "data_directory": state,
        "maillog_file_prefixes": folder,
        "maillog_file": folder / "log",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "bench.example.org",
        "mydestination": "",
        "mynetworks": "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "relayhost": f"[127.0.0.1]:{sink}",
    }
    lines = [f"{key} = {value}" for key, value in settings.items()]
    (config / "main.cf").write_text("\n".join(lines) + "\n", encoding="ascii")
    (config / "master.cf").write_text(_SERVICES.format(port=port), encoding="ascii")
    postfix = ["postfix", "-c", str(config)]
    subprocess.run([*postfix, "start"], check=True, capture_output=True)
    try:
        yield port, spool
    finally:
        subprocess.run([*postfix, "stop"], check=True, capture_output=True)
        shutil.rmtree(folder)


def rate(port: int, spool: Path, count: int, sessions: int, size: int) -> float:
    """Mails a second from the first accepted by postfix to the last handed on by it."""
    source = ["smtp-source", "-c", "-d", "-l", str(size), "-m", str(count), "-s", str(sessions)]
    addresses = ["-f", "laden@example.org", "-t", "customer@example.net"]
    began = time.perf_counter()
    subprocess.run([*source, *addresses, f"127.0.0.1:{port}"], check=True, capture_output=True)
    queues = [spool / name for name in ("incoming", "active", "deferred")]
    while any(file.is_file() for queue in queues for file in queue.rglob("*")):
        time.sleep(0.01)
    return count / (time.perf_counter() - began)
