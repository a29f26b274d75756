"""Every figure in words: name, formula, window, counts behind it, source and age of the news."""

from console.domain.board import Board, Figures, QueueRow, SourceRow
from console.domain.normals import MINUTES
from console.domain.resolution import UNKNOWN
from widgets import texts
from widgets.marks import LOW_SERVICE

#: id: (standard name, formula or meaning in words). `{sl}` is the seconds of the service level.
FIGURES: dict[str, tuple[str, str]] = {
    "waiting": ("Contacts in queue", "contacts that wait for an agent now"),
    "oldest": ("Longest wait", "now − entry time of the contact that waits longest"),
    "service_level": (
        "Service level",
        "answered within {sl} s ÷ (answered + abandoned) × 100, Genesys form; "
        "abandoned calls count against it",
    ),
    "abandon_rate": (
        "Abandonment",
        "abandoned ÷ offered × 100; offered = answered + abandoned + flow-out",
    ),
    "asa_s": ("ASA, average speed of answer", "queue wait of the answered ÷ answered"),
    "aht_s": (
        "AHT, average handling time · resolution",
        "(talk + hold + wrap-up) ÷ handled · settled ÷ contacts whose outcome is stated × 100; "
        "AHT that falls while resolution falls is haste",
    ),
    "available": ("Available", "members who are signed in, not paused and on no contact"),
    "on_contact": ("On contact", "members who talk with a customer, on any queue"),
    "ringing": ("Ringing", "members whose phone rings"),
    "wrap_up": ("Wrap-up", "members in after-contact work"),
    "paused": ("Paused", "members in a break, a meeting, training or another pause"),
    "staffed": ("Staffed", "members who are not offline"),
    "trend": ("Received", "contacts received in each quarter of an hour, oldest at the left"),
    "promises": ("Callbacks promised", "callbacks promised and not yet kept"),
    "time_in_state": ("Time in state", "now − start of the state; a new reason starts afresh"),
}

#: Why a figure is a dash.
UNKNOWN_BECAUSE = {
    "oldest": "nobody waits",
    "service_level": "nobody was answered or hung up in this window",
    "abandon_rate": "nothing was offered in this window",
    "asa_s": "nobody was answered in this window",
    "aht_s": "no contact was handled in this window",
    "promises": "this source does not say",
    "time_in_state": "the source never said when it began",
}


def name(figure: str) -> str:
    return FIGURES[figure][0]


def formula(figure: str, service_level_s: int | None = 20) -> str:
    words = FIGURES[figure][1]
    if service_level_s is None:
        return words.replace("{sl} s", "its queue's target")
    return words.format(sl=service_level_s)


def about(figure: str) -> str:
    """Hover words of a heading, before any value is known."""
    return f"{name(figure)}\n{formula(figure).replace('20 s', 'the target')}"


def window(figures: Figures) -> str:
    minutes = round((figures.to_at - figures.from_at) / 60_000_000)
    span = f"{minutes} min" if minutes < 180 else f"{minutes / 60:.0f} h"
    return (
        f"window {texts.clock(figures.from_at, False)} to {texts.clock(figures.to_at, False)}"
        f" ({span}, rolling)"
    )


def counts(figures: Figures, figure: str) -> str:
    if figure == "service_level":
        base = figures.answered + figures.abandoned
        limit = figures.service_level_s
        within = "their queue's target" if limit is None else f"{limit} s"
        return f"{figures.answered_in_sl} of {base} within {within}"
    if figure == "abandon_rate":
        short = f", {figures.short_abandoned} of them short" if figures.short_abandoned else ""
        return f"{figures.abandoned} abandoned of {figures.offered} offered{short}"
    if figure == "asa_s":
        return f"{figures.answered} answered"
    if figure == "aht_s":
        parts = []
        if figures.talk_s is not None:
            parts.append(f"talk {texts.duration(figures.talk_s)}")
        if figures.acw_s is not None:
            parts.append(f"wrap-up {texts.duration(figures.acw_s)}")
        return "\n".join([*([" + ".join(parts)] if parts else []), settled(figures)])
    return ""


def settled(figures: Figures) -> str:
    """Resolution and minutes per resolution, and what says so."""
    share = figures.resolution
    if share.kind == UNKNOWN:
        return (
            "resolution: unknown, no export states it; minutes per resolution cannot be told.\n"
            "AHT alone does not tell good work from hasty work"
        )
    spent = texts.minutes(figures.minutes_per_resolution, share)
    return f"resolution {texts.settled(share)}: {share.words}\nminutes per resolution: {spent}"


def normal(board: Board | None, row: QueueRow) -> str:
    """How the last hours stand beside what is normal in this queue; empty where nobody can tell."""
    found = board.normal(row.queue_id, MINUTES) if board else None
    if found is None:
        return ""
    way = "▲ above" if found.above else "below" if found.below else "within"
    return (
        f"last 2 hours {found.now:.1f} min per resolution, {way} normal "
        f"{found.mean:.1f} ({found.low:.1f} to {found.high:.1f}; {found.basis})"
    )


def aimed(row: QueueRow) -> str:
    """Which target is in force for a queue's service level, and what says so."""
    aim = row.aim
    if aim is None:
        return ""
    if aim.percent is None:
        low = f"no percentage is stated, below {LOW_SERVICE:.0f} % is called low"
        return f"target: within {aim.within_s} s, from {aim.within_by}; {low}"
    if aim.percent_by == aim.within_by:
        return f"target: {aim.percent:g} % within {aim.within_s} s, {aim.percent_by}"
    percent = f"target: {aim.percent:g} %, {aim.percent_by}"
    return f"{percent}; within {aim.within_s} s, from {aim.within_by}"


def expects(row: QueueRow, expected_s: int | None) -> str:
    """How soon customers expect an answer, and what says so."""
    aim = row.aim
    if aim is not None and aim.expected_s is not None:
        words = f"{row.queue} customers expect an answer within {texts.duration(aim.expected_s)}"
        return f"{words}, {aim.expected_by}"
    return f"{row.channel} customers expect an answer within {texts.duration(expected_s)}"


def news(source: SourceRow | None, at: int) -> str:
    """Where a figure comes from and how old that news is."""
    if source is None:
        return "source not known yet"
    said = texts.age(source.last_at, at)
    return f"from {source.source} ({source.format}), its newest line is {said} old"


def source_of(board: Board | None, named: str) -> SourceRow | None:
    if board is None:
        return None
    return next((s for s in board.sources if s.source == named), None)


def explain(
    figure: str,
    shown: str,
    board: Board | None,
    source: str = "",
    figures: Figures | None = None,
    more: str = "",
) -> str:
    """The hover words of one number."""
    service_level_s = figures.service_level_s if figures else 20
    lines = [f"{name(figure)}: {shown}"]
    if shown == texts.UNKNOWN:
        lines = [f"{name(figure)}", f"unknown: {UNKNOWN_BECAUSE.get(figure, 'no news yet')}"]
    lines.append(formula(figure, service_level_s))
    if more:
        lines.append(more)
    if figures is not None:
        if behind := counts(figures, figure):
            lines.append(behind)
        lines.append(window(figures))
    elif board is not None:
        lines.append(f"as of {texts.clock(board.at)}")
    if board is not None:
        if source:
            lines.append(news(source_of(board, source), board.at))
        else:
            lines.extend(news(each, board.at) for each in board.sources[:4])
    return "\n".join(lines)
