"""Limits that the child puts on itself before it looks at anything foreign (reliability §4.1)."""

from __future__ import annotations

import sys
from typing import Any

MEMORY_BYTES = 256 * 1024 * 1024
CPU_SECONDS = 2.0


def limit_memory() -> None:
    """No more than ``MEMORY_BYTES`` of own memory for the rest of this process; no core dumps."""
    if sys.platform == "win32":
        _windows_job()
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # RLIMIT_DATA counts what the process writes to, not the code and fonts that it maps; where a system does not count
    # private mappings in it, the address space is bounded as well, with room for the libraries of a PDF.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    if sys.platform == "linux":
        most = 4 * MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def start_job() -> None:
    """From here ``CPU_SECONDS`` of processor time, then the system ends this process (Windows: the parent does)."""
    if sys.platform != "win32":
        import signal

        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)


def end_job() -> None:
    """No limit on time until the next job."""
    if sys.platform != "win32":
        import signal

        signal.setitimer(signal.ITIMER_PROF, 0)


def _windows_job() -> None:
    """Put this process into a job object with a memory limit and no children."""
    import ctypes
    from ctypes import wintypes

    class Basic(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class Extended(ctypes.Structure):
        _fields_ = (
            ("Basic", Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
    kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    limits = Extended()
    limits.Basic.LimitFlags = 0x100 | 0x8 | 0x400  # process memory, active processes, die on an unhandled exception
    limits.Basic.ActiveProcessLimit = 1
    limits.ProcessMemoryLimit = MEMORY_BYTES
    job = kernel.CreateJobObjectW(None, None)
    information = 9  # JobObjectExtendedLimitInformation
    if (
        not job
        or not kernel.SetInformationJobObject(job, information, ctypes.byref(limits), ctypes.sizeof(limits))
        or not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
    ):
        raise OSError("Windows does not let the renderer limit itself")
