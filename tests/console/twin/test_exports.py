"""The console reads all that a rehearsal writes, and knows of it what the truth says."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console.app import Console
from console.domain.times import MINUTE, SECOND
from console.store.tables import Agent, AgentInterval, Leg
from console.twin.rehearsal import Rehearsal
from tests.console.twin.reading import Read, read, truth_of
from tests.console.twin.small_centres import everything

FORMATS = {
    "asterisk_queue_log", "amazon_connect_contact_records", "amazon_connect_agent_events",
    "zendesk_tickets", "zendesk_audits", "zendesk_directory", "roster", "reports",
}  # fmt: skip


class Played:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.play = Rehearsal(everything(), folder)
        self.play.run()
        self.truth = truth_of(folder)
        self.read: Read = read(folder, folder.with_name("data"))

    @property
    def totals(self) -> dict[str, Any]:
        return self.truth[-1]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(tmp_path_factory.mktemp("rehearsal") / "centre")


def test_all_files_are_known_and_nothing_is_put_aside(played: Played) -> None:
    assert {result.format for result in played.read.results} == FORMATS
    assert [r.path for r in played.read.results if r.problem or r.quarantined] == []
    assert played.read.quarantined == 0


def test_each_queue_counts_what_is_true(played: Played) -> None:
    for name, sums in played.totals["queues"].items():
        known = played.read.queues[name]
        for what in ("received", "answered", "abandoned", "left"):
            assert known[what] == sums[what], (name, what)
        assert sums["received"] > 5, name
    left = played.totals["queues"]["support"]["left"]
    assert left > 5 and played.read.queues["support"]["exit_key"] > 0


def test_each_quarter_of_an_hour_counts_what_is_true(played: Played) -> None:
    intervals = [line for line in played.truth if line["kind"] == "interval"]
    assert len(intervals) > 80
    for line in intervals:
        known = played.read.quarters[line["queue"], line["at"]]
        for what in ("received", "answered", "abandoned"):
            assert known[what] == line[what], line


def test_channels_and_tickets(played: Played) -> None:
    assert played.read.channels == {
        "support": "voice", "billing": "voice", "experts": "voice", "callbacks": "voice",
        "web": "chat", "mail": "email", "social": "social",
    }  # fmt: skip
    assert played.read.tickets == played.totals["tickets"] > 100


def test_agents_of_the_pbx_did_what_is_true(played: Played) -> None:
    """In whole seconds, as the log has them: each of their spans can be off by one."""
    console = Console(played.folder.with_name("data"))
    spent, now = played.totals["agents"], played.totals["at"]
    spans: dict[str, dict[str, int]] = {}
    for line in played.truth:
        if line["kind"] == "agent":
            of = spans.setdefault(line["agent"], {})
            of[line["state"]] = of.get(line["state"], 0) + 1
    tried = 0
    try:
        with console.store.read() as session:
            for agent in session.scalars(select(Agent)):
                if agent.name not in spent:
                    continue
                talk = sum(
                    leg.talk_us or now - (leg.connected_at or now)
                    if leg.ended_at is None or leg.talk_us
                    else 0
                    for leg in session.scalars(select(Leg).where(Leg.agent_id == agent.id))
                )
                truly = spent[agent.name].get("on contact", 0)
                if truly:
                    tried += 1
                    off = spans[agent.name]["on contact"] + 1
                    assert abs(talk - truly) <= off * SECOND, agent.name
                paused = {
                    (row.started_at, row.ended_at, row.source_state)
                    for row in session.scalars(
                        select(AgentInterval).where(
                            AgentInterval.agent_id == agent.id, AgentInterval.kind == "pause"
                        )
                    )
                }
                for state in ("break", "meeting", "training"):
                    known = sum(
                        end - start
                        for start, end, reason in paused
                        if reason.lower() == state and end is not None
                    )
                    off = spans[agent.name].get(state, 0)
                    assert abs(known - spent[agent.name].get(state, 0)) <= off * SECOND
    finally:
        console.close()
    assert tried >= 8


def test_at_any_instant_each_agent_does_what_is_true(played: Played) -> None:
    """As far as a platform can know: the desk's agents have no state in any export, and who has
    not come yet is not known to be away."""
    runs: dict[str, list[tuple[int, str]]] = {}
    for line in played.truth:
        if line["kind"] == "agent":
            runs.setdefault(line["agent"], []).append((line["at"], line["state"]))
    w, tried = played.play.world, 0
    console = Console(played.folder.with_name("data"))
    try:
        for minute in range(10, 235, 16):
            at = w.start + minute * MINUTE
            shown = {row.agent: row.state for row in console.board(at).agents}
            for agent in w.agents:
                run = runs.get(agent.id, [])
                # Stamps are whole seconds, and a ring is told in whole seconds as well.
                if any(abs(t - at) < 2 * SECOND for t, _ in run) or agent.group.name == "mail":
                    continue
                state = next((state for t, state in reversed(run) if t <= at), "offline")
                known = shown.get(agent.id) or shown.get(agent.name) or "unknown"
                if state == "offline":
                    assert known in ("offline", "unknown"), (minute, agent.id)
                else:
                    assert known == state, (minute, agent.id)
                    tried += 1
    finally:
        console.close()
    assert tried > 100


def test_every_need_has_its_contacts(played: Played) -> None:
    stays = {line["contact"]: line for line in played.truth if line["kind"] == "stay"}
    issues = [line for line in played.truth if line["kind"] == "issue"]
    totals = played.totals
    assert len(issues) == totals["issues"]
    assert totals["issues"] == totals["resolved"] + totals["given_up"] + totals["open"]
    states = [line["state"] for line in issues]
    assert states.count("resolved") >= totals["resolved"] - totals["open"]
    assert states.count("given up") == totals["given_up"]
    for issue in issues:
        for contact in issue["contacts"]:
            assert stays[contact]["issue"] == issue["issue"]
    causes = {line["cause"] for line in stays.values()}
    assert causes >= {"fresh", "redial", "reconnect", "chase", "callback"}


def test_the_truth_begins_with_the_parameters(played: Played) -> None:
    first = played.truth[0]
    assert (first["kind"], first["seed"]) == ("parameters", 1)
    voice = next(m for m in first["centre"]["media"] if m["name"] == "voice")
    assert (voice["redial"], voice["patience_s"], voice["resolution"]) == (0.6, 150, 0.7)


def test_no_file_that_is_read_tells_what_only_the_truth_knows(played: Played) -> None:
    for path in played.folder.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.parts):
            text = path.read_text("utf-8")
            for word in ("redial", "reconnect", "given up", "patience", '"issue"', "resolved"):
                assert word not in text, (path, word)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    def bytes_of(name: str, seed: int) -> dict[str, bytes]:
        folder = tmp_path / name
        Rehearsal(everything(), folder, hours=1, seed=seed).run()
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    first = bytes_of("one", 5)
    assert first == bytes_of("two", 5)
    assert first["pbx/queue_log"] != bytes_of("three", 6)["pbx/queue_log"]


def test_steps_of_any_length_make_the_same(tmp_path: Path) -> None:
    texts: list[list[bytes]] = []
    for step_s in (7, 600):
        folder = tmp_path / str(step_s)
        play = Rehearsal(everything(), folder, hours=1)
        play.begin()
        while play.world.now < play.end:
            play.step(play.world.now + step_s * SECOND)
        play.finish()
        texts.append((folder / "pbx/queue_log").read_bytes().splitlines())
    assert texts[0] == texts[1]


def test_dirt_costs_no_fact(tmp_path: Path) -> None:
    folder = tmp_path / "dirty"
    play = Rehearsal(everything(), folder, dirt=("late", "repeats", "rotation", "damage"), seed=3)
    play.run()
    known = read(folder, tmp_path / "data")
    totals = truth_of(folder)[-1]
    assert len(list((folder / "pbx").iterdir())) >= 2
    assert known.quarantined > 0
    for name, sums in totals["queues"].items():
        for what in ("received", "answered", "abandoned"):
            assert known.queues[name][what] == sums[what], (name, what)
    assert known.tickets == totals["tickets"]
