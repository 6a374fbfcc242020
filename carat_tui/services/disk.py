"""How much room is left, and whether the disk is one that SQLite can trust."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

WARN_BYTES = 200 * 1024 * 1024
STOP_BYTES = 50 * 1024 * 1024
"""Below this nothing is taken in and nothing sent: what cannot be recorded must not happen (reliability §4.3)."""

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "fuse.sshfs", "ceph", "glusterfs"}


def free(folder: Path) -> int:
    """Bytes left on the disk of ``folder``."""
    return shutil.disk_usage(folder).free


def network_drive(folder: Path) -> str:
    """The kind of network file system that ``folder`` lies on, or an empty text for a local disk."""
    if sys.platform == "win32":
        import ctypes

        remote = 4
        return "network drive" if ctypes.windll.kernel32.GetDriveTypeW(folder.resolve().anchor) == remote else ""
    return _mounted_from_afar(folder.resolve())


def _mounted_from_afar(folder: Path) -> str:
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():  # macOS: shares are mounted below /Volumes with an own type that only statfs tells
        return ""
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        point, found = line.split(" ")[1].replace("\\040", " "), line.split(" ")[2]
        if folder.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, found
    return kind if kind in _NETWORK else ""
