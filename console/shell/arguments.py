"""What can be typed after ``main.py``."""

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from console.domain.tickets import LISTS
from console.domain.times import SECOND, from_iso
from console.settings import default_data_dir

VERSION = "0.1.0"

_YEAR_3000 = 32_503_680_000 * SECOND

#: As `console.twin.dirt` has them.
_DIRT = ("late", "repeats", "rotation", "damage", "zone")

#: What is rehearsed where nothing is named, and how fast.
REHEARSED, REHEARSED_SPEED = "billing-meltdown", 30

_EPILOG = """\
Exit codes: 0 done; 1 something in the data wants looking at (a file that could not be read, a
broken journal); 2 the command line is wrong; 3 the world failed (disk full, database busy).
Fields of the answers: docs/cli.md."""


def parser() -> argparse.ArgumentParser:
    """Without a subcommand the window is opened; with one, the answer is printed."""
    top = argparse.ArgumentParser(
        prog="main.py",
        description="Coalface: a team leader's console for contact centres in trouble.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"Coalface {VERSION}")
    top.add_argument(
        "--data",
        type=Path,
        default=None,
        metavar="DIR",
        help=f"where everything of this user is kept (default: {default_data_dir()}; with --replay "
        "a fresh folder, so that a rehearsal never stands beside real queues)",
    )
    top.add_argument(
        "--database", metavar="URL", help="a shared database instead of the one in the data folder"
    )
    window = top.add_argument_group("the window")
    window.add_argument(
        "--watch",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="DIR",
        help="folders in which exports appear",
    )
    window.add_argument(
        "--replay", type=Path, metavar="FILE", help="write a past log again as if it happened now"
    )
    window.add_argument(
        "--rehearse",
        nargs="?",
        const=REHEARSED,
        metavar="SCENARIO",
        help="lead a centre that does not exist, in a fresh folder of its own; a scenario's name, "
        f"or a file that ends in .toml (default: {REHEARSED})",
    )
    window.add_argument(
        "--seed", dest="course", type=_whole, metavar="N", help="which course of the rehearsal"
    )
    window.add_argument(
        "--dirt",
        dest="spoil",
        action="store_true",
        help="spoil the rehearsal's exports as real ones are",
    )
    window.add_argument(
        "--speed",
        type=_positive,
        default=None,
        metavar="N",
        help=f"how fast to replay (default: 1) or to rehearse (default: {REHEARSED_SPEED}, at most "
        "600)",
    )
    window.add_argument(
        "--screenshot",
        type=Path,
        metavar="PNG",
        help="save a picture, without a display, and leave",
    )
    window.add_argument(
        "--after",
        type=_positive,
        default=2.0,
        metavar="SECONDS",
        help="when to take the picture (default: 2)",
    )
    window.add_argument("--size", type=_size, metavar="WxH", help="size of the window, in pixels")
    window.add_argument("--theme", choices=("light", "dark", "auto"), default="auto")
    window.add_argument("--scale", type=_positive, metavar="N", help="enlarge everything N times")
    _add_commands(top)
    return top


def _add_commands(top: argparse.ArgumentParser) -> None:
    # SUPPRESS: what was said before the subcommand must not be overwritten by a default after it.
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")
    places.add_argument("--database", default=argparse.SUPPRESS, metavar="URL")
    places.add_argument("--json", action="store_true", help="print JSON instead of a table")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="without a screen")

    def command(name: str, words: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=words, description=words, parents=[places])

    sync = command("sync", "Read export files, or the files of folders, once.")
    sync.add_argument("paths", type=Path, nargs="+", metavar="PATH")
    sync.add_argument("--tz", type=_zone, metavar="ZONE", help="of formats that write local times")
    sync.add_argument("--source", metavar="NAME", help="the system that wrote them")
    sync.add_argument(
        "--mapping", type=Path, metavar="FILE", help="what the columns of a table are, from a file"
    )

    sources = command("sources", "Show the sources; pause, read again, forget or name one.")
    act = sources.add_mutually_exclusive_group()
    act.add_argument("--pause", metavar="NAME", help="do not read its files")
    act.add_argument("--resume", metavar="NAME", help="read its files on")
    act.add_argument("--reread", metavar="NAME", help="read its files again from the beginning")
    act.add_argument("--forget", metavar="NAME", help="take away all that was read of it")
    act.add_argument(
        "--zone", nargs=2, metavar=("NAME", "ZONE"), help="state of which zone its local times are"
    )
    act.add_argument("--rename", nargs=2, metavar=("OLD", "NEW"), help="call it otherwise")
    sources.add_argument("--why", default="", metavar="WORDS", help="kept in the journal")

    board = command("board", "Show every queue and agent as of one instant.")
    board.add_argument("--at", metavar="ISO-TIME", help="any instant, past ones too (default: now)")
    board.add_argument("--tz", type=_zone, metavar="ZONE", help="of a time without an offset")

    _add_kpis(command("kpis", "Figures of a range of time, bucket by bucket."))

    _add_tickets(command("tickets", "Tickets that are work to act on, or figures of tickets."))

    quarantine = command("quarantine", "Show the input that could not be taken, as it came.")
    quarantine.add_argument("--retry", action="store_true", help="try to take it again first")

    journal = command("journal", "Show what was done, by whom, and why.")
    journal.add_argument(
        "--verify", action="store_true", help="check that every record is as it was written"
    )

    effects = command("effects", "Show what became of the figures that acts aimed at.")
    effects.add_argument(
        "--hours", type=_positive, default=24.0, metavar="N", help="how far back (default: 24)"
    )

    debt = command("debt", "Show contact debt: needs that tried to reach us and are not met.")
    debt.add_argument("--tz", type=_zone, metavar="ZONE", help="of the times in words")

    issues = command("issues", "Show the issues with the most attempts, and those open longest.")
    issues.add_argument(
        "--most", type=int, default=50, metavar="N", help="how many (default: 50; at most 300)"
    )

    ahead = command("forecast", "Show what becomes of the next 48 hours if nothing more is done.")
    ahead.add_argument(
        "--scores", action="store_true", help="instead: earlier forecasts against what came"
    )
    ahead.add_argument(
        "--hours", type=_positive, default=72.0, metavar="N", help="of those (default: 72)"
    )

    command("plan", "Show what could be done now, and what each would bring in 48 hours.")

    foresee = command("foresee", "Show what one control would bring in 48 hours; does nothing.")
    foresee.add_argument("command_name", metavar="COMMAND", help="such as set_channel")
    foresee.add_argument(
        "fields", metavar="JSON", help='its fields, such as \'{"channel": "chat", ...}\''
    )

    command("parameters", "Show what a forecast takes for granted, and where each value is from.")

    alarms = command("alarms", "Show what somebody has to see to; exit code 1 while one stands.")
    alarms.add_argument("--all", action="store_true", help="those that have ended as well")
    alarms.add_argument(
        "--take", type=int, nargs="+", metavar="ID", help="see to these, by their number"
    )
    alarms.add_argument(
        "--owner", metavar="NAME", help="who sees to them (default: you; an empty name: nobody)"
    )
    alarms.add_argument("--why", default="", metavar="WORDS", help="kept in the journal")

    command("resources", "Show every hour that could be freed now, and what it costs.")

    obligations = command("obligations", "Show what was put off and is owed.")
    obligations.add_argument("--all", action="store_true", help="what is done or waived as well")

    playbooks = command("playbooks", "Show the playbooks, or what one of them would do now.")
    playbooks.add_argument("name", nargs="?", metavar="NAME", help="review this one; does nothing")

    operation = command("operation", "Show the operation that runs, and how each item stands.")
    operation.add_argument("--id", type=int, metavar="N", help="another one, by its number")

    review = command("review", "The review after an operation or a rehearsal, as one paper.")
    review.add_argument("--id", type=int, metavar="N", help="of this operation (default: the last)")
    review.add_argument(
        "--hours", type=_positive, metavar="N", help="of the last hours, whatever operation ran"
    )
    review.add_argument("--into", type=Path, metavar="FILE", help="write it: .md, .html or .json")
    review.add_argument("--tz", type=_zone, metavar="ZONE", help="of its times (default: ours)")

    customer = command("customer", "Show a customer's contacts in all systems.")
    customer.add_argument("who", metavar="WHO", help="a number, an address, or a contact's id")

    lines = command("connections", "Show the lines to platforms; connect a source, or end that.")
    act = lines.add_mutually_exclusive_group()
    act.add_argument(
        "--connect",
        nargs="+",
        metavar=("SOURCE", "KIND"),
        help="followed by its settings as NAME=VALUE; secrets are asked for",
    )
    act.add_argument("--end", metavar="SOURCE", help="orders go to the outbox folder again")
    lines.add_argument("--why", default="", metavar="WORDS", help="kept in the journal")

    command("outbox", "Show the messages to platforms and how they stand.")

    _add_rehearse(
        command("rehearse", "Let exports of a centre that does not exist grow in a folder.")
    )

    roster = command("roster", "Read people, shifts, customers and targets, or write them out.")
    roster.add_argument("files", type=Path, nargs="*", metavar="FILE", help="CSV or workbook")
    roster.add_argument("--tz", type=_zone, metavar="ZONE", help="of local times, read or written")
    roster.add_argument("--templates", type=Path, metavar="DIR", help="write files to fill in")
    roster.add_argument("--export", type=Path, metavar="DIR", help="write what is stored")


