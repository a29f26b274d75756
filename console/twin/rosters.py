"""The site's own tables: people, shifts with their blocks, customers, targets. As the console's
templates have them, in local time."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from console.domain.times import in_zone
from console.twin.centre import BREAK, VOICE
from console.twin.connect_names import login
from console.twin.world import Shift, World, number_of, worth

#: How many customers the site has an opinion on.
_KNOWN = 200
_EXPECTED = {"voice": (80, 20, 60), "chat": (80, 60, 60), "messaging": (80, 600, 600)}
_WRITTEN = {"email": 14_400, "social": 3_600}


def tables(w: World, zone: str) -> Iterator[tuple[str, str]]:
    """(name of the file, its text). `zone` is the one that the shifts are said to be in."""
    yield "people.csv", _text(_PEOPLE, _people(w))
    yield "shifts.csv", shifts(w, zone)
    yield "customers.csv", _text(_CUSTOMERS, _customers(w))
    yield "targets.csv", _text(_TARGETS, _targets(w))


def shifts(w: World, zone: str, before: int | None = None) -> str:
    """The table of the shifts that end after the beginning; or of those of the days before that
    end by `before`."""
    return _text(_SHIFTS, _shifts(w, zone, before))


_PEOPLE = ("person", "name", "team", "tier", "home queue", "languages", "skills", "ids")
_SHIFTS = (
    "person", "start", "end", "zone", "kind", "note", "movable", "legal must", "consent given",
    "id",
)  # fmt: skip
_CUSTOMERS = ("customer", "value", "at risk", "preferred agent")
_TARGETS = (
    "channel", "queue", "service level %", "within seconds", "expected reply seconds", "critical",
)  # fmt: skip


def _text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _people(w: World) -> Iterator[Sequence[object]]:
    for agent in w.agents:
        group = agent.group
        skills = "; ".join(f"{queue}:{min(5, round(3 * group.skill))}" for queue in group.queues)
        ids = f"asterisk={agent.id}; *={login(agent)}" if agent.telephone else f"*={login(agent)}"
        team = group.site or group.name
        home = group.queues[0] if group.queues else ""
        yield agent.person, agent.name, team, group.tier, home, "en", skills, ids


def _shifts(w: World, said: str, before: int | None) -> Iterator[Sequence[object]]:
    def counts(shift: Shift) -> bool:
        return shift.end > w.start and (before is None or shift.end <= before)

    def wall(at: int) -> str:
        return in_zone(at, w.zone).strftime("%Y-%m-%d %H:%M")

    for agent in w.agents:
        for shift in filter(counts, agent.leave):
            consent = "yes" if agent.serial % 2 else "no"
            name = f"{agent.person}-{wall(shift.start)[:10]}-leave"
            start, end = wall(shift.start), wall(shift.end)
            yield agent.person, start, end, said, "leave", "", "", "", consent, name
        for shift in filter(counts, agent.shifts):
            day = wall(shift.start)[:10]
            start, end = wall(shift.start), wall(shift.end)
            name = f"{agent.person}-{day}-shift"
            yield agent.person, start, end, said, "shift", "", "", "", "", name
            for number, span in enumerate(shift.blocks, 1):
                block = span.block
                movable = "no" if not block.movable or block.kind == BREAK else "yes"
                yield (
                    agent.person, wall(span.start), wall(span.end), said, block.kind, block.note,
                    movable, "yes" if block.legal else "no", "",
                    f"{agent.person}-{day}-{number}",
                )  # fmt: skip


def _customers(w: World) -> Iterator[Sequence[object]]:
    value = sum(topic.given.value * topic.given.share for topic in w.topics)
    shares = sum(topic.given.share for topic in w.topics) or 1
    for customer in range(min(_KNOWN, w.centre.customers)):
        yield (
            number_of(customer),
            round(worth(customer) * value / shares),
            "yes" if customer % 9 == 0 else "no",
            "",
        )


def _targets(w: World) -> Iterator[Sequence[object]]:
    for medium in w.media.values():
        if not medium.lines:
            continue
        critical = "yes" if medium.name == VOICE else "no"
        if medium.written:
            yield medium.name, "", "", "", _WRITTEN[medium.name], critical
        else:
            yield medium.name, "", *_EXPECTED[medium.name], critical
