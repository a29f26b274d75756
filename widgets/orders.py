"""What a click asks of the console: commands, built from what is selected."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from console.domain.acts import Candidate, Preview, Urgency
from console.domain.board import AgentRow, Board, QueueRow, SourceRow
from console.domain.debt import IssueContact, IssueRow
from console.domain.times import now_us
from widgets import texts


class Unclear(ValueError):
    """An answer that cannot be understood, with what is wrong in words."""


@dataclass(frozen=True, slots=True)
class Also:
    """A second question of an order: one of `choices` (value, words), else a free text.

    `answer` stands there at first. `opens` is the choice with which the order's first question is
    asked at all; empty: always.
    """

    asks: str
    choices: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A command with the words of its button. A dangerous one is armed before it is fired.

    `make` builds the command on a worker thread, where imports may take time; it raises Unclear
    where it does not understand an answer. `asks` is the question whose answer it takes (what
    customers are told), empty where it takes none; `answer` stands there at first, `choices` are
    offered while it is typed. Where there is `also`, `make` takes its answer too.
    """

    verb: str
    make: Callable[..., Any]
    dangerous: bool = False
    asks: str = ""
    answer: str = ""
    choices: tuple[str, ...] = ()
    also: Also | None = None
    # Its command takes the reason as well, and is refused without one: the last answer of `make`.
    needs_why: bool = False
    # How what was made is seen and done, where it is no single command.
    looks: Callable[[Any], Preview] | None = None
    does: Callable[[Any, str], Any] | None = None
    # What the forecast says of what was made, where it is no single command; with whether the
    # answer is still waited for.
    foresees: Callable[[Any, Callable[[], bool]], Any] | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """Agents on their way to a queue: why there, who, and what it costs."""

    urgencies: tuple[Urgency, ...]
    target: Urgency | None
    candidates: tuple[Candidate, ...]
    command: Any
    preview: Preview


#: What can become of those who were promised a call when something is turned off.
AS_THEY_ARE = ("", "as they are: nothing is said of them")
DRAIN = ("drain", "called until none is left")
KEEP = ("keep", "kept for later: the dialling goes off too")
KEPT = ("keep", "kept for later")
RELEASE = ("release", "told that nobody will call them")
TOLD = "what those promised a call are told"


def callback(
    queues: Sequence[QueueRow] = (),
    offer: bool | None = None,
    dial: bool | None = None,
    channel: str = "",
    everywhere: bool = False,
) -> Order:
    """Switch the callback offer or dialling of queues, of a channel, or of all. When it is turned
    off, what becomes of those promised a call is asked, unless there are none."""
    ids = tuple(row.queue_id for row in queues)
    what, on = ("offer", offer) if offer is not None else ("dialling", dial)
    where = "everywhere" if everywhere else f"on {channel}" if channel else ""

    def make(message: str, promised: str = "") -> Any:
        from console.commands.set_callback import SetCallback

        return SetCallback(
            offer=offer,
            dial=False if promised == "keep" else dial,
            queue_ids=ids,
            channel=channel,
            all=everywhere,
            promised=promised,
            message=message if promised == "release" else "",
        )

    verb = f"Turn callback {what} {'on' if on else 'off'} {where}".rstrip()
    none = bool(queues) and all(row.promises == 0 for row in queues)
    if on or none:
        return Order(verb, make, dangerous=everywhere)
    some = any(row.promises for row in queues)
    silent = any(row.callback_dial is False for row in queues)
    if offer is False:
        choices = (AS_THEY_ARE, DRAIN, KEEP, RELEASE)
        usual = "drain" if some and not silent else ""
    else:
        choices = (AS_THEY_ARE, KEPT, RELEASE)
        usual = "keep" if some else ""
    also = Also("those promised a call are", choices, usual, opens="release")
    return Order(verb, make, dangerous=everywhere, asks=TOLD, also=also)


