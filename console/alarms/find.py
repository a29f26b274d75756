"""What is found out every few minutes: normal work, indices of a spiral, debt, wrong forecasts."""

from collections.abc import Mapping, Sequence

from console.alarms.condition import Index, Rising
from console.domain.debt import DebtGauge
from console.domain.foretold import Judged
from console.domain.foretold_words import miss_words
from console.domain.parameters import MEASURED, SET, Parameter, Parameters, definition_of
from console.domain.resolution import BOUND, Resolution
from console.domain.times import HOUR

#: Channels in which an attempt that fails leaves a copy that an agent has to look at.
_WRITTEN = ("email", "social", "messaging")
_KINDS = {"wait": "by its waits", "duplicate": "by duplicates"}
#: A forecast is called wrong from so many misses of one figure on, in so many hours.
_MISSES, _LATELY = 2, 3 * HOUR
#: An alarm of debt goes on down to this excess.
_LEAST_EXCESS = 0.05


def bounds(parameters: Parameters) -> dict[str, Resolution]:
    """At most how much is settled, by channel: who comes again was not helped."""
    found: dict[str, Resolution] = {}
    for channel in parameters.channels:
        again = parameters.of(channel, "reconnect")
        if again is not None and again.origin == MEASURED and again.value is not None:
            words = f"at most: {again.value:.0f} % come again with the same need"
            found[channel] = Resolution(BOUND, max(0.0, 100.0 - again.value), words=words)
    return found


def indices(parameters: Parameters) -> tuple[Index, ...]:
    """Of each channel, whether its backlog feeds itself; what nobody has measured or set, and so
    cannot be told, stands in `words`."""
    found: list[Index] = []
    for channel in parameters.channels:
        names = {"wait": ("handling_growth", "patience", "redial", "reconnect")}
        if channel in _WRITTEN:
            names["duplicate"] = ("copy", "handling", "redial", "reconnect")
        for kind, wanted in names.items():
            rows = [parameters.of(channel, name) for name in wanted]
            unknown = [
                title_of(name)
                for name, row in zip(wanted, rows, strict=True)
                if row is None or row.origin not in (MEASURED, SET) or row.value is None
            ]
            if unknown:
                words = f"cannot tell (not measured: {', '.join(f'“{name}”' for name in unknown)})"
                found.append(Index(channel, kind, None, words=words))
            else:
                found.append(_index(channel, kind, [row for row in rows if row is not None]))
    return tuple(found)


def _index(channel: str, kind: str, rows: Sequence[Parameter]) -> Index:
    # Brings numpy, which not every start needs.
    from console.forecast.indices import Known, duplicate_index, wait_index

    def known(row: Parameter) -> Known:
        definition = definition_of(row.name)
        scale = 1.0 if definition is None else definition.scale
        value = row.value or 0.0
        of = row.measured if row.origin == MEASURED else None
        low, high = (value, value) if of is None else (of.low, of.high)
        return Known(value * scale, low * scale, high * scale)

    first, second, redial, reconnect = map(known, rows)
    index = (wait_index if kind == "wait" else duplicate_index)(first, second, redial, reconnect)
    return Index(channel, kind, index.value, index.low, index.high, index.likely)


def title_of(name: str) -> str:
    definition = definition_of(name)
    return name if definition is None else definition.title


def rising_debt(gauge: DebtGauge | None) -> tuple[Rising, ...]:
    """Excess over this centre's own past weeks, surely above 0, while more is open than a day
    before."""
    if gauge is None or gauge.excess.value is None or not gauge.way:
        return (Rising("", None),)
    excess, open_ = gauge.excess, gauge.open.total.value
    value = gauge.excess.value
    low = value if excess.low is None else excess.low
    grown = gauge.way == "rising"
    between = "" if excess.low is None else f" ({_percent(excess.low)} to {_percent(excess.high)})"
    return (
        Rising(
            "",
            grown and low > 0.0,
            gauge.way != "falling" and value > _LEAST_EXCESS,
            "contact debt rises",
            f"{_percent(value)} more attempts for each need than normal{between}; "
            f"{_number(open_)} needs open, a day ago {_number(gauge.yesterday)}",
            f"Attempts for each need within {gauge.window_h:.0f} hours, beside this centre's past "
            "weeks at the same hours; 95 % interval.",
        ),
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def wrong_forecasts(judged: Judged | None, now: int) -> tuple[Rising, ...]:
    """Figures that came outside the band of several forecasts of late, each in a sentence."""
    if judged is None:
        return ()
    by_figure: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for miss in judged.misses:
        if now - miss.of <= _LATELY:
            key = (miss.figure, miss.channel)
            by_figure.setdefault(key, []).append((miss.of, miss_words(miss)))
    return tuple(
        Rising(
            f"{figure} {channel}".strip(),
            len(found) >= _MISSES,
            True,
            f"the forecast was wrong{f', {channel}' if channel else ''}",
            f"{max(found)[1]} {len(found)} such in 3 hours.",
            "What came, beside the band of 80 % of forecasts made 1 to 24 hours before; what was "
            "done after one was made is allowed for.",
        )
        for (figure, channel), found in by_figure.items()
    )


def spoken(found: Sequence[Index]) -> Mapping[str, str]:
    """By channel and kind: “0.4 (0.2 to 0.7)”, or why nobody can tell."""
    return {
        f"{each.channel}, {_KINDS[each.kind]}": each.words
        if each.value is None
        else f"{_plain(each.value)} ({_plain(each.low)} to {_plain(each.high)})"
        for each in found
    }


def _plain(value: float) -> str:
    """One decimal; nothing below nothing."""
    return f"{round(value, 1) + 0.0:.1f}"


__all__ = ["bounds", "indices", "rising_debt", "spoken", "wrong_forecasts"]
