"""Rows of figures, from contacts and intervals as they lie in the store."""

import random
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from console.domain import facts
from console.domain.times import DAY, HOUR, MINUTE, SECOND, from_iso
from console.kpis import CATALOG
from console.reads.buckets import OpeningHours
from console.reads.kpis import AGENT, CHANNEL, QUEUE, Question, kpis
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import (
    Agent,
    AgentAlias,
    AgentInterval,
    Contact,
    Leg,
    Queue,
    Source,
)

T0 = from_iso("2024-05-06T00:00:00")  # a Monday
SALES, HELP, EMPTY, WEB = 1, 2, 3, 4
ANN, BOB, CEM = 1, 2, 3


class Floor:
    """Rows as a sync would leave them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as session:
            session.add(
                Source(
                    id=1,
                    name="pbx",
                    format="asterisk_queue_log",
                    folder="",
                    last_at=T0 + 20 * HOUR,
                )
            )
            session.flush()
            for queue_id, name, channel in (
                (SALES, "sales", "voice"),
                (HELP, "help", "voice"),
                (EMPTY, "empty", "voice"),
                (WEB, "web", "chat"),
            ):
                session.add(Queue(id=queue_id, source_id=1, name=name, channel=channel))
            for agent_id, name in ((ANN, "Ann"), (BOB, "Bob"), (CEM, "Cem")):
                session.add(Agent(id=agent_id, source_id=1, name=name))
                session.flush()
                session.add(AgentAlias(source_id=1, alias=name, agent_id=agent_id))

    def leg(
        self,
        at: int,
        outcome: str,
        wait: int = 0,
        talk: int | None = None,
        queue: int = SALES,
        agent: int | None = None,
        by: str = "",
        rings: int = 0,
    ) -> int:
        """`at` and durations in seconds after T0; returns the contact's number."""
        entered = T0 + round(at * SECOND)
        answered = outcome == facts.ANSWERED
        ended = None if outcome == facts.WAITING or (answered and talk is None) else entered
        if ended is not None:
            ended += (wait + (talk or 0)) * SECOND
        with self.store.write() as session:
            contact = Contact(
                source_id=1,
                ref=f"c{random.random()}",
                channel="voice",
                first_at=entered,
                last_at=ended or entered,
                evidence="",
                revision=0,
            )
            session.add(contact)
            session.flush()
            session.add(
                Leg(
                    contact_id=contact.id,
                    number=1,
                    source_id=1,
                    queue_id=queue,
                    agent_id=agent if answered else None,
                    entered_at=entered,
                    entry_seen=True,
                    connected_at=entered + wait * SECOND if answered else None,
                    ended_at=ended,
                    outcome=outcome,
                    ended_by=by,
                    wait_us=None if outcome in facts.REFUSED else wait * SECOND,
                    talk_us=None if talk is None else talk * SECOND,
                    rings=rings,
                    revision=0,
                )
            )
            return contact.id

    def interval(
        self,
        agent: int,
        kind: str,
        start: float,
        end: float | None,
        queue: int | None = None,
        word: str = "",
        by: str = "",
    ) -> None:
        with self.store.write() as session:
            session.add(
                AgentInterval(
                    source_id=1,
                    agent_id=agent,
                    alias={ANN: "Ann", BOB: "Bob", CEM: "Cem"}[agent],
                    kind=kind,
                    queue_id=queue,
                    started_at=T0 + round(start * SECOND),
                    ended_at=None if end is None else T0 + round(end * SECOND),
                    source_state=word,
                    ended_by=by,
                    revision=0,
                )
            )

    def ask(self, to: float = 24, start: float = 0, **more):
        """`start` and `to` in hours after T0."""
        question = Question(T0 + round(start * HOUR), T0 + round(to * HOUR), **more)
        with self.store.read() as session:
            return kpis(session, question)

    def one(self, key: str, to: float = 24, start: float = 0, **more):
        by = more.get("by", QUEUE)
        (row,) = (row for row in self.ask(to, start, **more) if row[by] == key)
        return row


@pytest.fixture
def floor(tmp_path) -> Iterator[Floor]:
    store = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(store)
    yield Floor(store)
    store.close()


def test_every_known_queue_has_a_row_in_every_bucket(floor: Floor) -> None:
    rows = floor.ask(3, interval="hour")
    assert [row["queue"] for row in rows] == ["empty", "help", "sales", "web"] * 3
    for row in rows:
        assert row["received"] == row["offered"] == row["answered"] == 0
        assert row["service_level"] is None
        assert list(row)[:5] == ["queue", "channel", "source", "from", "to"]
        assert list(row)[5:] == [kpi.name for kpi in CATALOG]


