"""Lines of the score: a figure of yours, and of others on the same day; of past rehearsals too."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.rehearsals import (
    BEST,
    CENTRE,
    CONDUCT,
    LESS,
    NOTHING,
    PLAYBOOK,
    YOU,
    Comparison,
    Figure,
    GoalMet,
    PastGroup,
    PastRehearsal,
    Score,
    said,
)
from widgets import texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel

#: In the order in which they are read.
GROUPS = {"": "All of it in one figure", CENTRE: "The centre", CONDUCT: "Your own work"}
OTHERS = (NOTHING, PLAYBOOK, BEST)
TITLES = {NOTHING: "nothing", PLAYBOOK: "the playbook", BEST: "best found"}
ABOUT = {
    YOU: "What became of the centre under you",
    NOTHING: "What would have become of it had nobody done anything, on the same seed",
    PLAYBOOK: "Had the whole playbook been fired at once, on the same seed",
    BEST: "Under the best plan that was found, on the same seed",
}
WAYS = {LESS: "less is better", "more": "more is better", "": "explains others"}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure with what each player made of it; None where it is not compared."""

    kind: str  # centre, conduct, or "" for the one figure of all
    figure: Figure
    others: tuple[tuple[str, float | None], ...] = ()

    def of(self, player: str) -> float | None:
        return dict(self.others).get(player)

    def compared(self, player: str) -> bool:
        return player in dict(self.others)


def lines_of(score: Score, comparison: Comparison | None) -> list[FigureLine]:
    """In the order in which they are read: the one figure, the centre's, the leader's."""
    return [
        FigureLine(kind, figure, _others(figure.key, comparison))
        for kind, figures in (
            ("", (score.left_behind,)),
            (CENTRE, score.centre),
            (CONDUCT, score.conduct),
        )
        for figure in figures
    ]


def _others(key: str, comparison: Comparison | None) -> tuple[tuple[str, float | None], ...]:
    if comparison is None:
        return ()
    found: list[tuple[str, float | None]] = []
    for player in OTHERS:
        row = comparison.row(player)
        spread = row.spread(key) if row is not None else None
        if spread is not None:
            # The first seed is that of this rehearsal: like is set beside like.
            found.append((player, spread.values[0] if spread.values else None))
    return tuple(found)


def _other(line: FigureLine, player: str) -> str:
    if not line.compared(player):
        return ""
    words = said(line.of(player), line.figure.unit)
    return f"● {words}" if _better(line, player) else words


def _tip(line: FigureLine, _: object) -> str:
    figure = line.figure
    parts = (figure.definition, WAYS.get(figure.better, ""), figure.detail)
    return "\n".join(part for part in parts if part)


def _better(line: FigureLine, player: str) -> bool:
    """Where others did better than you, it is marked."""
    you, they = line.figure.value, line.of(player)
    if you is None or they is None or not line.figure.better or you == they:
        return False
    return (they < you) == (line.figure.better == LESS)


def goal_value(goal: GoalMet) -> str:
    """What was measured of it, in its unit."""
    value = goal.value
    if value is None:
        return texts.UNKNOWN
    if goal.figure.endswith("share"):
        return f"{100 * value:.1f}\u202f%"
    if goal.figure.endswith("seconds"):
        return f"{value:.0f} s"
    return (
        texts.count(round(value)) if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
    )


def score_model() -> RowModel:
    columns = (
        Column(
            "figure", "figure", text=lambda r: r.figure.title, value=lambda r: r.figure.title,
            width=230, stretch=2, tip=_tip, about="Hover over it: what it is, and its parts",
        ),
        Column(
            "you", "you", text=lambda r: r.figure.text, value=lambda r: r.figure.value, width=80,
            right=True, tip=_tip, about=ABOUT[YOU],
        ),
        *(
            Column(
                player, TITLES[player], text=lambda r, p=player: _other(r, p),
                value=lambda r, p=player: r.of(p), width=96, right=True,
                tip=_tip, about=f"{ABOUT[player]}; ● where it was better than yours",
            )
            for player in OTHERS
        ),
        Column(
            "unit", "", text=lambda r: r.figure.unit, value=lambda r: r.figure.unit, width=130,
            tip=_tip, about="What is counted",
        ),
        Column(
            "detail", "of which", text=lambda r: r.figure.detail,
            value=lambda r: r.figure.detail, width=300, stretch=3, tip=_tip,
        ),
    )  # fmt: skip
    model = RowModel(
        columns,
        key=lambda r: r.figure.key,
        group=lambda r: GROUPS[r.kind],
        group_order=list(GROUPS.values()).index,
    )
    model.set_grouped(True)
    return model