def callback_limit(queue: QueueRow) -> Order:
    """From how many open promises on the offer goes off by itself."""

    def make(words: str) -> Any:
        from console.commands.set_callback_limit import SetCallbackLimit

        if words and not words.isdecimal():
            raise Unclear(f"“{words}” is no number of promises.")
        return SetCallbackLimit(int(words) if words else None, (queue.queue_id,))

    return Order(
        f"Set the limit of {queue.queue}",
        make,
        asks="open promises that turn the offer off; none: never",
        answer="" if queue.callback_off_from is None else str(queue.callback_off_from),
    )


def channel_state(channel: str, state: str) -> Order:
    """What customers are told, and when it is meant to reopen, is asked where it is not opened."""
    verb = {"open": "Open", "draining": "Drain", "closed": "Close"}[state]

    def make(message: str, reopens: str = "") -> Any:
        from console.commands.set_channel import SetChannel

        return SetChannel(channel, state, message, reopening(reopens, now_us() / 1_000_000))

    if state == "open":
        return Order(f"{verb} {channel}", make)
    return Order(
        f"{verb} {channel}",
        make,
        dangerous=state == "closed",
        asks="what customers are told",
        also=Also("reopens at, such as 15:00, 90 min or 2 h (optional)"),
    )


_CLOCK = re.compile(r"(?:(\d{4})-(\d\d?)-(\d\d?)[ T]+)?(\d\d?)[:.](\d\d)")
_SPAN = re.compile(r"\+?\s*(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*(?:m|min|minutes)?)?")


def reopening(words: str, now: float) -> int | None:
    """When that is, microseconds UTC: the next time that a clock here shows it, or so long after
    `now` (seconds since 1970); None for nothing. Unclear where it is neither."""
    words = words.strip().lower()
    if not words:
        return None
    here = datetime.fromtimestamp(now).astimezone()
    try:
        if found := _CLOCK.fullmatch(words):
            year, month, day, hour, minute = (int(part or 0) for part in found.groups())
            if year:
                moment = datetime(year, month, day, hour, minute)
            else:
                moment = datetime(here.year, here.month, here.day, hour, minute)
                if moment.astimezone() <= here:
                    moment += timedelta(days=1)
            return round(moment.astimezone().timestamp()) * texts.SECOND
    except ValueError as error:
        raise Unclear(f"“{words}” is no time.") from error
    found = _SPAN.fullmatch(words)
    if found and any(found.groups()) and not words.isdecimal():
        hours, minutes = (int(part or 0) for part in found.groups())
        return round(now + hours * 3600 + minutes * 60) * texts.SECOND
    raise Unclear(f"“{words}” is no time: write 15:00, 90 min, 2 h or 2026-01-05 08:00.")


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


def penalty(agents: Sequence[AgentRow], queue: QueueRow) -> Order:
    """Called before others of the queue, or after them."""
    ids = _ids(agents, queue)

    def make(words: str) -> Any:
        from console.commands.set_penalty import SetPenalty

        if not words.strip().isdecimal():
            raise Unclear(f"“{words}” is no penalty: 0 is called first, then 1, 2 and so on.")
        return SetPenalty(agent_ids=ids, queue_id=queue.queue_id, penalty=int(words))

    verb = f"Set the penalty of {texts.plural(len(ids), 'agent')} in {queue.queue}"
    return Order(verb, make, asks="penalty: 0 is called first, then 1, 2 …", answer="0")


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


def split_issue(console: Any, contact: IssueContact) -> Order:
    """With this contact an issue of its own begins."""

    def make(words: str) -> Any:
        from console.commands.mark_issues import SplitIssue

        return SplitIssue(contact.source_id, contact.contact, console.who, words.strip())

    return Order("Split the issue", make, asks="why, in a few words; may be empty")


def join_issues(console: Any, rows: Sequence[IssueRow]) -> Order:
    """These issues are one need."""
    refs = tuple((row.contacts[0].source_id, row.contacts[0].contact) for row in rows)

    def make(words: str) -> Any:
        from console.commands.mark_issues import JoinIssues

        return JoinIssues(refs, console.who, words.strip())

    return Order(f"Join {len(refs)} issues", make, asks="why, in a few words; may be empty")


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
