"""Silence, lines that are down, and what cannot be read."""

import pytest

from console.alarms.sources import LINE, QUARANTINED, SILENT
from console.domain.alarms import QUARANTINE, SOURCE
from console.domain.times import HOUR, MINUTE
from console.settings import Settings
from tests.console.alarms.situations import NOW, situation, source, told


def test_a_silent_source() -> None:
    (fresh,) = told(SILENT, situation())
    assert fresh.stands is False
    (silent,) = told(SILENT, situation(sources=(source(last_at=NOW - 4 * MINUTE),)))
    assert silent.stands and silent.number == "newest record 4:00 old, stale after 1:00"
    assert (silent.act, silent.target) == (SOURCE, "1")
    slow = source(last_at=NOW - HOUR, steady=False, every_s=3600)
    assert told(SILENT, situation(sources=(slow,)))[0].stands is False


@pytest.mark.parametrize("how", [{"followed": False}, {"paused": True}])
def test_what_this_desk_does_not_follow_it_cannot_tell_silent(how: dict[str, bool]) -> None:
    (found,) = told(SILENT, situation(sources=(source(last_at=NOW - HOUR, **how),)))
    assert found.stands is None


def test_a_line_that_is_down() -> None:
    (none,) = told(LINE, situation(sources=(source(),)))
    assert none.stands is None, "it has none"
    (up,) = told(LINE, situation(sources=(source(line="up"),)))
    assert up.stands is False
    (down,) = told(LINE, situation(sources=(source(line="down", line_words="No route."),)))
    assert down.stands and down.title == "the line to pbx is down" and down.number == "No route"


def test_what_cannot_be_read_grows() -> None:
    grown = source(quarantined=40)
    assert QUARANTINED.of(situation(sources=(grown,))) is None, "nobody has looked yet"
    (unknown,) = told(QUARANTINED, situation(sources=(grown,), put_aside={}))
    assert unknown.stands is None
    (calm,) = told(QUARANTINED, situation(sources=(grown,), put_aside={1: 19}))
    assert calm.stands is False
    (found,) = told(QUARANTINED, situation(sources=(grown,), put_aside={1: 20}))
    assert found.stands and found.act == QUARANTINE
    assert found.number == "20 lines put aside in 30 minutes, 40 in all"
    standing = frozenset(["quarantine|pbx"])
    for number, stands in ((5, True), (4, False)):
        (found,) = told(
            QUARANTINED, situation(sources=(grown,), put_aside={1: number}, standing=standing)
        )
        assert found.stands is stands
    never = situation(sources=(grown,), put_aside={1: 99}, settings=Settings(alarm_quarantine=0))
    assert QUARANTINED.of(never) == ()