def _add_rehearse(rehearse: argparse.ArgumentParser) -> None:
    rehearse.add_argument(
        "scenario",
        nargs="?",
        metavar="SCENARIO",
        help="its name, or a file that ends in .toml (default: say which there are)",
    )
    rehearse.add_argument("--into", type=Path, metavar="DIR", help="a folder, new or empty")
    taught = rehearse.add_mutually_exclusive_group()
    taught.add_argument(
        "--past",
        type=Path,
        metavar="FOLDER",
        help="show the rehearsals in this folder, and those of one scenario side by side",
    )
    taught.add_argument(
        "--score", type=Path, metavar="DIR", help="show how the rehearsal in this folder went"
    )
    taught.add_argument(
        "--compare",
        type=Path,
        metavar="DIR",
        help="set the rehearsal in this folder beside nobody leading, a playbook taken whole, and "
        "the best plan that a search finds",
    )
    rehearse.add_argument("--hours", type=_positive, metavar="H", help="how much of it")
    rehearse.add_argument("--seed", type=_whole, metavar="N", help="which course of it")
    rehearse.add_argument(
        "--speed",
        dest="pace",
        type=_pace,
        default=0.0,
        metavar="N",
        help="seconds of the centre in each second, up to 600; 0: as fast as it goes (default)",
    )
    rehearse.add_argument(
        "--lead",
        type=_not_negative,
        metavar="H",
        help="live: so many hours have happened already when it begins (default: the scenario's)",
    )
    rehearse.add_argument(
        "--history",
        type=_days,
        metavar="DAYS",
        help="so many ordinary days before it, written as older files; 0: none (default: live the "
        "scenario's, else none)",
    )
    rehearse.add_argument(
        "--led",
        action="store_true",
        help="a window leads it: ends when its standard input does (without --speed: live, as "
        "fast as ours)",
    )
    rehearse.add_argument(
        "--dirt",
        nargs="?",
        type=_dirt,
        const=_DIRT,
        default=(),
        metavar="KIND,…",
        help=f"spoil the exports as real ones are: {', '.join(_DIRT)} (default: all of them)",
    )