def test_a_contact_belongs_to_the_bucket_of_its_entry(floor: Floor) -> None:
    floor.leg(3599, facts.ANSWERED, wait=30, talk=7200, agent=ANN, by="COMPLETEAGENT")
    floor.leg(3600, facts.ABANDONED, wait=5, by="ABANDON")
    first, second, third, fourth = (
        row for row in floor.ask(4, interval="hour") if row["queue"] == "sales"
    )
    assert (first["answered"], first["abandoned"]) == (1, 0)
    assert (second["answered"], second["abandoned"]) == (0, 1)
    assert first["conversation_s"] == 7200
    # The PBX's own counters count where it ended.
    assert [row["completed_asterisk"] for row in (first, second, third, fourth)] == [0, 0, 0, 1]
    assert [row["abandoned_asterisk"] for row in (first, second)] == [0, 1]


def test_what_ended_in_the_range_but_entered_before(floor: Floor) -> None:
    floor.leg(3500, facts.TIMEOUT, wait=200, by="EXITWITHTIMEOUT")
    row = floor.one("sales", to=2, start=1)
    assert (row["received"], row["timeout"], row["abandoned_asterisk"]) == (0, 0, 1)


def test_each_outcome_in_its_own_count(floor: Floor) -> None:
    for outcome, by in (
        (facts.ANSWERED, "COMPLETECALLER"),
        (facts.ABANDONED, "ABANDON"),
        (facts.TIMEOUT, "EXITWITHTIMEOUT"),
        (facts.EXIT_KEY, "EXITWITHKEY"),
        (facts.EXIT_EMPTY, "EXITEMPTY"),
        (facts.EXIT_EMPTY, "LEAVEEMPTY"),
        (facts.WITHDRAWN, "WITHDRAW"),
        (facts.DUMPED, "AGENTDUMP"),
        (facts.BLOCKED, "JOINEMPTY"),
        (facts.SATURATED, "FULL"),
        (facts.CLOSED, "CLOSED"),
        (facts.WAITING, ""),
        (facts.RESTART, "QUEUESTART"),
        (facts.LOST, "ENTERQUEUE"),
        (facts.ORPHAN, "ABANDON"),
    ):
        floor.leg(60, outcome, wait=3, talk=10 if outcome == facts.ANSWERED else None, by=by)
    row = floor.one("sales")
    assert {name: row[name] for name in row if isinstance(row[name], int)} == {
        "received": 14,
        "offered": 8,
        "answered": 1,
        "abandoned": 1,
        "short_abandoned": 1,
        "flow_out": 6,
        "timeout": 1,
        "exit_key": 1,
        "exit_empty": 2,
        "leave_empty": 1,
        "withdrawn": 1,
        "dumped": 1,
        "refused": 3,
        "blocked": 1,
        "saturated": 1,
        "closed": 1,
        "waiting": 1,
        "unfinished": 2,
        "outcomes": 0,
        "transferred": 0,
        "ended_by_agent": 0,
        "ended_by_customer": 1,
        "rings_no_answer": 0,
        "completed_asterisk": 1,
        "abandoned_asterisk": 5,
        "holdtime_asterisk": 0,
        "talktime_asterisk": 2,
    }


def test_the_threshold_itself_is_within(floor: Floor) -> None:
    for wait in (19, 20, 21):
        floor.leg(wait, facts.ANSWERED, wait=wait, talk=1, by="COMPLETEAGENT")
    for wait in (5, 6):
        floor.leg(wait, facts.ABANDONED, wait=wait, by="ABANDON")
    row = floor.one("sales")
    assert row["service_level"] == 40
    assert row["service_level_asterisk_1"] == 66.67
    assert row["short_abandoned"] == 1
    assert floor.one("sales", service_level_s=21)["service_level"] == 60
    assert floor.one("sales", short_abandon_s=6)["short_abandoned"] == 2


