"""The child and its limits: what is refused, what is ended, and that nobody else suffers from it."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from carat_tui.compose.placeholders import EXAMPLES, examples
from carat_tui.compose.render.inspect import inspect
from carat_tui.compose.render.sandbox import text_environment
from carat_tui.compose.renderer import Job, Renderer
from carat_tui.compose.templates import FILES, Template, load

ROOT = Path(__file__).parents[2]
SSTI = ROOT.parent / "shared" / "hostile" / "templates" / "ssti.fuzz.txt"
KNOWN = frozenset(EXAMPLES)

EXHAUSTING = {
    "nested range": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "output": "{% for a in range(99999) %}{% for b in range(99999) %}xxxxxxxxxxxxxxxx{% endfor %}{% endfor %}",
    "times": "{{ 'x' * 1000000000 }}",
    "times power": "{{ 'x'*10**9 }}",
    "power": "{{ 10**(10**8) }}",
    "join": "{% set a = range(99999)|join('yyyyyyyyyy') %}{{ range(9999)|join(a) }}",
    "doubling": "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a ~ a ~ a ~ a %}" * 16 + "{{ a }}",
    "replace": "{% set a = 'x' * 9999 %}{{ a|replace('', a)|replace('', a) }}",
    "two megabytes": "{% for a in range(99999) %}xxxxxxxxxxxxxxxxxxxx{% endfor %}",
}
FORBIDDEN = {
    "center": "{{ 'x'|center(10**9) }}",
    "format filter": "{{ '%1000000000d'|format(1) }}",
    "format method": "{{ '{:1000000000}'.format(1) }}",
    "lipsum": "{{ lipsum(n=200000) }}",
    "globals": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "class": "{{ ''.__class__ }}",
    "attr": "{{ shop_name|attr('format') }}",
    "getitem": "{{ shop_name['__class__'] }}",
    "map attribute": "{{ [1]|map(attribute='__class__')|list }}",
    "safe": "{{ shop_name|safe }}",
    "include": "{% include '../../secret' %}",
    "import": "{% import 'x' as y %}",
    "extends": "{% extends 'x' %}",
    "macro": "{% macro a() %}{% endmacro %}",
    "call": "{% call shop_name() %}{% endcall %}",
    "block": "{% block a %}{% endblock %}",
    "filter block": "{% filter upper %}a{% endfilter %}",
    "autoescape": "{% autoescape false %}a{% endautoescape %}",
    "method": "{{ shop_name.upper() }}",
    "misspelt": "{{ shop_nam }}",
    "misspelt condition": "{% if shelfno %}x{% endif %}",
    "recursive": "{% for a in [1] recursive %}{{ loop(a) }}{% endfor %}",
}


def template(body: str, channel: str = "sms") -> Template:
    made = load(ROOT / "templates" / "de" / "order_ready" / "email.md.j2")
    return dataclasses.replace(made, channel=channel, subject="", body=body, body_line=1, sha256=body)


GOOD = Job(template("{{ shop_name }} grüßt"), {"shop_name": "Laden"})


@pytest.mark.parametrize("name", EXHAUSTING)
def test_an_exhausting_template_ends_and_the_others_go_on(renderer: Renderer, name: str) -> None:
    before, bad, after = renderer.render_many([GOOD, Job(template(EXHAUSTING[name]), {}), GOOD])
    assert bad.failure is not None
    assert bad.failure.kind == "expensive"
    assert (before.text, after.text) == ("Laden grüßt", "Laden grüßt")


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_a_template_must_not_hold_is_refused_with_its_line(renderer: Renderer, name: str) -> None:
    body = f"Hallo\n\n{FORBIDDEN[name]}"
    assert [flaw.line for flaw in inspect(text_environment(), body, KNOWN)][:1] == [3]
    (result,) = renderer.render_many([Job(template(body), examples("de"))])
    assert result.failure is not None
    assert (result.failure.kind, result.failure.line) == ("broken", 3)


@pytest.mark.skipif(not SSTI.exists(), reason="the hostile files lie beside the project, not in it")
def test_no_line_of_the_injection_list_does_anything(renderer: Renderer) -> None:
    lines = SSTI.read_text("utf-8").splitlines()
    jobs = [Job(template(line), {}) for line in lines]
    for line, result in zip(lines, renderer.render_many(jobs), strict=True):
        if "{{" not in line and "{%" not in line:
            continue  # the syntax of another engine: plain text here
        harmless = {"{{4*4}}[[5*5]]", "{{7*7}}", "{{7*'7'}}", "${{7*7}}"}
        assert result.failure is not None or line.strip() in harmless or "uid=" not in result.text
        if any(word in line for word in ("__", "attr", "popen", "config", "request", "self", "class")):
            assert result.failure is not None, line


def test_data_is_never_a_template(renderer: Renderer) -> None:
    (result,) = renderer.render_many([Job(template("{{ item_title }}"), {"item_title": "{{7*7}}{% raw %}"})])
    assert result.text == "{{7*7}}{% raw %}"


def test_a_child_that_dies_is_replaced_and_nothing_is_lost() -> None:
    with Renderer() as renderer:
        renderer.render_many([GOOD])
        batch = renderer.start([GOOD] * 500)
        assert renderer._child is not None
        renderer._child._process.kill()
        results = renderer.finish(batch)
        # At most the one job that was in work may be blamed for the end of its process.
        assert sum(result.failure is not None for result in results) <= 1
        assert [r.text for r in renderer.render_many([GOOD])] == ["Laden grüßt"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_ctrl_c_for_the_whole_group_leaves_the_child_to_its_parent() -> None:
    with Renderer() as renderer:
        batch = renderer.start([GOOD] * 500)
        assert renderer._child is not None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(renderer._child._process.pid, number)
        renderer.render_many([GOOD])
        os.kill(renderer._child._process.pid, signal.SIGINT)
        assert all(result.text == "Laden grüßt" for result in renderer.finish(batch))


def test_a_job_that_sleeps_in_the_system_is_ended_by_the_parents_clock() -> None:
    """Without the processor's limit (as on Windows) the wall clock ends the job."""
    with Renderer(wall_s=0.5) as renderer:
        renderer.render_many([GOOD])
        started = time.monotonic()
        bad, good = renderer.render_many([Job(template(EXHAUSTING["nested range"]), {}), GOOD])
        assert bad.failure is not None
        assert bad.failure.kind == "expensive"
        assert good.text == "Laden grüßt"
        assert time.monotonic() - started < 60