def _add_kpis(kpis: argparse.ArgumentParser) -> None:
    kpis.add_argument(
        "--from", dest="from_", metavar="T", help="start, included (default: last midnight)"
    )
    kpis.add_argument("--to", metavar="T", help="end, excluded (default: now)")
    kpis.add_argument("--interval", choices=("hour", "day", "month", "none"), default="none")
    kpis.add_argument("--by", choices=("queue", "agent", "channel"), default="queue")
    kpis.add_argument(
        "--tz",
        type=_zone,
        default=ZoneInfo("UTC"),
        metavar="ZONE",
        help="whose hours, days and months, and of times without an offset (default: UTC)",
    )
    kpis.add_argument("--sl", type=_whole, metavar="SECONDS", help="threshold of the service level")
    kpis.add_argument(
        "--short-abandon", type=_whole, metavar="SECONDS", help="threshold of a short abandon"
    )
    kpis.add_argument(
        "--day-start", type=_clock, default=0, metavar="HH:MM", help="count from this hour of a day"
    )
    kpis.add_argument(
        "--day-end", type=_clock, default=24 * 60, metavar="HH:MM", help="count up to this hour"
    )
    kpis.add_argument(
        "--week-days",
        type=_week_days,
        default=(1, 2, 3, 4, 5, 6, 7),
        metavar="1,2,…",
        help="count these days only, Monday 1 to Sunday 7",
    )
    kpis.add_argument(
        "--qos",
        type=_thresholds,
        metavar="S,S,…",
        help="count answered and abandoned by wait, in classes with these upper ends",
    )
    kpis.add_argument(
        "--open-to-end",
        action="store_true",
        help="let what an agent had open at the source's last word last to the end of the range",
    )


