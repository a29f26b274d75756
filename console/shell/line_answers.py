"""What is answered of lines to platforms, and how a source is connected from a command line."""

import argparse
import getpass
import sys
import time
from typing import Any

from console.app import Console
from console.connectors.connector import Connector, Option
from console.domain.links import CONNECTING
from console.domain.times import iso
from console.lines import Line
from console.shell.answer import Answer, WrongUsage

COLUMNS = ("source_id", "source", "kind", "enabled", "state", "words")
#: How long an answer waits for lines to come up.
PATIENCE_S = 3.0


def connections(console: Console, options: argparse.Namespace) -> Answer:
    """The lines to platforms as they stand after what was asked is done."""
    warning = ""
    if options.connect:
        source, kind, *stated = options.connect
        warning = _connect(console, source, kind, stated, options.why)
    elif options.end:
        console.disconnect(_line(console, options.end).source_id)
    console.pump()
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        found = console.lines()
        if not any(line.link.state == CONNECTING for line in found):
            break
        time.sleep(0.05)
    lines = console.lines()
    return Answer(
        "connections",
        [_fields(line) for line in lines],
        COLUMNS,
        {"warning": warning} if warning else {},
        troubled=any(line.link.state in ("down", "refused") for line in lines),
    )


def _connect(console: Console, source: str, kind: str, stated: list[str], why: str) -> str:
    kinds = {made.kind: made for made in console.kinds()}
    if kind not in kinds:
        raise WrongUsage(f"there is no connection “{kind}”; known are: {', '.join(kinds)}")
    settings = dict(_setting(kinds[kind], text) for text in stated)
    secrets = {
        setting.name: getpass.getpass(f"{setting.label}: ")
        for setting in kinds[kind].settings
        if setting.secret and sys.stdin is not None and sys.stdin.isatty()
    }
    _receipt, kept = console.connect(source, kind, settings, secrets, why)
    number = _line(console, source).source_id
    if kept:
        return ""
    names = [s.name.upper() for s in kinds[kind].settings if s.secret]
    wanted = ", ".join(f"COALFACE_SECRET_{name}_{number}" for name in names)
    return f"This system has no keyring: put the secret into the environment as {wanted}."


def _setting(kind: type[Connector], text: str) -> tuple[str, Option]:
    name, equals, value = text.partition("=")
    known = {setting.name: setting for setting in kind.settings}
    if not equals or name not in known:
        names = ", ".join(s.name for s in kind.settings if not s.secret)
        raise WrongUsage(f"{text!r} is no setting such as NAME=VALUE; names are: {names}")
    if known[name].secret:
        raise WrongUsage(f"{name} is secret: it is asked for, or taken from the environment")
    default = known[name].default
    if isinstance(default, bool):
        if value not in ("true", "false"):
            raise WrongUsage(f"{name} is true or false")
        return name, value == "true"
    if isinstance(default, int):
        if not value.isdecimal():
            raise WrongUsage(f"{name} is a whole number")
        return name, int(value)
    return name, value


def _line(console: Console, source: str) -> Line:
    for line in console.lines():
        if line.source == source.strip():
            return line
    raise WrongUsage(f"{source!r} has no connection")


def _fields(line: Line) -> dict[str, Any]:
    return {
        "source_id": line.source_id,
        "source": line.source,
        "kind": line.kind,
        "enabled": line.enabled,
        "settings": dict(line.settings),
        "state": line.link.state,
        "words": line.link.words,
        "since": iso(line.link.since) if line.link.since else None,
    }
