"""What a rehearsal taught, made up: a score, and others who did better or worse."""

from console.domain.rehearsals import (
    BEST,
    BETTER,
    LEFT_BEHIND,
    LESS,
    MORE,
    NOTHING,
    PLAYBOOK,
    YOU,
    Comparing,
    Comparison,
    Difference,
    Figure,
    GoalMet,
    PastGroup,
    PastList,
    PastRehearsal,
    PlanStep,
    Played,
    Score,
    Spread,
)

HOUR = 3_600_000_000


def score(left: float = 900, to_at: int = 24 * HOUR) -> Score:
    return Score(
        "outage", "Outage", 7, 0, 9 * HOUR, to_at, 24 * HOUR,
        (Figure("resolved", "Resolved", 1500, "needs", "Needs that were met.", MORE, "62 %"),),
        (Figure("first_act", "First act", None, "min", "When the first was carried out.", LESS),),
        (
            GoalMet("At most one in five gives up.", "abandoned share", "at most 0.2", 0.17, True),
            GoalMet("Answer soon.", "mean wait seconds", "at most 100", 143.2, False),
        ),
        Figure(LEFT_BEHIND, "Left behind", left, "customers", "Who was not helped.", LESS),
        (("customers who gave up", left),),
        "Reached in part: 1 of 2 goals.",
        ("Most needs were open at noon.",),
    )  # fmt: skip


def comparison() -> Comparison:
    def played(player: str, title: str, left: float, resolved: float) -> Played:
        spreads = (Spread(LEFT_BEHIND, (left, left + 5)), Spread("resolved", (resolved, resolved)))
        return Played(player, title, f"{title} played.", (PlanStep("Offer off", 0),), spreads)

    return Comparison(
        "outage", "Outage", (7, 8), 9 * HOUR, 24 * HOUR, 0, 61.0, 40, True, "It was the same.",
        score().figures,
        (
            played(YOU, "You", 900, 1500), played(NOTHING, "Nobody", 1200, 1300),
            played(PLAYBOOK, "The playbook", 900, 1500), played(BEST, "Best plan", 700, 1650),
        ),
        (Difference(BEST, LEFT_BEHIND, -200, -250, -150, BETTER, "about 200 fewer"),),
        "You left 900 behind, the best plan 700.",
    )  # fmt: skip


def past(folder: str) -> PastList:
    found = tuple(
        PastRehearsal(
            f"{folder}/{n}",
            "outage",
            "Outage",
            7,
            n * HOUR,
            "ann",
            30.0,
            24.0,
            "ended",
            score(left),
        )
        for n, left in ((2, 700), (1, 900))
    )
    rows = (("Left behind", "customers", LESS, (900.0, 700.0)),)
    return PastList(folder, found, (PastGroup("outage", "Outage", found[::-1], rows),))


class FakeLessons:
    """As `console.lessons` answers; `known` is what was compared before."""

    def __init__(self) -> None:
        self.known: Comparison | None = None
        self.begun = self.cancelled = 0
        self.steps = [Comparing("running", "playing", 1, 40)]

    def score(self) -> Score:
        return score()

    def comparison(self) -> Comparison | None:
        return self.known

    def begin_comparing(self) -> None:
        self.begun += 1

    def comparing(self) -> Comparing:
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]

    def cancel_comparing(self) -> None:
        self.cancelled += 1
        self.steps = [Comparing("cancelled", "cancelled", 3, 40)]