def test_wait_classes(floor: Floor) -> None:
    for wait in (0, 9, 10, 30):
        floor.leg(wait, facts.ANSWERED, wait=wait, talk=1)
        floor.leg(wait, facts.ABANDONED, wait=wait)
    assert floor.one("sales", qos=(10, 30))["qos"] == [
        {"min": 0, "max": 10, "answered": 2, "abandoned": 2},
        {"min": 10, "max": 30, "answered": 1, "abandoned": 1},
        {"min": 30, "max": None, "answered": 1, "abandoned": 1},
    ]
    (blank,) = floor.one("empty", qos=())["qos"]
    assert blank == {"min": 0, "max": None, "answered": 0, "abandoned": 0}
    assert "qos" not in floor.one("sales")


def test_asterisk_moving_averages(floor: Floor) -> None:
    """x = (3x + new) >> 2, as app_queue does, in the order in which things happened."""
    floor.leg(200, facts.ANSWERED, wait=8, talk=40, by="COMPLETEAGENT")
    floor.leg(100, facts.ANSWERED, wait=20, talk=100, by="COMPLETECALLER")
    row = floor.one("sales")
    assert row["holdtime_asterisk"] == (3 * (20 >> 2) + 8) >> 2
    assert row["talktime_asterisk"] == (3 * (100 >> 2) + 40) >> 2
    assert floor.one("voice", by=CHANNEL)["holdtime_asterisk"] is None


def test_channels_add_their_queues(floor: Floor) -> None:
    floor.leg(1, facts.ANSWERED, wait=10, talk=5, queue=SALES)
    floor.leg(2, facts.ANSWERED, wait=30, talk=7, queue=HELP)
    floor.leg(3, facts.ABANDONED, wait=30, queue=WEB)
    voice, chat = floor.one("voice", by=CHANNEL), floor.one("chat", by=CHANNEL)
    assert (voice["answered"], voice["asa_s"], voice["service_level"]) == (2, 20, 50)
    assert (chat["offered"], chat["abandon_rate"]) == (1, 100)
    assert voice["login_s"] is None


def test_opening_hours(floor: Floor) -> None:
    for hour in (7, 8, 16, 17):
        floor.leg(hour * 3600, facts.ANSWERED, talk=1)
    hours = OpeningHours(8 * 60, 17 * 60)
    assert floor.one("sales", hours=hours)["answered"] == 2
    assert len(floor.ask(24, interval="hour", hours=hours)) == 9 * 4
    assert floor.ask(24, hours=OpeningHours(0, 24 * 60, (7,))) == []


def test_wrapup_joins_handling(floor: Floor) -> None:
    floor.leg(0, facts.ANSWERED, wait=5, talk=100, agent=ANN)
    floor.interval(ANN, "wrapup", 105, 125, SALES)
    for row in (floor.one("sales"), floor.one("Ann", by=AGENT)):
        assert (row["talk_s"], row["acw_s"], row["aht_s"]) == (100, 20, 120)
    assert floor.one("Ann", by=AGENT)["wrapup_s"] == 20
    assert floor.one("Bob", by=AGENT)["wrapup_s"] is None


