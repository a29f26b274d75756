"""What a click asks of the console: commands, built from what is selected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from console.domain.acts import Candidate, Preview, Urgency
from console.domain.board import AgentRow, Board, QueueRow, SourceRow
from widgets import texts


@dataclass(frozen=True, slots=True)
class Order:
    """A command with the words of its button. A dangerous one is armed before it is fired.

    `make` builds the command on a worker thread, where imports may take time. `asks` is the
    question whose answer it takes (what customers are told), empty where it takes none; `answer`
    stands there at first, `choices` are offered while it is typed.
    """

    verb: str
    make: Callable[[str], Any]
    dangerous: bool = False
    asks: str = ""
    answer: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """Agents on their way to a queue: why there, who, and what it costs."""

    urgencies: tuple[Urgency, ...]
    target: Urgency | None
    candidates: tuple[Candidate, ...]
    command: Any
    preview: Preview


def callback(
    queues: Sequence[QueueRow] = (),
    offer: bool | None = None,
    dial: bool | None = None,
    channel: str = "",
    everywhere: bool = False,
) -> Order:
    """Switch the callback offer or dialling of queues, of a channel, or of all."""
    ids = tuple(row.queue_id for row in queues)
    what, on = ("offer", offer) if offer is not None else ("dialling", dial)
    where = "everywhere" if everywhere else f"on {channel}" if channel else ""

    def make(_: str) -> Any:
        from console.commands.set_callback import SetCallback

        return SetCallback(offer=offer, dial=dial, queue_ids=ids, channel=channel, all=everywhere)

    verb = f"Turn callback {what} {'on' if on else 'off'} {where}".rstrip()
    return Order(verb, make, dangerous=everywhere)


def channel_state(channel: str, state: str) -> Order:
    verb = {"open": "Open", "draining": "Drain", "closed": "Close"}[state]

    def make(message: str) -> Any:
        from console.commands.set_channel import SetChannel

        return SetChannel(channel=channel, state=state, message=message)

    return Order(
        f"{verb} {channel}",
        make,
        dangerous=state == "closed",
        asks="" if state == "open" else "what customers are told (optional)",
    )


def send(agent_ids: Sequence[int], queue_id: int, queue: str) -> Order:
    """Into one queue and out of all others that they serve."""
    ids = tuple(agent_ids)

    def make(_: str) -> Any:
        from console.commands.send_agents import SendAgents

        return SendAgents(queue_id=queue_id, agent_ids=ids)

    return Order(f"Send {texts.plural(len(ids), 'agent')} to {queue}", make)


def _ids(agents: Sequence[AgentRow], queue: QueueRow) -> tuple[int, ...]:
    """The agents that these people are in the queue's own system."""
    ids = [(row.id_in(queue.source), row.agent_id) for row in agents]
    return tuple(own if own is not None else other for own, other in ids)


def move(agents: Sequence[AgentRow], queue: QueueRow) -> Order:
    return send(_ids(agents, queue), queue.queue_id, queue.queue)


def join(agents: Sequence[AgentRow], queue: QueueRow) -> Order:
    """Into one queue, and they stay in the others."""
    ids = _ids(agents, queue)

    def make(_: str) -> Any:
        from console.commands.move_agents import MoveAgents

        return MoveAgents(agent_ids=ids, to_queue_ids=(queue.queue_id,))

    return Order(f"Add {texts.plural(len(ids), 'agent')} to {queue.queue}", make)


def leave(agents: Sequence[AgentRow], queue: QueueRow) -> Order:
    """Out of one queue."""
    ids = _ids(agents, queue)

    def make(_: str) -> Any:
        from console.commands.move_agents import MoveAgents

        return MoveAgents(agent_ids=ids, from_queue_ids=(queue.queue_id,))

    return Order(f"Take {texts.plural(len(ids), 'agent')} out of {queue.queue}", make)


def answer_report(report_id: str) -> Order:
    def make(words: str) -> Any:
        from console.commands.answer_report import AnswerReport

        return AnswerReport(report_id=report_id, answer=words)

    return Order("Answer the report", make, asks="the answer, read by whoever reported it")


