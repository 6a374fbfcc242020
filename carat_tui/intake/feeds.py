"""All profiles of a home, and which of them a file belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

from carat_tui.intake.profile import Profile
from carat_tui.intake.profile_file import load
from carat_tui.model.errors import CaratError
from carat_tui.model.home import Home


@dataclass(frozen=True, slots=True)
class Feeds:
    """The profiles that can be used, the highest priority first, and what is wrong with the others."""

    profiles: tuple[Profile, ...]
    broken: tuple[CaratError, ...] = field(default=())

    def for_file(self, path: Path) -> Profile | None:
        """The first profile that the file's name and folder match."""
        return next((profile for profile in self.profiles if matches(profile, path)), None)

    def none_matches(self) -> str:
        """Why a file belongs to no feed, with the names that would."""
        known = "; ".join(f"{profile.name}: {', '.join(profile.match.files)}" for profile in self.profiles)
        return f"No import profile matches this name ({known or 'there is no profile'})."

    def named(self, name: str) -> Profile:
        """The profile of that name; ``CaratError`` says what is wrong with it or which there are."""
        for profile in self.profiles:
            if name in (profile.name, profile.path.stem, profile.path.name):
                return profile
        for error in self.broken:
            if error.message.startswith((f"{name}.toml:", f"The profile {name}.toml")):
                raise error
        from difflib import get_close_matches

        names = [profile.name for profile in self.profiles]
        near = get_close_matches(name, names, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names) or 'none'}."
        raise CaratError(f"There is no import profile {name!r}.", hint)


def read_feeds(home: Home) -> Feeds:
    """Load ``watch/profiles/*.toml``; a profile that is wrong does not keep the others from working.

    Asked for each file, so what was read is kept until one of the profiles changes.
    """
    files = []
    for path in sorted(home.profiles.glob("*.toml")):
        found = path.stat()
        files.append((path, found.st_mtime_ns, found.st_size))
    return _load_all(tuple(files))


@lru_cache(maxsize=8)
def _load_all(files: tuple[tuple[Path, int, int], ...]) -> Feeds:
    good: list[Profile] = []
    broken: list[CaratError] = []
    for path, _, _ in files:
        try:
            profile = load(path)
        except CaratError as error:
            broken.append(error)
            continue
        twin = next((other for other in good if other.name == profile.name), None)
        if twin is None:
            good.append(profile)
        else:
            broken.append(
                CaratError(f"{path.name}: the name {profile.name!r} is taken by {twin.path.name}.", "Rename one.")
            )
    good.sort(key=lambda profile: (-profile.match.priority, profile.name))
    return Feeds(tuple(good), tuple(broken))


def matches(profile: Profile, path: Path) -> bool:
    """Whether name and folder of ``path`` are those of the profile; upper and lower case do not count."""
    match, name = profile.match, path.name.casefold()
    if match.folder:
        wanted = Path(match.folder).parts
        if tuple(part.casefold() for part in path.parent.parts[-len(wanted) :]) != tuple(
            part.casefold() for part in wanted
        ):
            return False
    return _any(name, match.files) and not _any(name, match.ignore)


def _any(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatch(name, glob.casefold()) for glob in globs)


def sequence(profile: Profile, name: str) -> str | None:
    """The part of a file name that says when it was exported, if the profile knows one."""
    if profile.match.sequence is None:
        return None
    found = profile.match.sequence.search(name)
    return found["seq"] if found else None