def _add_tickets(tickets: argparse.ArgumentParser) -> None:
    tickets.add_argument("--list", choices=LISTS, help="which tickets (default: open)")
    tickets.add_argument("--figures", action="store_true", help="figures of a range instead")
    tickets.add_argument(
        "--from", dest="from_", metavar="T", help="start, included (default: last midnight)"
    )
    tickets.add_argument("--to", metavar="T", help="end, excluded (default: now)")
    tickets.add_argument(
        "--tz",
        type=_zone,
        default=ZoneInfo("UTC"),
        metavar="ZONE",
        help="of times without an offset, and whose midnight (default: UTC)",
    )


def moment(text: str, zone: ZoneInfo | None) -> int:
    """An instant as typed. A date is its midnight; no offset means `zone`, else UTC.

    ValueError with a sentence where it is none.
    """
    try:
        at = from_iso(text, zone)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time such as 2026-01-05T08:00 or 2026-01-05") from None
    if not 0 <= at < _YEAR_3000:
        raise ValueError(f"{text!r} is not in the years 1970 to 2999")
    return at


def midnight(at: int, zone: ZoneInfo) -> int:
    """The midnight before that instant, in `zone`."""
    local = datetime.fromtimestamp(at / SECOND, zone)
    start = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return round(start.timestamp()) * SECOND


def _typed(words: str) -> Callable[[Callable[[str], object]], Callable[[str], object]]:
    """argparse prints the sentence of an ArgumentTypeError only."""

    def wrap(read: Callable[[str], object]) -> Callable[[str], object]:
        def typed(text: str) -> object:
            try:
                return read(text)
            except (ValueError, OverflowError, OSError):
                raise argparse.ArgumentTypeError(f"{text!r} is not {words}") from None

        return typed

    return wrap


@_typed("a zone such as Europe/Berlin")
def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except KeyError:  # ZoneInfoNotFoundError
        raise ValueError from None


@_typed("a number above 0")
def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


@_typed("a number of hours")
def _not_negative(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise ValueError
    return number


@_typed("a number of days from 0 to 60")
def _days(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 60:
        raise ValueError
    return number


@_typed("a speed from 0 to 600")
def _pace(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 600:
        raise ValueError
    return number


@_typed("one of late, repeats, rotation, damage, zone, or several with commas between")
def _dirt(text: str) -> tuple[str, ...]:
    kinds = tuple(text.split(","))
    if not set(kinds) <= set(_DIRT):
        raise ValueError
    return kinds


@_typed("a whole number of seconds")
def _whole(text: str) -> int:
    number = int(text)
    if not 0 <= number < 10**9:
        raise ValueError
    return number


@_typed("a size such as 1366x768")
def _size(text: str) -> tuple[int, int]:
    width, height = (int(part) for part in text.lower().replace("×", "x").split("x"))
    if not (0 < width < 100_000 and 0 < height < 100_000):
        raise ValueError
    return width, height


@_typed("a time of day such as 08:30")
def _clock(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if not (0 <= hours <= 24 and 0 <= minutes < 60 and hours * 60 + minutes <= 24 * 60):
        raise ValueError
    return hours * 60 + minutes


@_typed("a list of days such as 1,2,3,4,5")
def _week_days(text: str) -> tuple[int, ...]:
    days = tuple(sorted({int(part) for part in text.split(",")}))
    if not all(1 <= day <= 7 for day in days):
        raise ValueError
    return days


@_typed("a growing list of seconds such as 10,20,30")
def _thresholds(text: str) -> tuple[int, ...]:
    seconds = tuple(int(part) for part in text.split(",")) if text else ()
    if list(seconds) != sorted({s for s in seconds if 0 < s < 10**9}):
        raise ValueError
    return seconds
