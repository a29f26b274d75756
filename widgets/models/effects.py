"""The columns of the effects: what was aimed at, how it stood before, and how it stands since."""

from dataclasses import dataclass

from console.domain.effects import (
    AHEAD,
    BEFORE_ALL,
    BETTER,
    CANNOT_TELL,
    DOWN,
    EMPTY,
    MARKS_MIN,
    NOT_DONE,
    SILENT,
    TOLD,
    TOO_EARLY,
    UNKNOWN,
    WORSE,
    Effect,
    Span,
)
from console.kpis.measures import BY_NAME
from widgets import marks, texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

MINUTE = 60_000_000
SIGNS = {
    BETTER: "●",
    WORSE: "▲",
    CANNOT_TELL: "≈",
    TOO_EARLY: "◌",
    UNKNOWN: texts.UNKNOWN,
    NOT_DONE: "○",
}
_TONES = {BETTER: "good_words", WORSE: "bad_words", TOO_EARLY: "muted", NOT_DONE: "muted"}
_WHY = {
    SILENT: "unknown: its source has told nothing after that time yet",
    BEFORE_ALL: "unknown: its source tells nothing of that time",
    EMPTY: "unknown: there is nothing to divide by",
}


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect as of `now`."""

    effect: Effect
    now: int


def figure(effect: Effect, value: float | None) -> str:
    """A value in its unit, as short as the board's."""
    unit = BY_NAME[effect.aim.kpi].unit
    if value is None:
        return texts.UNKNOWN
    if unit == "%":
        return texts.percent(value)
    if unit == "s":
        return texts.duration(value)
    number = f"{value:.1f}" if abs(value) < 9.95 else f"{value:.0f}"
    return f"{number}\u202f/h" if unit == "/h" else number


def difference(effect: Effect, value: float) -> str:
    """With its sign."""
    sign = "−" if value < 0 else "+"
    unit = BY_NAME[effect.aim.kpi].unit
    if unit == "%":
        return f"{sign}{abs(value):.1f}"
    return sign + figure(effect, abs(value))


def cell(row: EffectRow, span: Span) -> str:
    """A window in a cell: its value, when it will be over, or a dash."""
    if span.state == AHEAD:
        return f"in {minutes_to(span.to_at, row.now)} min"
    return figure(row.effect, span.value)


