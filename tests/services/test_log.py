"""The engine's log: one object a line, put aside when it grows, never a reason to stop."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from carat_tui.model.clock import Clock
from carat_tui.services import log as logs
from carat_tui.services.log import Log


def test_every_line_is_one_object_whatever_is_in_it(tmp_path: Path, clock: Clock) -> None:
    log = Log(tmp_path, clock)
    log.info("file", name='a\n{"level": "error"}\x1b[2J', rows=3)
    log.warn("Tür", path=Path("ä"))
    first, second = (json.loads(line) for line in log.file.read_text(encoding="utf-8").splitlines())
    assert first == {
        "at": "2026-03-04T09:30:00.000Z",
        "level": "info",
        "what": "file",
        "name": 'a\n{"level": "error"}\x1b[2J',
        "rows": 3,
    }
    assert (second["level"], second["what"], second["path"]) == ("warning", "Tür", "ä")


def test_it_is_put_aside_when_it_grows(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_LIMIT", 200)
    log = Log(tmp_path, clock)
    for number in range(40):
        log.info("line", number=number)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["engine.log", *(f"engine.log.{n}" for n in range(1, 6))]
    newest = json.loads(log.file.read_text(encoding="utf-8").splitlines()[-1])
    assert newest["number"] == 39


def test_stages_are_heard_while_it_listens(tmp_path: Path, clock: Clock) -> None:
    log = Log(tmp_path, clock)
    log.listen()
    logging.getLogger("carat_tui.outbox.dispatch").error("sending has stopped: %s", "disk full")
    logging.getLogger("carat_tui.outbox.dispatch").info("not worth a line")
    log.close()
    logging.getLogger("carat_tui.outbox.dispatch").error("after it was closed")
    (line,) = log.file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["stage"] == "outbox.dispatch"


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "logs"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    log = Log(blocked, clock)
    log.info("one")
    log.info("two")
    assert capsys.readouterr().err.count("cannot be written") == 1


def test_a_defect_leaves_its_traceback_beside_the_log(tmp_path: Path, clock: Clock) -> None:
    log = Log(tmp_path, clock)
    log.listen()
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        logging.getLogger("carat_tui.outbox.worker").exception("message 7 made a worker fail")
    log.close()
    line = json.loads(log.file.read_text(encoding="utf-8"))
    assert line["what"] == "message 7 made a worker fail"
    assert "RuntimeError: boom" in Path(line["details"]).read_text(encoding="utf-8")