def close_report(report_id: str) -> Order:
    def make(_: str) -> Any:
        from console.commands.close_report import CloseReport

        return CloseReport(report_id=report_id)

    return Order("Close the report", make)


def reopen_report(report_id: str) -> Order:
    def make(_: str) -> Any:
        from console.commands.reopen_report import ReopenReport

        return ReopenReport(report_id=report_id)

    return Order("Reopen the report", make)


def pause_source(row: SourceRow) -> Order:
    """Pause it, or read on where it is paused."""
    source_id, paused = row.source_id, not row.paused

    def make(_: str) -> Any:
        from console.commands.sources import PauseSource

        return PauseSource(source_id, paused)

    return Order(f"{'Pause' if paused else 'Resume'} {row.source}", make)


def reread_source(row: SourceRow) -> Order:
    source_id = row.source_id

    def make(_: str) -> Any:
        from console.commands.sources import RereadSource

        return RereadSource(source_id)

    return Order(f"Read {row.source} again", make)


def forget_source(row: SourceRow) -> Order:
    source_id = row.source_id

    def make(_: str) -> Any:
        from console.commands.sources import ForgetSource

        return ForgetSource(source_id)

    return Order(f"Forget {row.source}", make, dangerous=True)


def rename_source(row: SourceRow) -> Order:
    source_id = row.source_id

    def make(words: str) -> Any:
        from console.commands.sources import RenameSource

        return RenameSource(source_id, words)

    return Order(f"Rename {row.source}", make, asks="its new name", answer=row.source)


def source_zone(row: SourceRow, zones: Sequence[str]) -> Order:
    source_id = row.source_id

    def make(words: str) -> Any:
        from console.commands.sources import SetSourceZone

        return SetSourceZone(source_id, words)

    return Order(
        f"State the zone of {row.source}",
        make,
        asks="zone of its local times, such as Europe/Berlin",
        answer=row.zone,
        choices=tuple(zones),
    )


def join_customers(console: Any, customer: str) -> Order:
    """The customer of a contact, and another form of theirs that is asked for."""

    def make(words: str) -> Any:
        from console.commands.join_customers import JoinCustomers

        return JoinCustomers(customer, console.customer_key(words) if words else "", console.who)

    return Order("Join the customer", make, asks="their other number, address, or a contact's id")


def part_customers(console: Any, customer: str, contact: str) -> Order:
    """The customer of a contact, and the one of another contact that was joined by hand."""

    def make(_: str) -> Any:
        from console.commands.join_customers import JoinCustomers

        return JoinCustomers(customer, console.customer_key(contact), console.who, joined=False)

    return Order("Part the customers", make)


def share_number(console: Any, customer: str, shared: bool) -> Order:
    """A form that many customers share (a switchboard) joins nobody."""

    def make(_: str) -> Any:
        from console.commands.join_customers import JoinCustomers

        return JoinCustomers(customer, "", console.who, joined=shared)

    verb = "Take the number for one that many share" if shared else "Take it for one customer's"
    return Order(verb, make)


def plan_sending(console: Any, board: Board, queue_id: int | None, wanted: int) -> Sending:
    """Who would go where: the most urgent queue unless one is named, and the best `wanted`."""
    urgencies = tuple(console.urgency(board))
    target = next(
        (u for u in urgencies if queue_id is None or u.queue_id == queue_id),
        None,
    )
    if target is None:
        return Sending(urgencies, None, (), None, Preview("Send agents", refused="no queue known"))
    candidates = tuple(console.candidates(board, target.queue_id, wanted))
    if not candidates:
        refused = f"nobody can be sent to {target.queue}: everyone who could is there already"
        return Sending(urgencies, target, (), None, Preview("Send agents", refused=refused))
    command = send([c.agent_id for c in candidates], target.queue_id, target.queue).make("")
    return Sending(urgencies, target, candidates, command, console.preview(command))
