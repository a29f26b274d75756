"""Forecasts of acts as the screen gets them, without computing any."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from console.domain.foreseen import (
    BETTER,
    SAME,
    UNKNOWN,
    UNSURE,
    WORSE,
    Basis,
    Beware,
    Change,
    Elsewhere,
    Foreseen,
    PartForeseen,
    Payoff,
    PostureForeseen,
    Suggestion,
)
from console.domain.plans import (
    BEST,
    CLOSE,
    HANDLING,
    MOVE,
    OFFER_OFF,
    PLAYBOOK,
    SEVERAL,
    CallbackRight,
    Idea,
    Index,
    Level,
    Nothing,
    Plan,
    PlanRow,
    ranked,
)

AT = 1_770_000_000_000_000
GROUND = Basis(AT, 48.0, 200, 30.0, ("Agents by the roster: 46 people on shift.",))


def change(name: str, value: float, verdict: str = BETTER, unit: str = "issues") -> Change:
    better = {BETTER: 1.0, WORSE: 0.0, UNSURE: 0.5}.get(verdict, 0.5)
    spread = 0.3 * abs(value)
    return Change(name, unit, value, value - spread, value + spread, better, verdict, 3000.0)


def foreseen(title: str = "callback offer off", verdict: str = BETTER) -> Foreseen:
    sign = {BETTER: 1.0, WORSE: -1.0}.get(verdict, 0.1)
    mine = verdict if verdict in (BETTER, WORSE) else UNSURE
    return Foreseen(
        title,
        verdict,
        GROUND,
        (
            change("resolved", 900.0 * sign, mine),
            change("given_up", -640.0 * sign, mine),
            change("open", -260.0 * sign, mine),
            change("debt_h", -42.0 * sign, mine, "h"),
            change("attempts", -3200.0 * sign, mine),
            change("waiting", 3.0, WORSE),
            change("peak", 0.0, SAME),
        ),
        (Elsewhere("email", 310.0, 43.0), Elsewhere("voice", -570.0, -85.0)),
        tuple(
            Beware(f"code {n}", words)
            for n, words in enumerate(
                (
                    "email: debt grows by 310 issues, 43 h (275 h without)",
                    "the abandonment rate rises by 9 points while more is resolved",
                    "193 agent hours come from elsewhere; what that costs later is not in here",
                    "its effect still grows when the forecast ends (126 h by then)",
                )
            )
        ),
        Payoff(30.0, 22.0, None, 0.1, 0),
        0.25,
        3.0,
        9.0,
        notes=("counted as if they stay there for the whole time",),
    )


def unknown(title: str = "penalty") -> Foreseen:
    return Foreseen(title, UNKNOWN, None, unknown=("The forecast does not know this control.",))


def idea(kind: str, channel: str = "voice", **more: Any) -> Idea:
    return replace(Idea(f"{kind}:{channel}", kind, f"{kind} {channel}", channel), **more)


IDEAS = (
    idea(OFFER_OFF, title="callback offer off, voice; the list is dialled"),
    idea(MOVE, "email", to="voice", number=4, most=9, timed=True, title="4 agents from email"),
    idea(CLOSE, "chat", title="close chat"),
    idea(HANDLING, number=10, most=40, title="handling time −10 %, voice"),
    Idea("playbook", PLAYBOOK, "Storm: the whole playbook", playbook="storm"),
)
OTHERS = (idea("drain", "chat", title="drain chat"), idea("close", "social", title="close social"))
VERDICTS = (BETTER, BETTER, WORSE, UNSURE, "mixed")


class FakeForesight:
    """`weighing` holds answers back until it is set; `seen` are the commands asked about."""

    def __init__(self) -> None:
        self.weighing = threading.Event()
        self.weighing.set()
        self.seen: list[Any] = []
        self.planned: list[Any] = []
        self.answer: Callable[[Any], Foreseen] = lambda command: foreseen(type(command).__name__)
        self.enough: Suggestion | None = Suggestion(2, "about 230 issues more resolved by 2")

    @property
    def foresight(self) -> "FakeForesight":
        return self

    def foresee(
        self, command: Any, overtaken: Callable[[], bool] = lambda: False
    ) -> Foreseen | None:
        self.seen.append(command)
        self.weighing.wait(10)
        return None if overtaken() else self.answer(command)

    def foresee_review(
        self, review: Any, overtaken: Callable[[], bool] = lambda: False, *, whole: bool = False
    ) -> PostureForeseen | None:
        self.seen.append(review)
        found = foreseen(review.title)
        parts = tuple(
            PartForeseen(
                item.key, change("resolved", 900.0), None, BETTER, "about 900 more resolved"
            )
            for item in review.items
        )
        return PostureForeseen(found, () if whole else parts)

    def foresee_revert(
        self, operation_id: int, overtaken: Callable[[], bool] = lambda: False
    ) -> Foreseen | None:
        return foreseen("revert the operation", WORSE)

    def suggest(
        self, board: Any, queue_id: int, overtaken: Callable[[], bool] = lambda: False
    ) -> Suggestion | None:
        return self.enough

    def plan(self, board: Any, wanted: Sequence[Idea] | None = None) -> Plan:
        self.planned.append(wanted)
        chosen = IDEAS if wanted is None else tuple(wanted)
        verdicts = dict(zip((one.key for one in IDEAS), VERDICTS, strict=True))
        rows = tuple(
            PlanRow(one, foreseen(one.title, verdicts.get(one.key, WORSE)), (float(place), 0.0))
            for place, one in enumerate(chosen)
        )
        level = Level(2051.0, 1533.0, 2514.0)
        keys = {one.key for one in chosen}
        return Plan(
            GROUND,
            Nothing(
                level, level, level, Level(353.0, 250.0, 450.0), Payoff(None, None, None, 1, 4)
            ),
            ranked(rows),
            (CallbackRight("voice", "off", "on", 0.95, "off: 0 agent hours are spare in voice"),),
            (Index("chat", 9.1, 6.0, 0.6), Index("voice", 5.5, 22.0, 1.1)),
            tuple(one for one in (*IDEAS, *OTHERS) if one.key not in keys),
            "voice",
            "fewest issues open or given up at the end first",
        )

    def best_plan(
        self, board: Any, overtaken: Callable[[], bool] = lambda: False
    ) -> PlanRow | None:
        whole = Idea(BEST, SEVERAL, "best found: offer off; 4 agents", parts=IDEAS[:2])
        return PlanRow(whole, foreseen(whole.title), (-1.0, 0.0))