class TestAgents:
    def test_a_shift(self, floor: Floor) -> None:
        floor.interval(ANN, "member", 8 * 3600, 12 * 3600, SALES, by="REMOVEMEMBER")
        floor.interval(ANN, "pause", 9 * 3600, 9.5 * 3600, SALES, "tea", "UNPAUSE")
        floor.interval(ANN, "ring", 36000, 36010, SALES, "CONNECT", "CONNECT")
        floor.interval(ANN, "ring", 36500, 36515, SALES, "RINGNOANSWER", "RINGNOANSWER")
        floor.leg(35990, facts.ANSWERED, wait=20, talk=600, agent=ANN, by="BLINDTRANSFER")
        row = floor.one("Ann", by=AGENT)
        assert (row["answered"], row["transferred"], row["rings_no_answer"]) == (1, 1, 1)
        assert (row["member_s"], row["staffed_s"], row["login_s"]) == (14400, 14400, None)
        assert (row["pause_s"], row["pauses"]) == (1800, {"tea": 1800})
        assert (row["on_contact_s"], row["conversation_s"], row["ring_s"]) == (600, 600, 25)
        # The second ring came during the conversation.
        assert row["available_s"] == 14400 - 1800 - 600 - 10
        assert row["occupancy"] == round(100 * 600 / 12600, 2)
        assert row["received"] is row["abandoned"] is row["service_level"] is None
        assert row["queues"] == [
            {
                "queue": "sales",
                "answered": 1,
                "conversation_s": 600,
                "login_s": None,
                "member_s": 14400,
                "pause_s": 1800,
                "wrapup_s": None,
            }
        ]

    def test_known_and_unknown(self, floor: Floor) -> None:
        floor.interval(ANN, "login", 3600, 7200)
        ann, bob = floor.one("Ann", by=AGENT, start=12), floor.one("Bob", by=AGENT)
        assert (ann["login_s"], ann["staffed_s"], ann["occupancy"]) == (0, 0, None)
        assert (bob["login_s"], bob["staffed_s"], bob["pause_s"]) == (None, None, 0)

    def test_open_ones_end_with_the_sources_last_word(self, floor: Floor) -> None:
        floor.interval(ANN, "login", 18 * 3600, None)
        floor.leg(19 * 3600, facts.ANSWERED, wait=0, agent=ANN)
        row = floor.one("Ann", by=AGENT)
        assert (row["login_s"], row["on_contact_s"]) == (2 * 3600, 3600)
        row = floor.one("Ann", by=AGENT, open_to_end=True)
        assert (row["login_s"], row["on_contact_s"]) == (6 * 3600, 5 * 3600)
        assert floor.one("Ann", by=AGENT, start=21)["login_s"] == 0

    def test_what_began_long_ago(self, floor: Floor) -> None:
        floor.interval(ANN, "member", -40 * 86400, 3600, SALES)
        floor.interval(BOB, "member", -40 * 86400, None, SALES)
        floor.interval(CEM, "member", -40 * 86400, -1, SALES)
        rows = floor.ask(2, interval="hour", by=AGENT)
        assert [row["member_s"] for row in rows] == [3600, 3600, 0, 0, 3600, 0]

    def test_a_day_of_25_hours(self, floor: Floor) -> None:
        zone = ZoneInfo("America/Montreal")
        day = from_iso("2020-11-01", zone)
        floor.interval(ANN, "member", (day - T0) / SECOND, (day + 2 * DAY - T0) / SECOND, SALES)
        with floor.store.read() as session:
            rows = kpis(session, Question(day, day + 49 * HOUR, "day", AGENT, zone))
        assert [row["member_s"] for row in rows if row["agent"] == "Ann"] == [90000, 82800]


def test_buckets_add_up_to_the_whole(floor: Floor) -> None:
    """However the range is cut, nothing is lost or counted twice."""
    made = random.Random(7)
    outcomes = [facts.ANSWERED] * 6 + [facts.ABANDONED, *facts.FLOW_OUT, *facts.REFUSED, "waiting"]
    for _ in range(150):
        outcome = made.choice(outcomes)
        floor.leg(
            made.randrange(-3600, 60 * 3600),
            outcome,
            wait=made.randrange(60),
            talk=made.randrange(600) if outcome == facts.ANSWERED else None,
            queue=made.choice((SALES, HELP, WEB)),
            agent=made.choice((ANN, BOB)),
            by={facts.ANSWERED: "COMPLETEAGENT", facts.ABANDONED: "ABANDON"}.get(outcome, ""),
            rings=made.randrange(3),
        )
    counts = [kpi.name for kpi in CATALOG if kpi.unit == "count"] + ["conversation_s"]
    counts = [name for name in counts if name != "callbacks_pending"]
    zone = ZoneInfo("Asia/Kathmandu")
    for by in (QUEUE, CHANNEL, AGENT):
        whole = floor.ask(48.3, start=0.21, by=by, zone=zone)
        for interval in ("hour", "day", "month"):
            parts = floor.ask(48.3, start=0.21, by=by, interval=interval, zone=zone)
            for row in whole:
                mine = [part for part in parts if part[by] == row[by]]
                for name in counts:
                    if row[name] is not None:
                        total = sum(part[name] for part in mine)
                        assert total == pytest.approx(row[name]), (by, interval, name)
    for row in floor.ask(48):
        parts = ("offered", "refused", "waiting", "unfinished")
        assert row["received"] == sum(row[name] for name in parts)


def test_by_something_else(floor: Floor) -> None:
    with pytest.raises(ValueError, match="site"):
        floor.ask(by="site")


def test_wide_and_narrow_ranges_read_the_same(floor: Floor) -> None:
    """The index is used up to a quarter of a year, the table as it lies beyond."""
    floor.leg(5, facts.ANSWERED, wait=1, talk=MINUTE // SECOND)
    narrow = floor.one("sales")
    wide = floor.one("sales", to=24 * 200)
    assert wide["answered"] == narrow["answered"] == 1
    assert (narrow["holdtime_asterisk"], wide["holdtime_asterisk"]) == (0, None)
