"""From exports to parameters: a rehearsal is read, and what it was made of is found again."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.known_truth import Known, watched
from benchmarks.recovery import true_of
from console.app import Console
from console.commands.set_parameter import DropParameter, SetParameter
from console.domain.messages import STATE, channel_subject
from console.domain.overrides import scoped
from console.domain.parameters import ASSUMED, MEASURED, SET, Parameters, definition_of
from console.domain.times import HOUR
from console.reads.attempts_lent import lent
from console.reads.parameters import parameters
from console.reads.parameters_model import as_model
from console.settings import Settings
from console.store.tables import Channel, Override
from console.twin.centre import Centre
from console.twin.rehearsal import Rehearsal
from console.twin.scenario import load

HOURS, SEED = 12.0, 1
WHY = "half of the team is new"


@pytest.fixture(scope="module")
def centre() -> Centre:
    """From seven in the morning, so that half a day has something in it."""
    return replace(load("monday").centre, start="2026-03-02T07:00")


@pytest.fixture(scope="module")
def data(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of half a day, read once for all tests: that takes some seconds."""
    folder = tmp_path_factory.mktemp("rehearsed") / "monday"
    Rehearsal(replace(load("monday"), centre=centre), folder, hours=HOURS, seed=SEED).run()
    console = Console(folder / ".console")
    console.sync([folder])
    console.close()
    return console.data


@pytest.fixture
def console(data: Path) -> Iterator[Console]:
    made = Console(data)
    yield made
    made.close()


@pytest.fixture(scope="module")
def known(centre: Centre) -> Known:
    return watched(centre, SEED, HOURS, warm_h=0.0)[2]


def asked(console: Console) -> Parameters:
    found = console.parameters()
    assert found is not None
    return found


def test_the_truth_lies_within_what_is_stated(
    console: Console, known: Known, centre: Centre
) -> None:
    found = asked(console)
    inside: dict[tuple[str, str], bool] = {}
    for (channel, name), truth in true_of(known, centre):
        row, definition = found.of(channel, name), definition_of(name)
        assert definition is not None
        if row is not None and row.measured is not None:
            low, high = row.measured.low * definition.scale, row.measured.high * definition.scale
            inside[channel, name] = low <= truth <= high
    assert len(inside) >= 20
    assert sum(inside.values()) >= 0.85 * len(inside), inside
    for name in ("fresh", "handling", "patience", "redial", "redial_delay", "reconnect"):
        assert inside["voice", name], name


def test_every_value_says_where_it_is_from(console: Console) -> None:
    found = asked(console)
    assert found.channels == ("voice", "chat", "messaging", "social", "email")
    for row in found.rows:
        if row.origin == MEASURED:
            assert row.measured is not None and row.source == "measured"
            assert row.low is not None and row.high is not None and row.value is not None
            assert 0 < row.measured.span_h <= HOURS and row.measured.number > 0
        else:
            assert row.origin == ASSUMED and row.reason
            assert row.value is None or row.source == f"assumed: {row.reason}"
    resolution = found.of("voice", "resolution")
    assert resolution is not None and resolution.cannot == "no export says what was settled"
    assert resolution.reason.startswith("no export says what was settled; at most ")
    # What matters most to two days comes first.
    assert [row.name for row in found.rows[:5]] == ["fresh"] * 5
    assert "data: who comes again after an answer takes days to be known." in found.notes[0]


def test_what_is_set_by_hand_is_taken_and_said(console: Console) -> None:
    measured = asked(console).of("voice", "handling")
    assert measured is not None
    console.do(SetParameter("voice", "handling", 9.0, WHY, "ann"))
    found = asked(console)
    row = found.of("voice", "handling")
    assert row is not None
    assert (row.value, row.origin, row.source) == (9.0, SET, f"set by ann: {WHY}")
    assert row.measured == measured.measured
    assert found.by_hand() == (row,)
    assert f"Voice, handling time: 9 min, set by ann: {WHY}." in found.notes
    (voice, *_), by = as_model(found).channels, as_model(asked(console)).spread
    assert voice.handling_h == pytest.approx(0.15)
    assert by.data_h == pytest.approx(found.span_h)
    console.do(DropParameter("voice", "handling"))
    assert asked(console).of("voice", "handling") == measured


