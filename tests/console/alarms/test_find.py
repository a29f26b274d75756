"""What the parameters, the gauge and earlier forecasts say to alarms."""

from dataclasses import replace

from console.alarms.find import bounds, indices, rising_debt, spoken, wrong_forecasts
from console.domain.debt import DebtGauge, DebtHours, Ends, Measure, OpenIssues, TrendPoint
from console.domain.foretold import WAITING, Judged, Miss
from console.domain.parameters import ASSUMED, MEASURED, SET, Measured, Parameter, Parameters
from console.domain.resolution import BOUND
from console.domain.times import DAY, HOUR
from tests.console.alarms.situations import NOW


def known(name: str, value: float, low: float, high: float, channel: str = "voice") -> Parameter:
    measured = Measured(value, low, high, 500, 48.0)
    return Parameter(channel, name, value, MEASURED, measured)


def of(*rows: Parameter, channels: tuple[str, ...] = ("voice",)) -> Parameters:
    return Parameters(1, NOW, NOW - DAY, 24.0, channels, rows)


ROWS = (
    known("handling_growth", 40.0, 20.0, 60.0),
    known("patience", 15.0, 12.0, 18.0),
    known("redial", 65.0, 60.0, 70.0),
    known("reconnect", 22.0, 18.0, 26.0),
)


def test_who_comes_again_bounds_what_was_settled() -> None:
    found = bounds(of(*ROWS))["voice"]
    assert (found.kind, found.value) == (BOUND, 78.0)
    assert found.words == "at most: 22 % come again with the same need"
    assert bounds(of(Parameter("voice", "reconnect", 22.0, ASSUMED))) == {}


def test_an_index_is_of_what_was_measured_or_set_by_hand() -> None:
    (found,) = indices(of(*ROWS))
    # 0.4 in an hour, a quarter of an hour of patience: far from feeding itself.
    assert found.value is not None and 0.15 < found.value < 0.3
    assert found.low < found.value < found.high and found.likely == 0.0
    steep = (replace(ROWS[0], origin=SET, value=800.0, measured=None), *ROWS[1:])
    (found,) = indices(of(*steep))
    assert found.value is not None and found.value > 4.0 and found.likely == 1.0
    assert spoken((found,))["voice, by its waits"].startswith("4.")


def test_an_index_of_what_is_only_assumed_cannot_be_told() -> None:
    (found,) = indices(of(replace(ROWS[0], origin=ASSUMED), *ROWS[1:]))
    assert found.value is None
    assert found.words == "cannot tell (not measured: “grows with waiting”)"
    assert indices(of())[0].value is None


def test_only_written_channels_leave_copies() -> None:
    rows = [replace(row, channel="email") for row in ROWS]
    rows += [known("copy", 1.5, 1.0, 2.0, "email"), known("handling", 6.0, 5.8, 6.2, "email")]
    found = indices(of(*rows, channels=("email",)))
    assert [each.kind for each in found] == ["wait", "duplicate"]
    # 1.5 of 6 minutes, 0.78 / 0.35: a bit more than a half.
    assert found[1].value is not None and 0.5 < found[1].value < 0.62


def gauge(excess: Measure, total: float, then: float) -> DebtGauge:
    nothing = Measure()
    return DebtGauge(
        NOW, 48.0, NOW - 9 * DAY, NOW, 900, 600, 0.0, 0.5, nothing, excess, nothing,
        OpenIssues(0, nothing, nothing, 0, Measure(total)), nothing,
        DebtHours(None, None, None, None), Ends(nothing, nothing, nothing), (),
        (TrendPoint(NOW - DAY, then, None, 10, 10),), (), (), 0.0,
    )  # fmt: skip


def test_debt_that_is_sure_and_rises() -> None:
    (found,) = rising_debt(gauge(Measure(0.42, 0.3, 0.55), 412, 300))
    assert found.stands and found.lasts
    assert found.number == (
        "42 % more attempts for each need than normal (30 % to 55 %); 412 needs open, a day ago 300"
    )
    (unsure,) = rising_debt(gauge(Measure(0.1, -0.1, 0.3), 412, 300))
    assert not unsure.stands and unsure.lasts
    (level,) = rising_debt(gauge(Measure(0.42, 0.3, 0.55), 301, 300))
    assert not level.stands and level.lasts, "an alarm goes on while the debt is there"
    (falling,) = rising_debt(gauge(Measure(0.42, 0.3, 0.55), 200, 300))
    assert not falling.stands and not falling.lasts
    for unknown in (None, gauge(Measure(), 412, 300)):
        assert rising_debt(unknown)[0].stands is None


def test_several_misses_of_one_figure_make_a_wrong_forecast() -> None:
    def judged(*misses: Miss) -> Judged:
        return Judged(NOW, 72.0, 9, (), misses, (), ())

    first = Miss(NOW - 2 * HOUR, NOW - HOUR, WAITING, "voice", 20.0, 35.0, 61.0)
    assert wrong_forecasts(None, NOW) == () == wrong_forecasts(judged(), NOW)
    (one,) = wrong_forecasts(judged(first), NOW)
    assert not one.stands
    (found,) = wrong_forecasts(judged(first, replace(first, of=NOW - HOUR // 2, came=70.0)), NOW)
    assert found.stands and found.title == "the forecast was wrong, voice"
    assert "70" in found.number and found.number.endswith("2 such in 3 hours.")
    assert wrong_forecasts(judged(replace(first, of=NOW - 4 * HOUR)), NOW) == ()
