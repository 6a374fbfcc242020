"""``carat rule``: which event makes which message."""

from __future__ import annotations

import click

from carat_tui.cli.call import Call
from carat_tui.cli.command import group, sub
from carat_tui.cli.printing import Painted, facts, table
from carat_tui.model.errors import CaratError
from carat_tui.store import rules
from carat_tui.store.rules import Rule

rule_group = group("rule", "carat rule list", "Rules: which event makes which message.")


def described(rule: Rule) -> dict[str, object]:
    """A rule as JSON."""
    return {
        "name": rule.name,
        "event": rule.event,
        "template": rule.template,
        "enabled": rule.enabled,
        "merge": rule.merge,
        "delay_s": rule.delay_s,
        "channels": list(rule.channels) or None,
        "description": rule.description,
    }


@sub(rule_group, "list", "carat rule list")
def list_rules(call: Call) -> int:
    """All rules: on which event, with which template, on or off."""
    found = rules.every(call.store().read())
    rows = [(r.name, _switch(r), r.event, r.template, r.description) for r in found]
    call.show([described(r) for r in found], lambda: table(["name", "is", "event", "template", "description"], rows))
    return 0


def _switch(rule: Rule) -> Painted:
    return Painted("on", "green") if rule.enabled else Painted("off", None)


@sub(rule_group, "show", "carat rule show goods_arrived")
@click.argument("name")
def show(call: Call, name: str) -> int:
    """One rule whole."""
    return _shown(call, rules.find(call.store().read(), name))


def _shown(call: Call, rule: Rule) -> int:
    call.show(
        described(rule),
        lambda: facts(
            [
                ("rule", rule.name),
                ("is", _switch(rule)),
                ("event", rule.event),
                ("template", rule.template),
                ("ways", ", ".join(rule.channels) or "in the shop's order (channels.priority)"),
                ("delay", f"{rule.delay_s} s"),
                ("merge", "what arrives together is told together" if rule.merge else "each event on its own"),
                ("description", rule.description),
            ]
        ),
    )
    return 0


@sub(rule_group, "enable", "carat rule enable order_confirmed")
@click.argument("name")
def enable(call: Call, name: str) -> int:
    """Switch a rule on, for the events to come."""
    return _shown(call, call.store().write(lambda conn: rules.switch(conn, name, True, call.stamp(), call.who)))


@sub(rule_group, "disable", "carat rule disable order_confirmed")
@click.argument("name")
def disable(call: Call, name: str) -> int:
    """Switch a rule off; messages that it made already go out."""
    return _shown(call, call.store().write(lambda conn: rules.switch(conn, name, False, call.stamp(), call.who)))


@sub(rule_group, "set", "carat rule set goods_arrived channels=sms,email delay_s=600")
@click.argument("name")
@click.argument("changes", nargs=-1, required=True, metavar="KEY=VALUE...")
def change(call: Call, name: str, changes: tuple[str, ...]) -> int:
    """Change a rule: channels (empty = the shop's order), template, merge, delay_s, description, enabled.

    All changes are made or none; the next message obeys.
    """
    from carat_tui.services.priority import change_rule

    wanted = dict(_pair(text) for text in changes)
    return _shown(call, change_rule(call.store(), call.home(), name, wanted, who=call.who, at=call.stamp()))


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise CaratError(f"{text!r} is no KEY=VALUE.", "For example: carat rule set goods_arrived channels=sms,email")
    return key.strip(), value


COMMANDS = {"rule": rule_group}