def _began(row: PastRehearsal) -> str:
    return texts.clock(row.begun_at, seconds=False) if row.begun_at else texts.UNKNOWN


def _goals(row: PastRehearsal) -> str:
    if row.score is None or not row.score.goals:
        return texts.UNKNOWN
    reached = sum(goal.reached is True for goal in row.score.goals)
    return f"{reached} of {len(row.score.goals)}"


def _left(row: PastRehearsal) -> str:
    return row.score.left_behind.text if row.score is not None else texts.UNKNOWN


def _stands(row: PastRehearsal) -> str:
    return f"▲ {row.state}: {row.problem}" if row.problem else row.state


def past_model() -> RowModel:
    columns = (
        Column(
            "begun", "begun", text=_began, value=lambda r: r.begun_at, width=96, descending=True,
        ),
        Column("title", "scenario", text=lambda r: r.title, value=lambda r: r.title, width=150,
               stretch=2),
        Column(
            "seed", "seed", text=lambda r: texts.UNKNOWN if r.seed is None else str(r.seed),
            value=lambda r: r.seed, width=76, right=True,
        ),
        Column(
            "speed", "speed", text=lambda r: texts.UNKNOWN if not r.speed else f"{r.speed:g} ×",
            value=lambda r: r.speed, width=60, right=True,
        ),
        Column("goals", "goals", text=_goals, value=_goals, width=64, right=True,
               about="Goals reached"),
        Column(
            "left", "left behind", text=_left,
            value=lambda r: None if r.score is None else r.score.left_behind.value, width=90,
            right=True, about="The one figure by which rehearsals of one scenario are compared; "
            "less is better",
        ),
        Column("by", "by", text=lambda r: r.by, value=lambda r: r.by, width=76),
        Column("state", "", text=_stands, value=lambda r: r.state, width=110, stretch=1,
               tip=lambda r, _: r.score.verdict if r.score is not None else _stands(r)),
    )  # fmt: skip
    return RowModel(columns, key=lambda r: r.path)


@dataclass(frozen=True, slots=True)
class AlongLine:
    """One figure of several rehearsals."""

    title: str
    unit: str
    better: str
    values: tuple[float | None, ...]

    def best(self, place: int) -> bool:
        known = [value for value in self.values if value is not None]
        value = self.values[place]
        if value is None or not self.better or len(set(known)) < 2:
            return False
        return value == (min(known) if self.better == LESS else max(known))


def along(group: PastGroup, chosen: Sequence[str]) -> tuple[list[PastRehearsal], list[AlongLine]]:
    """Of a scenario's rehearsals those chosen, by their paths; all where none is."""
    places = [n for n, each in enumerate(group.rehearsals) if not chosen or each.path in chosen]
    return (
        [group.rehearsals[n] for n in places],
        [
            AlongLine(title, unit, better, tuple(values[n] for n in places))
            for title, unit, better, values in group.rows
        ],
    )


def along_model(rehearsals: Sequence[PastRehearsal]) -> RowModel:
    """A column for each rehearsal; ● marks the best of them."""
    columns = (
        Column(
            "figure", "figure", text=lambda r: r.title, value=lambda r: r.title, width=220,
            stretch=2, tip=lambda r, _: WAYS.get(r.better, ""),
        ),
        *(
            Column(
                f"r{n}", _began(each), text=lambda r, n=n: _marked(r, n),
                value=lambda r, n=n: r.values[n], width=110, right=True,
                about=f"{each.title}, seed {each.seed}, {_began(each)}",
            )
            for n, each in enumerate(rehearsals)
        ),
        Column("unit", "", text=lambda r: r.unit, value=lambda r: r.unit, width=120),
    )  # fmt: skip
    return RowModel(columns, key=lambda r: r.title)


def _marked(line: AlongLine, place: int) -> str:
    words = said(line.values[place], line.unit)
    return f"● {words}" if line.best(place) else words
