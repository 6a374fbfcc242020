"""Whether every text can be written: tried in a child process, and again only when a file has changed."""

from __future__ import annotations

from functools import lru_cache

from carat_tui.compose import templates
from carat_tui.compose.check import Finding, check
from carat_tui.compose.renderer import Renderer
from carat_tui.model.home import Home

_Files = tuple[tuple[str, int, int], ...]


def broken_templates(home: Home) -> tuple[Finding, ...]:
    """What is wrong with the template files, warnings left out. The first look takes about a second."""
    return _tried(home, template_files(home))


def template_files(home: Home) -> _Files:
    """Names, times and sizes: the same as long as nobody has touched a template."""
    found = []
    for path in templates.files(home):
        seen = path.stat()
        found.append((str(path), seen.st_mtime_ns, seen.st_size))
    return tuple(found)


@lru_cache(maxsize=2)
def _tried(home: Home, _files: _Files) -> tuple[Finding, ...]:
    with Renderer() as renderer:
        return tuple(flaw for flaw in check(home, renderer=renderer) if not flaw.warning)
