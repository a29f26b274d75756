"""The columns of the agents: who is where, in which state, for how long, on what."""

from console.domain.agent_state import PAUSES
from console.domain.board import AgentRow, Board
from widgets import definitions, marks, texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel


def _state_text(row: AgentRow) -> str:
    """The reason of a pause is shown beside it; the source's other words are hover words."""
    words = marks.state(row.state)
    said = row.source_state
    if row.state not in PAUSES or said == "PAUSE" or said.casefold() in words.casefold():
        return words
    return f"{words}: {said}"


def _state_tip(row: AgentRow, board: Board | None) -> str:
    lines = [f"{row.agent}: {row.state.replace('_', ' ')}"]
    if row.source_state:
        lines.append(f"the source says: {row.source_state}")
    if row.contacts > 1:
        lines.append(f"{row.contacts} contacts in hand")
    if row.joined:
        lines.append(f"one person in the roster ({row.joined}); People, Joins corrects it")
    if row.state == "unknown":
        lines.append("unknown: nothing has been said since of whether they are there")
    if row.paused_queues:
        lines.append(f"paused on {', '.join(row.paused_queues)}")
    if row.moving:
        lines.append(f"on the way {row.moving}")
    lines.append(
        definitions.news(definitions.source_of(board, row.source), board.at if board else 0)
    )
    return "\n".join(lines)


def _queues_text(row: AgentRow) -> str:
    words = ", ".join(row.queues)
    if not row.moving:
        return words
    sign = "→" if row.moving.startswith("to ") else "←"
    return f"{sign} {row.moving.removeprefix('to ')} · {words}"


def _queues_tip(row: AgentRow, board: Board | None) -> str:
    lines = [", ".join(row.queues) or "no queue known"]
    if row.moving:
        lines.insert(0, f"on the way {row.moving}")
    if row.paused_queues:
        lines.append(f"paused on {', '.join(row.paused_queues)}")
    return "\n".join(lines)


def _contact_text(row: AgentRow) -> str:
    if row.contact is None:
        return ""
    words = f"{row.contact_queue}: {row.contact}" if row.contact_queue else row.contact
    return f"{row.contacts} × {words}" if row.contacts > 1 else words


COLUMNS = (
    Column(
        "agent",
        "agent",
        text=lambda r: r.agent,
        value=lambda r: r.agent.casefold(),
        width=118,
        stretch=2,
        tip=_state_tip,
        about="Agent: one person, known by one or more source ids",
    ),
    Column(
        "state",
        "state",
        text=_state_text,
        value=lambda r: (marks.state_order(r.state), r.since or 0),
        width=98,
        stretch=2,
        tone=marks.agent_tone,
        tip=_state_tip,
        about="Agent state, with the source's own word beside it",
    ),
    Column(
        "time_in_state",
        "for",
        text=lambda r: texts.UNKNOWN if r.since is None else str(r.since),
        value=lambda r: None if r.since is None else -r.since,
        width=57,
        stretch=1,
        right=True,
        started=lambda r: r.since,
        tip=lambda r, b: definitions.explain(
            "time_in_state",
            texts.since(r.since, b.at if b else 0),
            b,
            r.source,
            None,
            f"since {texts.clock(r.since)}",
        ),
        about=definitions.about("time_in_state"),
        descending=True,
    ),
    Column(
        "queues",
        "queues",
        text=_queues_text,
        value=lambda r: r.queues,
        width=80,
        stretch=3,
        tip=_queues_tip,
        about="Queues that the agent is a member of, or is known to serve",
    ),
    Column(
        "contact",
        "contact",
        text=_contact_text,
        value=lambda r: r.contact or None,
        width=150,
        spare=True,
        stretch=2,
        tip=lambda r, b: (
            f"contact {r.contact}, queue {r.contact_queue or '–'}" if r.contact else ""
        ),
        about="The contact that the agent is on, by the source's own id",
    ),
)


def agent_model() -> RowModel:
    return RowModel(
        COLUMNS,
        key=lambda r: r.agent_id,
        group=lambda r: r.state.replace("_", " "),
        group_order=marks.state_order,
    )
