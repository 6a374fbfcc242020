"""A day's hours as a line of little bars."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from carat_tui.cockpit.words import shown, thousands

_BARS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"


def bars(values: Sequence[int], most: int, width: int = 1) -> str:
    """A bar of ``width`` cells for each value, the highest for ``most``; a point where there is nothing."""
    return "".join(_bar(value, max(most, 1), width) for value in values)


def _bar(value: int, most: int, width: int) -> str:
    if not value:
        return _NOTHING.ljust(width)
    return _BARS[min(len(_BARS) - 1, (len(_BARS) * value - 1) // most)] * width


class DayChart(Widget):
    """For each channel its number of today and its hours; one scale for all, the present hour marked below."""

    DEFAULT_CSS = "DayChart { height: auto; width: 100%; }"

    rows: reactive[tuple[tuple[str, Sequence[int]], ...]] = reactive((), layout=True)
    """Word and the 24 hours of each channel."""
    hour: reactive[int] = reactive(0)
    """The present hour of the shop."""

    def render(self) -> Content:
        """Word, number, bars; then the hours as an axis."""
        if not self.rows:
            return Content("")
        first, last = self._span()
        word = max(cell_len(name) for name, _hours in self.rows)
        number = max(len(thousands(sum(hours))) for _word, hours in self.rows)
        room = max(1, self.size.width - word - number - 2)
        each = -(-(last - first) // room)  # hours to a bar, where it is narrow
        cells = max(1, min(3, room * each // (last - first)))
        heaps = [[sum(hours[at : at + each]) for at in range(first, last, each)] for _word, hours in self.rows]
        most = max(max(heap) for heap in heaps)
        lines = []
        for (name, hours), heap in zip(self.rows, heaps, strict=True):
            total = sum(hours)
            lines.append(
                Content.assemble(
                    shown(name + " " * (word - cell_len(name))),
                    shown(f" {thousands(total).rjust(number)} ", "bold" if total else "$text-muted"),
                    shown(bars(heap, most, cells), "$text-accent" if total else "$text-muted"),
                )
            )
        lines.append(shown(" " * (word + number + 2) + self._axis(first, last, cells / each), "$text-muted"))
        return Content("\n").join(lines)

    def _span(self) -> tuple[int, int]:
        """The hours that are shown: the shop's day, wider where something happened outside it."""
        busy = [hour for _word, hours in self.rows for hour, number in enumerate(hours) if number]
        return min([7, *busy, self.hour]), max([20, *busy, self.hour]) + 1

    def _axis(self, first: int, last: int, scale: float) -> str:
        """Every third hour, fewer where it is narrow, and where the day is now; ``scale``: cells to the hour."""
        line = [" "] * (int((last - first) * scale) + 2)
        step = next(step for step in (3, 6, 12, 24) if step * scale >= 3 or step == 24)
        for hour in range(first + -first % step, last, step):
            _write(line, int((hour - first) * scale), str(hour))
        _write(line, int((self.hour - first) * scale), "▲".ljust(len(str(self.hour))))
        return "".join(line).rstrip()


def _write(line: list[str], at: int, text: str) -> None:
    line[at : at + len(text)] = list(text)