def test_a_mean_set_by_hand_keeps_its_hours(console: Console) -> None:
    before = as_model(asked(console))
    row = asked(console).of("voice", "fresh")
    assert row is not None and row.value is not None
    console.do(SetParameter("voice", "fresh", 2.0 * row.value, WHY, "ann"))
    console.do(SetParameter("chat", "level_now", 200.0, WHY, "ann"))
    after, at = as_model(asked(console)), asked(console).at
    usual, now = before.fresh(at, 48.0, 0.25), after.fresh(at, 48.0, 0.25)
    assert now[0] == pytest.approx(2.0 * usual[0])
    # A level that is not the usual one fades by half each day.
    chat = now[1] / np.maximum(usual[1], 1e-9)
    assert chat[0] == pytest.approx(2.0, abs=0.01)
    assert chat[-1] == pytest.approx(1.25, abs=0.01)
    console.undo()
    console.undo()
    assert as_model(asked(console)).fresh(at, 48.0, 0.25) == pytest.approx(usual)


def test_the_model_is_what_the_parameters_say(console: Console) -> None:
    found = asked(console)
    model = as_model(found, 30.0)
    assert [c.name for c in model.channels] == list(found.channels)
    assert model.unknown == ()
    for channel in model.channels:
        back = found.of(channel.name, "reconnect")
        assert back is not None and back.value is not None
        assert channel.back == pytest.approx(back.value / 100.0, rel=1e-6)
        assert channel.target_s == 30.0
        assert sum(channel.returns_to.values()) <= 1.0
    fresh = model.fresh(found.at, 24.0, 0.5)
    assert fresh.shape == (5, 48)
    assert np.isfinite(fresh).all() and (fresh >= 0.0).all()
    # The doors were open from seven to eight in the evening.
    assert fresh[0].max() > 50.0


def test_a_past_instant_knows_nothing_of_what_came_later(console: Console) -> None:
    whole = asked(console)
    assert whole.since_at is not None
    at = whole.since_at + 6 * HOUR
    with console.store.read() as session:
        found = parameters(session, at, Settings())
    assert found.at == at
    assert found.span_h == pytest.approx(6.0, abs=0.1)
    then, now = found.of("voice", "handling"), whole.of("voice", "handling")
    assert then is not None and now is not None
    assert then.measured is not None and now.measured is not None
    assert 0 < then.measured.number < now.measured.number


def test_where_customers_of_a_closed_channel_went(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "closed"
    shutil.copytree(data, copy)
    console = Console(copy)
    try:
        before = asked(console)
        # It has been closed for the second half of the data, in which many chats came all the same:
        # what counts is who of its customers came elsewhere more than before.
        since = before.at - 6 * HOUR
        with console.store.write() as session:
            session.get_one(Channel, "email").state = "closed"
            session.add(
                Override(
                    subject=scoped("", channel_subject("email")), aspect=STATE, title="closed",
                    normal="open", wanted="closed", since=since, who="ann",
                )
            )  # fmt: skip
        found = asked(console)
        assert found.version != before.version
        went = [row for row in found.rows if row.kind == "closed_to"]
        assert [row.channel for row in went] == ["email"] * len(went)
        assert all(row.origin == MEASURED and row.measured for row in went)
        hold = found.of("email", "closed_hold")
        assert hold is not None and hold.origin == ASSUMED
        model = as_model(found)
        (email,) = [c for c in model.channels if c.name == "email"]
        assert set(email.closed_to) == {row.to for row in went}
    finally:
        console.close()


def test_nothing_is_estimated_twice(console: Console) -> None:
    found = asked(console)
    assert asked(console) is found
    assert console.parameters(found.version) is None


def test_the_history_of_the_gauge_tells_the_same(console: Console, data: Path) -> None:
    own = asked(console)
    other = Console(data)
    assert other.debt() is not None
    with other.store.read() as session:
        assert lent(session, other.now(), 0, promises=False) is None  # it begins too late for that
        assert lent(session, other.now(), own.at, promises=True) is not None
    assert asked(other).rows == own.rows
    other.close()


def test_older_attempts_tell_when_needs_come(
    console: Console, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = asked(console)
    monkeypatch.setattr("console.reads.parameters.MOST", 700)
    other = Console(data)
    newest = asked(other)
    other.close()
    assert newest.span_h < whole.span_h and newest.since_at == whole.since_at
    for some, every in zip(newest.fresh, whole.fresh, strict=True):
        assert some.seen == every.seen
    few, many = newest.of("voice", "fresh"), whole.of("voice", "fresh")
    assert few is not None and few.value and many is not None and many.value
    # Some hours see fewer repeats than half a day; days, as in use, see nearly all.
    assert few.value == pytest.approx(many.value, rel=0.25)


def test_of_nothing_nothing_is_told(tmp_path: Path) -> None:
    console = Console(tmp_path)
    try:
        found = asked(console)
        assert (found.rows, found.fresh, found.channels) == ((), (), ())
        model = as_model(found)
        assert model.channels == ()
        assert model.fresh(0, 48.0, 0.25).shape == (0, 192)
    finally:
        console.close()
