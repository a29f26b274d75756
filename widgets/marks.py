"""What on the board is abnormal, and the shape and word that say so beside the colour."""

from console.domain.board import AgentRow, Board, QueueRow, SourceRow
from console.domain.freshness import is_stale, stale_after
from widgets import texts

#: A service level below these is called low and very low, where no target says what is aimed at;
#: below a target, it is very low in the same proportion. The usual goal is 80 % in 20 s.
LOW_SERVICE, VERY_LOW_SERVICE = 80.0, 50.0
HIGH_ABANDON, VERY_HIGH_ABANDON = 10.0, 20.0
#: With fewer contacts than this in the window a percentage says little.
FEW = 5

#: Agent state: (sign, order on the screen).
STATES: dict[str, tuple[str, int]] = {
    "available": ("●", 0),
    "ringing": ("◎", 1),
    "on contact": ("▶", 2),
    "wrap-up": ("◧", 3),
    "break": ("‖", 4),
    "meeting": ("‖", 5),
    "training": ("‖", 6),
    "administration": ("‖", 7),
    "back office": ("‖", 8),
    "paused": ("‖", 9),
    "unknown": ("?", 10),
    "offline": ("○", 11),
}

#: State of a command or a report: (sign, token of its words).
ORDERS: dict[str, tuple[str, str]] = {
    "pending": ("◌", "text"),
    "sent": ("◐", "info_words"),
    "confirmed": ("●", "good_words"),
    "refused": ("▲", "bad_words"),
    "unconfirmed": ("◆", "warn_words"),
    "cancelled": ("○", "muted"),
    "recorded": ("■", "text"),
    "open": ("◆", "warn_words"),
    "answered": ("◐", "info_words"),
    "closed": ("●", "muted"),
    "raised": ("▲", "bad_words"),
    "owned": ("◐", "info_words"),
    "snoozed": ("‖", "muted"),
    "cleared": ("●", "muted"),
}


def state(word: str) -> str:
    """``● available``."""
    sign, _ = STATES.get(word.replace("_", " "), ("·", 99))
    return f"{sign} {word.replace('_', ' ')}"


def state_order(word: str) -> int:
    return STATES.get(word.replace("_", " "), ("·", 99))[1]


def stands(row: QueueRow, control: str) -> bool | None:
    """How a switch of a queue stands; not as it was asked for where that was refused."""
    refused = dict(row.controls).get(control) == "refused"
    return None if refused else getattr(row, control)


def order(word: str) -> str:
    sign, _ = ORDERS.get(word, ("·", "text"))
    return f"{sign} {word}"


def expected_s(board: Board | None, channel: str) -> int | None:
    """How soon customers of a channel expect an answer."""
    if board is None:
        return None
    return next((c.expected_s for c in board.channels if c.channel == channel), None)


def expected_of(row: QueueRow, board: Board | None) -> int | None:
    """How soon customers of a queue expect an answer: its own target, else its channel."""
    own = row.aim.expected_s if row.aim is not None else None
    return own or expected_s(board, row.channel)


def goal(row: QueueRow) -> float:
    """The service level below which a queue is low, percent."""
    return (row.aim.percent if row.aim is not None else None) or LOW_SERVICE


def wait_tone(oldest_at: int | None, now: int, expected: int | None) -> str:
    """Past what the channel's customers expect; four times that is bad."""
    if oldest_at is None or not expected:
        return ""
    waited = (now - oldest_at) / 1_000_000
    if waited > 4 * expected:
        return "bad"
    return "warn" if waited > expected else ""


def service_tone(row: QueueRow) -> str:
    figures = row.figures
    if figures.service_level is None or figures.answered + figures.abandoned < FEW:
        return ""
    aimed = goal(row)
    if figures.service_level < aimed * VERY_LOW_SERVICE / LOW_SERVICE:
        return "bad"
    return "warn" if figures.service_level < aimed else ""


def abandon_tone(row: QueueRow) -> str:
    figures = row.figures
    if figures.abandon_rate is None or figures.offered < FEW:
        return ""
    if figures.abandon_rate > VERY_HIGH_ABANDON:
        return "bad"
    return "warn" if figures.abandon_rate > HIGH_ABANDON else ""


def free_tone(row: QueueRow) -> str:
    """Somebody waits and nobody is free."""
    return "warn" if row.waiting and not row.available and row.agents_known else ""


def worst(*tones: str) -> str:
    return "bad" if "bad" in tones else "warn" if "warn" in tones else ""


def stale_rule(source: SourceRow, stale_s: int) -> str:
    """When it is stale, in words."""
    limit = stale_after(source, stale_s)
    if source.paused:
        return "paused: never stale"
    if not source.followed:
        return "read once: never stale"
    if source.every_s is None and not source.steady:
        return (
            "its files are too few to know when the next one is due: "
            f"stale when the newest is older than {texts.duration(limit)}"
        )
    if source.steady:
        return f"it writes on and on: stale when silent for {texts.duration(limit)}"
    usual = texts.duration(source.every_s)
    return (
        f"its files end {usual} apart: stale when the newest is older than {texts.duration(limit)}"
    )


def source_state(source: SourceRow, now: int, stale_s: int) -> tuple[str, str, int]:
    """How a source stands: sign and words, tone, and its place with trouble first."""
    if source.problem:
        return f"▲ {source.problem}", "bad_words", 0
    if source.line in ("down", "refused"):
        return f"▲ line {source.line}: {source.line_words}", "bad_words", 0
    if is_stale(source, now, stale_s):
        return ("◆ no news yet" if source.last_at is None else "◆ stale"), "warn", 1
    if source.paused:
        return ("‖ paused" if source.files else "‖ forgotten: empty and paused"), "", 3
    if not source.followed:
        return "○ read once", "", 5
    return "● in time" if source.every_s is not None else "● followed", "", 4


def agent_tone(row: AgentRow) -> str:
    return "warn" if row.state == "unknown" else ""
