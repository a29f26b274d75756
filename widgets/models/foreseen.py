"""What the forecast says of an act, as lines of a screen."""

from console.domain.foreseen import (
    ATTEMPTS,
    BETTER,
    DEBT,
    GIVEN_UP,
    MIXED,
    OPEN,
    RESOLVED,
    SAME,
    UNKNOWN,
    UNSURE,
    WORSE,
    Basis,
    Change,
    Foreseen,
    Payoff,
    about,
    chance_words,
    change_words,
    elsewhere_words,
    hours_words,
    payoff_words,
    reaction_words,
    verdict_words,
)
from widgets import texts

#: The same as effects that were measured have: a sign that something is better is never ▲.
SIGNS = {BETTER: "●", WORSE: "▲", MIXED: "◆", UNSURE: "≈", SAME: "=", UNKNOWN: texts.UNKNOWN}
ROLES = {BETTER: "good", WORSE: "bad", MIXED: "warn"}
TONES = {BETTER: "good_words", WORSE: "bad_words", MIXED: "warn_words", UNKNOWN: "muted"}
#: Cautions that are shown before “more”.
FEW = 3
_TITLES = {
    "resolved": "resolved",
    "given_up": "given up",
    "open": "open at the end",
    "debt_h": "debt at the end",
    "attempts": "attempts",
    "waiting": "waiting on average",
    "peak": "waiting at the worst moment",
}


def head(found: Foreseen) -> str:
    """“● Better: about 900 more resolved (650 to 1 050), better in 100 of 100”."""
    return f"{SIGNS[found.verdict]} {verdict_words(found)}"


def figures(found: Foreseen) -> list[str]:
    """The three that the verdict does not name; what cannot be told of one is said of it."""
    if found.verdict == MIXED:
        told = (GIVEN_UP, OPEN, DEBT)
    else:
        told = (RESOLVED if found.decides == DEBT else GIVEN_UP, DEBT, ATTEMPTS)
        told = tuple(name for name in (*told, GIVEN_UP) if name != found.decides)[:3]
    return [figure(change) for name in told if (change := found.of(name)) is not None]


def figure(change: Change) -> str:
    words = change_words(change)
    return f"≈ {words}: cannot tell" if change.verdict == UNSURE else words


def aside(found: Foreseen) -> list[str]:
    """What grows elsewhere, when it shows, and until when the debt is paid."""
    grown = [
        words
        for row, words in zip(found.elsewhere, elsewhere_words(found), strict=True)
        if row.debt_h > 0.0
    ]
    lines = [f"→ {words}" for words in grown[:1]]
    if found.changes and not grown:
        lines.append("no channel is left with more debt")
    if reaction := reaction_short(found):
        lines.append(f"half of it shows after: {reaction}")
    if found.payoff is not None:
        lines.append(f"the debt of now: {paid(found.payoff)}")
    return lines


def reaction_short(found: Foreseen) -> str:
    """“queue 15 min, attempts 3 h, debt 9 h”."""
    parts = (
        ("queue", found.queue_h),
        ("attempts", found.attempts_h),
        ("debt", found.debt_h),
    )
    return ", ".join(f"{name} {hours_words(h)}" for name, h in parts if h is not None)


def paid(payoff: Payoff | None) -> str:
    """“paid in 30 h”, “not paid, 4 agents short”."""
    known = payoff is not None and payoff.hours is not None and payoff.hours > 0.0
    return f"paid {payoff_words(payoff)}" if known else payoff_words(payoff)


def beware(found: Foreseen) -> list[str]:
    """Cautions and what is not in it, the gravest first."""
    return [
        *(f"◆ {words}" for words in found.unknown if found.changes),
        *(f"◆ {caution.words}" for caution in found.cautions),
    ]


def basis(ground: Basis | None, now: int) -> str:
    """What it rests on, and how old that is."""
    if ground is None:
        return ""
    data = (
        "history of unknown length" if ground.data_h is None else f"{ground.data_h:.0f} h of data"
    )
    minutes = max(0, now - ground.at) // 60_000_000
    age = f"{texts.age(ground.at, now)} ago" if minutes else "just now"
    return (
        f"the next {ground.hours:.0f} h against doing nothing · from how it stood at "
        f"{texts.clock(ground.at, seconds=False)}, {age} · {data} · {ground.members} draws"
    )


def whole(found: Foreseen, now: int) -> str:
    """All of it, to be read at leisure or copied."""
    lines = [found.title, head(found)]
    if found.changes:
        lines += ["", "Against doing nothing:"]
        lines += [f"  {row(change)}" for change in found.changes if change.name in _TITLES]
    if found.elsewhere:
        lines += ["", "Channel by channel at the end:", *(f"  {w}" for w in elsewhere_words(found))]
    if reaction := reaction_words(found):
        lines += ["", reaction[:1].upper() + reaction[1:] + "."]
    if found.payoff is not None:
        lines.append(f"The debt of now: {paid(found.payoff)}.")
    if cautions := beware(found):
        lines += ["", "Beware:", *(f"  {words}" for words in cautions)]
    if found.notes:
        lines += ["", "How it was counted:", *(f"  {words}" for words in found.notes)]
    if found.basis is not None:
        if found.basis.assumptions:
            lines += ["", "What was assumed:", *(f"  {w}" for w in found.basis.assumptions)]
        lines += ["", basis(found.basis, now)]
        lines.append(
            "Not in the model: tired people and sick leave, skill between agents of one channel, "
            "customers who learn, and whatever caused the rush."
        )
    return "\n".join(lines)


def row(change: Change) -> str:
    """One figure with what it would be without the act, and how sure the difference is."""
    unit = " h" if change.unit == "h" else ""
    sign = "+" if change.value > 0 else "−"
    told = f"{sign}{about(change.value)}{unit}" if round(change.value) else "±0"
    sure = (
        "no difference"
        if change.verdict == SAME
        else "cannot tell"
        if change.verdict == UNSURE
        else chance_words(change.better, change.verdict)
    )
    low, high = (f"{'−' if v < 0 else ''}{about(v)}" for v in (change.low, change.high))
    return (
        f"{_TITLES[change.name]}: {told} ({low} to {high}) on {about(change.without)}{unit}; {sure}"
    )