def test_the_child_inherits_no_environment(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARAT_SECRET_CANARY", "canary")
    with Renderer() as own:
        own.render_many([GOOD])
        assert own._child is not None
        environment = Path(f"/proc/{own._child._process.pid}/environ")
        if environment.exists():
            assert b"canary" not in environment.read_bytes()


def test_surrogates_in_data_do_not_break_the_pipe(renderer: Renderer) -> None:
    (result,) = renderer.render_many([Job(template("{{ item_title }}"), {"item_title": "a\ud800b"})])
    assert result.text == "a?b"


def test_batches_overlap_and_keep_their_order(renderer: Renderer) -> None:
    jobs = [Job(template("{{ order_no }}"), {"order_no": str(number)}) for number in range(700)]
    first, second = renderer.start(jobs[:350]), renderer.start(jobs[350:])
    texts = [result.text for result in renderer.finish(first) + renderer.finish(second)]
    assert texts == [str(number) for number in range(700)]


@pytest.mark.parametrize("language", ["de", "en", "pl", "sk"])
def test_every_default_template_renders_with_example_values(renderer: Renderer, language: str) -> None:
    paths = sorted(path for path in (ROOT / "templates" / language).glob("*/*") if path.name in FILES.values())
    results = renderer.render_many([Job(load(path), examples(language)) for path in paths])
    for path, result in zip(paths, results, strict=True):
        assert result.failure is None, (path, result.failure)
        assert result.text
        assert "{{" not in result.text + result.subject + result.html
        assert "qzjinja" not in result.html