def minutes_to(at: int, now: int) -> int:
    return max(1, -(-(at - now) // MINUTE))


def aim_words(effect: Effect) -> str:
    """``↓ contacts in queue, billing``."""
    aim = effect.aim
    arrow = "↓" if aim.direction == DOWN else "↑"
    title = BY_NAME[aim.kpi].title
    title = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    return f"{arrow} {title}, {aim.scope}" + (" (cost)" if aim.cost else "")


def expected_words(row: EffectRow) -> str:
    at = row.effect.expected_at
    if at is None:
        return "unknown"
    left = f" (in {minutes_to(at, row.now)} min)" if at > row.now else ""
    return f"{texts.clock(at, False)}{left}"


def verdict_words(effect: Effect) -> str:
    """With its sign; a cost that came is no surprise."""
    words = f"{SIGNS[effect.verdict]} {effect.verdict}"
    if effect.verdict == WORSE and effect.aim.cost:
        words = "◆ worse, as expected"
    if effect.verdict == UNKNOWN:
        words = effect.verdict
    if effect.ended_at is not None:
        words += " ↶"
    return f"{words} (!)" if effect.notes else words


def _tone(row: EffectRow) -> str:
    effect = row.effect
    if effect.verdict == WORSE and effect.aim.cost:
        return "warn_words"
    return _TONES.get(effect.verdict, "")


def window_words(effect: Effect, span: Span) -> str:
    """What a window is, what it says, and what it rests on."""
    between = f"{texts.clock(span.from_at, False)} to {texts.clock(span.to_at, False)}"
    length = (span.to_at - span.from_at) // MINUTE
    if span.state == AHEAD:
        return f"{between} ({length} min): not over yet"
    if span.state != TOLD:
        why = span.of if span.state == EMPTY and span.of else _WHY[span.state]
        return f"{between} ({length} min): {why}"
    words = f"{between} ({length} min): {figure(effect, span.value)} ({span.of})"
    if span.low is not None and span.high is not None:
        low, high = difference(effect, span.low), difference(effect, span.high)
        words += f"; to before: {low} to {high} (95 %)"
    if span.week_ago is not None:
        words += f"; a week ago {figure(effect, span.week_ago)}"
    return words


def told(row: EffectRow, _board: object = None) -> str:
    """All of it, for hovering and for who listens."""
    effect, aim = row.effect, row.effect.aim
    measure = BY_NAME[aim.kpi]
    by = "unknown" if effect.expected_at is None else texts.clock(effect.expected_at, False)
    lines = [
        f"{texts.clock(effect.at)} {effect.who}: {effect.act} ({marks.order(effect.state)})",
        f"{aim_words(effect)}: {verdict_words(effect)}",
        *(["It was expected to get worse, for the sake of the other aims."] if aim.cost else []),
        f"{measure.title}: {measure.definition}",
        *(window_words(effect, span) for span in (effect.before, *effect.after)),
        f"expected by {by}: {aim.reason}",
        *effect.notes,
        measure.words.removeprefix(measure.definition).strip(),
        f"as of {texts.clock(row.now)}; windows are UTC spans",
    ]
    return "\n".join(lines)


def _window(place: int) -> Column:
    """A column of one window; before the act, then each mark."""

    def span(row: EffectRow) -> Span:
        return (row.effect.before, *row.effect.after)[place]

    def tip(row: EffectRow, _board: object = None) -> str:
        measure = BY_NAME[row.effect.aim.kpi]
        return "\n".join(
            (aim_words(row.effect), window_words(row.effect, span(row)), measure.words)
        )

    title = "before" if place == 0 else f"{MARKS_MIN[place - 1]} min"
    start = 0 if place < 2 else MARKS_MIN[place - 2]
    about = (
        "The 30 minutes before the act"
        if place == 0
        else f"Minutes {start} to {MARKS_MIN[place - 1]} after the act"
    )
    return Column(
        "before" if place == 0 else f"after_{MARKS_MIN[place - 1]}",
        title,
        text=lambda r: cell(r, span(r)),
        value=lambda r: span(r).value,
        width=66,
        right=True,
        tip=tip,
        about=about,
        descending=True,
    )


COLUMNS = (
    Column(
        "at",
        "time",
        text=lambda r: texts.clock(r.effect.at, False),
        # The aims of one act stay in their order.
        value=lambda r: (r.effect.at, -r.effect.number),
        width=48,
        tip=told,
        about="When it was done, on the clock of this desk",
        descending=True,
    ),
    Column(
        "act",
        "what was done",
        text=lambda r: r.effect.act,
        value=lambda r: r.effect.act.casefold(),
        width=180,
        stretch=2,
        tip=told,
        about="What was done",
    ),
    Column(
        "aim",
        "aim",
        text=lambda r: aim_words(r.effect),
        value=lambda r: aim_words(r.effect)[2:],
        width=190,
        stretch=2,
        tip=told,
        about="Figure, the way it is wanted, and where; a cost is expected to get worse",
    ),
    Column(
        "strip",
        "−30 ▼ 60 min",
        text=lambda r: "",
        value=lambda r: None,
        width=110,
        tip=told,
        about="Before the act (hollow) and after it (full); hatched: until the expected reaction",
        kind="strip",
    ),
    *(_window(place) for place in range(len(MARKS_MIN) + 1)),
    Column(
        "expected",
        "expected by",
        text=expected_words,
        value=lambda r: r.effect.expected_at,
        width=108,
        tip=lambda r, _: f"{expected_words(r)}\n{r.effect.aim.reason}\nas recorded with the act",
        about="When the whole effect is to be expected, from the figures of the moment of the act",
    ),
    Column(
        "verdict",
        "verdict",
        text=lambda r: verdict_words(r.effect),
        value=lambda r: r.effect.verdict,
        width=150,
        tone=_tone,
        tip=told,
        about="Whether it did what it was meant to do\n↶ it was taken back; (!) there is something "
        "to beware of",
    ),
    Column(
        "notes",
        "beware",
        text=lambda r: "; ".join(r.effect.notes),
        value=lambda r: "; ".join(r.effect.notes),
        width=150,
        spare=True,
        stretch=3,
        tip=told,
        about="What there is to beware of in reading it",
    ),
    Column(
        "who",
        "by",
        text=lambda r: r.effect.who,
        value=lambda r: r.effect.who.casefold(),
        width=80,
        about="Who did it",
        hidden=True,
    ),
)


def effect_model() -> RowModel:
    return RowModel(COLUMNS, key=lambda r: (r.effect.journal_id, r.effect.number))
