"""Recordings of real PBXs, counted again by other means."""

from collections import Counter, defaultdict
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from console.store import tables as t
from tests.console.exports.samples import sample
from tests.console.sync.logs import desk, difference, kept, normal_form

FILES = [
    "issabel_rotated_2022",
    "asterisk16_rotated_2016",
    "asteriskreport_freepbx_2010.queue_log",
    "asterisk2slack_fixture.queue_log",
    "lifecycle_only",
]


def files_of(place: Path) -> list[Path]:
    return sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_accounted_for(name: str) -> None:
    place = sample("queue_log", name)
    with desk() as one:
        for path in files_of(place):
            [result] = one.sync(path, source=path.parent.name)
            pieces = path.read_bytes().split(b"\n")
            lines = pieces[:-1] + ([pieces[-1]] if pieces[-1] else [])
            blank = sum(1 for piece in lines if not piece.strip(b"\r "))
            assert result.lines == len(lines)
            assert result.accepted + result.known + result.quarantined + blank == len(lines)
            # Nothing is wrong with these recordings but runs of NUL bytes.
            assert result.accepted + result.known == sum(
                1 for piece in lines if piece.strip(b"\x00\r ")
            )
        assert all("NUL" in reason for _f, _n, reason, _raw in kept(one.store))


@pytest.mark.parametrize("name", FILES)
def test_in_pieces_and_shuffled_it_is_the_same(name: str) -> None:
    place = sample("queue_log", name)
    chance = Random(name)
    with desk() as one, desk() as other:
        pieces: list[bytes] = []
        for path in files_of(place):
            one.sync(path, source="pbx")
            content = path.read_bytes()
            cuts = sorted(
                chance.randrange(len(content)) for _ in range(2 if len(content) > 4000 else 0)
            )
            pieces += [content[a:b] for a, b in zip([0, *cuts], [*cuts, len(content)], strict=True)]
        chance.shuffle(pieces)
        for number, piece in enumerate(pieces):
            other.sync(other.write(str(number), piece), source="pbx")
        left, right = normal_form(one.store), normal_form(other.store)
        assert not difference(left, right), difference(left, right)


def test_rows_behind_nul_bytes_are_rows() -> None:
    place = sample("queue_log", "issabel_rotated_2022")
    glued = [
        piece.lstrip(b"\x00").decode()
        for path in files_of(place)
        for piece in path.read_bytes().split(b"\n")
        if piece.startswith(b"\x00") and piece.strip(b"\x00")
    ]
    assert glued
    with desk() as one:
        one.sync(place)
        found = [event[3] for event in normal_form(one.store)["events"]]
    assert set(glued) <= set(found)


def test_a_shared_interface_is_whoever_logged_in_with_it() -> None:
    """Issabel adds the interface and unpauses the member's name in the same second."""
    place = sample("queue_log", "issabel_rotated_2022")
    rows = [
        piece.strip(b"\x00\r").decode().split("|")
        for path in sorted(files_of(place))
        for piece in path.read_bytes().split(b"\n")
        if piece.strip(b"\x00\r ")
    ]
    names = {(row[0], row[2]): row[3] for row in rows if row[4] == "UNPAUSE"}
    expected = {
        (int(row[0]) * 1_000_000, row[3], names[(row[0], row[2])])
        for row in rows
        if row[4] == "ADDMEMBER"
    }
    assert len({name for _at, interface, name in expected if interface == "SIP/1001"}) > 1
    with desk() as one:
        one.sync(place)
        with one.store.read() as session:
            found = set(
                session.execute(
                    select(t.AgentInterval.started_at, t.AgentInterval.alias, t.Agent.name)
                    .join(t.Agent, t.Agent.id == t.AgentInterval.agent_id)
                    .where(t.AgentInterval.kind == "member")
                ).tuples()
            )
            agents = set(session.scalars(select(t.Agent.name)))
    assert found == expected
    assert not any(name.startswith("SIP/") for name in agents)


@pytest.mark.parametrize("name", ["asteriskreport_freepbx_2010.queue_log", "issabel_rotated_2022"])
def test_totals_counted_by_other_means(name: str) -> None:
    place = sample("queue_log", name)
    offered: dict[str, set[str]] = defaultdict(set)
    answered: dict[str, set[str]] = defaultdict(set)
    abandoned: dict[str, set[str]] = defaultdict(set)
    verbs: Counter[str] = Counter()
    for path in files_of(place):
        for piece in path.read_bytes().replace(b"\x00", b"").decode().splitlines():
            if not piece.strip():
                continue
            _at, call, queue, _agent, verb, *_rest = piece.split("|")
            verbs[verb] += 1
            for events, into in (
                (("ENTERQUEUE",), offered), (("CONNECT",), answered), (("ABANDON",), abandoned),
            ):  # fmt: skip
                if verb in events:
                    into[queue].add(call)
    with desk() as one:
        one.sync(place)
        form = normal_form(one.store)
    legs = form["legs"]
    for queue in offered:
        of_queue = [leg for leg in legs if leg[2] == queue]
        assert {leg[0] for leg in of_queue if leg[5]} == offered[queue]
        assert {leg[0] for leg in of_queue if leg[8] == "answered"} == answered[queue]
        assert {leg[0] for leg in of_queue if leg[8] == "abandoned"} == abandoned[queue] - answered[
            queue
        ]
    assert {verb: number for verb, number, _meaning in form["tallies"]} == dict(verbs)
    if "2010" in name:
        assert (len(offered["9000"]), len(answered["9000"]), len(abandoned["9000"])) == (21, 8, 12)
