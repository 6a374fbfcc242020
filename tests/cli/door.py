"""The program's door for tests: the real command line in this process, or in one of its own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carat_tui.cli.app import run
from carat_tui.model.home import Home

REPOSITORY = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def carat(*arguments: str, home: Home | None = None, stdin: str = "") -> Said:
    """Run one command in this process, through the same function as the program's own door."""
    words = ["--home", str(home.root), *arguments] if home else list(arguments)
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(stdin)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(words)
    finally:
        sys.stdin = before
    return Said(code, out.getvalue(), err.getvalue())


def program(*arguments: str, home: Home | None = None, stdin: str | None = None, **kwargs: Any) -> Said:
    """Run one command in a process of its own."""
    words = [sys.executable, "-m", "carat_tui", *(["--home", str(home.root)] if home else []), *arguments]
    kwargs.setdefault("cwd", REPOSITORY)
    given: dict[str, Any] = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
    done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=120, check=False, **given, **kwargs)
    return Said(done.returncode, done.stdout, done.stderr)
