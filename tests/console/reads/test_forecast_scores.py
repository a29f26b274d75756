"""Kept forecasts against what came: how many bands held it, how they err, what is left out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from console import journal
from console.commands import SetChannel
from console.domain.foretold import ATTEMPTS, OPEN, SHARES, WAITING, Forecast
from console.domain.foretold_words import bias_words
from console.domain.times import HOUR, MINUTE, now_us
from console.reads import forecasts
from console.reads.forecast_evidence import evidence
from console.reads.forecast_scores import Trial, judged, scored
from console.reads.outlook import Outlooks, deeds
from console.settings import Settings
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Contact, Journal, Leg, Queue, Source
from console.store.tables import Forecast as Row
from tests.widgets.fake_forecast import make_forecast

NOW = now_us() // HOUR * HOUR
VOICE, CALLBACKS, MAIL = 1, 2, 3


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(store)
    with store.write() as session:
        session.add(
            Source(id=1, name="pbx", format="x", folder="/", platform="asterisk", last_at=NOW)
        )
        session.flush()
        for number, (name, channel) in enumerate(
            [("support", "voice"), ("callbacks", "voice"), ("mail", "email")], 1
        ):
            session.add(Queue(id=number, source_id=1, name=name, channel=channel))
    yield store
    store.close()


_numbers = iter(range(1, 1_000_000))


def call(
    session: Session, queue: int, entered: int, answered: int | None, ended: int | None,
    outcome: str = "answered", number: int = 1, contact: int = 0,
) -> int:  # fmt: skip
    contact = contact or next(_numbers)
    if number == 1:
        session.add(
            Contact(
                id=contact, source_id=1, ref=str(contact), channel="voice", first_at=entered,
                last_at=entered, evidence="", revision=1,
            )
        )  # fmt: skip
        session.flush()
    session.add(
        Leg(
            contact_id=contact, number=number, source_id=1, queue_id=queue, entered_at=entered,
            entry_seen=True, connected_at=answered, ended_at=ended, outcome=outcome, ended_by="",
            rings=0, revision=1,
        )
    )  # fmt: skip
    return contact


def keep(session: Session, at: int, acts: int = 0, open_: float = 400.0, **said: float) -> Forecast:
    """A forecast of so many waiting, attempts in the hour, or open issues, one hour ahead."""
    quantiles: dict[str, dict[str, dict[int, tuple[float, ...]]]] = {}
    for figure, middle in said.items():
        values = tuple(middle * (0.5 + share) for share in SHARES)
        quantiles[figure] = {"" if figure == OPEN else "voice": {1: values}}
    found = replace(make_forecast(at), quantiles=quantiles, acts=acts, begun_open=open_)
    session.add(
        Row(made_at=at, hours=48.0, parameters="1", acts=acts, body=forecasts.encoded(found))
    )
    session.flush()
    return found


def test_what_came_is_told_by_channel(store: Store) -> None:
    with store.write() as session:
        # Nine wait for ten minutes and are answered, one gives up, one takes a callback.
        for _ in range(9):
            call(session, VOICE, NOW - 30 * MINUTE, NOW - 20 * MINUTE, NOW - 15 * MINUTE)
        call(session, VOICE, NOW - 30 * MINUTE, None, NOW - 25 * MINUTE, "abandoned")
        call(session, VOICE, NOW - 30 * MINUTE, None, NOW - 28 * MINUTE, "exit_key")
        # Its dial is no attempt of the customer, and a call that is passed on is not a new one.
        call(session, CALLBACKS, NOW - 12 * MINUTE, NOW - 12 * MINUTE, NOW - 10 * MINUTE)
        passed = call(session, VOICE, NOW - 9 * MINUTE, NOW - 9 * MINUTE, NOW - 8 * MINUTE)
        call(session, VOICE, NOW - 8 * MINUTE, NOW - 8 * MINUTE, NOW - MINUTE, number=2,
             contact=passed)  # fmt: skip
        # Waits still, and has for a day: in writing that is nothing unusual.
        call(session, MAIL, NOW - 30 * HOUR, None, None, "waiting")
        call(session, VOICE, NOW - 30 * HOUR, None, None, "waiting")
    with store.read() as session:
        came = evidence(session, NOW - 6 * HOUR, NOW, Settings())
    assert came.value(ATTEMPTS, "voice", NOW) == 12
    assert came.value("answered", "voice", NOW) == 10
    assert came.value("abandonment", "voice", NOW) == pytest.approx(1 / 11)
    assert came.value(WAITING, "voice", NOW) == 0.0
    assert came.waiting("voice", NOW - 29 * MINUTE) == pytest.approx(11 / 5)
    assert came.value(WAITING, "email", NOW) == 1.0
    # Beyond what is known nothing is said.
    assert came.value(ATTEMPTS, "voice", NOW + HOUR) is None
    assert came.value(ATTEMPTS, "chat", NOW) is None


def test_bands_that_held_are_counted_and_a_miss_is_told_in_words(store: Store) -> None:
    with store.write() as session:
        for back in range(8, 0, -1):
            # Sixty come in each hour; half of the forecasts say so, half say thirty.
            keep(session, NOW - back * HOUR, attempts=60.0 if back % 2 else 30.0)
            for n in range(60):
                at = NOW - back * HOUR + n * MINUTE + 1
                call(session, VOICE, at, at, at + MINUTE)
    with store.read() as session:
        found = judged(session, NOW, Settings())
    (score,) = [s for s in found.scores if s.figure == ATTEMPTS]
    assert (score.number, score.held, score.above, score.below) == (8, 4, 4, 0)
    assert score.bias == pytest.approx(15.0, abs=1.0)
    (miss,) = found.misses
    assert miss.figure == ATTEMPTS and miss.came == 60
    assert "said 18 to 42 attempts in the hour in voice" in found.words[0]
    assert "60 came" in found.words[0] and "Too low in 4 of 8 hours" in found.words[0]
    assert any("they held 50 %" in words for words in found.words)


def test_open_issues_are_those_counted_when_a_later_one_was_made(store: Store) -> None:
    with store.write() as session:
        keep(session, NOW - 3 * HOUR, open=400.0)
        keep(session, NOW - 2 * HOUR, open_=410.0, open=300.0)
        keep(session, NOW - HOUR, open_=900.0)
    with store.read() as session:
        found = judged(session, NOW, Settings())
    (score,) = found.scores
    assert (score.figure, score.number, score.held, score.above) == (OPEN, 2, 1, 1)


def test_after_an_act_an_earlier_forecast_is_not_judged(store: Store) -> None:
    with store.write() as session:
        keep(session, NOW - 3 * HOUR, attempts=60.0)
        keep(session, NOW - 2 * HOUR, attempts=60.0)
    receipt = journal.run(store, SetChannel("chat", "closed", "", now_us() + HOUR), "eve", "")
    with store.write() as session:
        session.execute(update(Journal).values(at=NOW - 90 * MINUTE))
        keep(session, NOW - 85 * MINUTE, acts=receipt.journal_id, attempts=60.0)
        call(session, VOICE, NOW - 5 * HOUR, NOW - 5 * HOUR, NOW - 4 * HOUR)
    with store.read() as session:
        found = judged(session, NOW, Settings())
    # The one of three hours ago was over before; the next was not; the one after it knew the act.
    (score,) = found.scores
    assert score.number == 2
    (apart,) = found.apart
    assert apart.number == 1
    assert any("from before it" in words for words in found.words)


def test_a_habit_is_said_beside_the_present_one() -> None:
    def row(came: float) -> Trial:
        return Trial(0, 8, OPEN, "", 350.0, 400.0, 450.0, came)

    assert bias_words(scored([row(400.0)] * 10)) == ""
    words = bias_words(scored([row(520.0)] * 10))
    assert words.startswith("Forecasts before this one were 30 % too low for open issues 8 h ahead")
    assert "too high" in bias_words(scored([row(200.0)] * 10))


def test_of_nothing_kept_nothing_is_judged(store: Store) -> None:
    with store.read() as session:
        found = judged(session, NOW, Settings())
    assert found.scores == () and found.forecasts == 0
    assert found.words == ("No forecast is old enough to be judged.",)


def test_the_outlook_is_the_newest_with_what_was_before_it(store: Store) -> None:
    outlooks = Outlooks(Settings())
    with store.read() as session:
        nothing = outlooks.of(session, NOW)
        assert nothing is not None and nothing.forecast is None and "No forecast yet" in nothing.why
        assert outlooks.payoff(session) is None
    with store.write() as session:
        keep(session, NOW - 2 * HOUR, open_=380.0, waiting=5.0)
        keep(session, NOW - HOUR, open_=390.0)
        call(session, VOICE, NOW - 3 * HOUR, NOW - 90 * MINUTE, NOW - HOUR)
    with store.read() as session:
        found = outlooks.of(session, NOW)
        assert found is not None and found.forecast is not None
        assert outlooks.of(session, NOW, found.version) is None
        assert found.forecast.at == NOW - HOUR
        was = {each.at: each for each in found.was}
        assert was[NOW - 2 * HOUR].open == 380.0
        assert was[NOW - 2 * HOUR].waiting == {"voice": 1.0}
        # Before the first contact nobody knows who waited.
        assert was[NOW - 5 * HOUR].waiting == {}
        assert found.judged is not None and found.judged.forecasts == 2
        version, words, _why = outlooks.payoff(session) or (0, "", "")
        assert words == "never: 6 more agents in voice"
        assert outlooks.payoff(session, version) is None


def test_deeds_say_when_their_effects_are_to_be_expected(store: Store) -> None:
    journal.run(store, SetChannel("chat", "closed", "", now_us() + HOUR), "eve", "")
    with store.read() as session:
        (deed,) = deeds(session, make_forecast(NOW), 0)
        places = [where for _, where in deed.shows]
        assert places[-2:] == ["in redials", "in reconnects"]
        assert deed.shows[-1][0] == deed.at + 8 * HOUR
