"""What is done over a line: orders carried out, events told, drift looked for."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from console.connectors.asterisk_line import Line, Reply
from console.connectors.asterisk_members import Members, listing_of, row_of
from console.connectors.asterisk_orders import Action, Plan, all_read, plan_of, stands, verdict
from console.connectors.asterisk_told import Teller, moment_of, started
from console.connectors.asterisk_values import KEYS, Pair, Values, values_of
from console.connectors.asterisk_wire import Packet, Unfit, packed
from console.domain.links import Heard, Picture, Sighting
from console.domain.messages import CONFIRMED, REFUSED, Answer, Parcel
from console.domain.times import SECOND, now_us

# Orders that leave in one go; what they give is told before the next.
_TOGETHER = 25
# Times that an order is tried over a line that then broke.
_TRIES = 3
# From here on ages and waits on the screen are visibly wrong.
_CLOCKS_DIFFER = 5 * SECOND
# A start that differs by less is the same start, told with another rounding.
_SAME_START = 2 * SECOND
#: What the caller's row in the log says of a channel that was closed.
_CLOSED = "closed"
_NO_COMMANDS = ("response", "actionid", "message")
_NEEDED = (
    ("queuepause", "move or pause agents (manager.conf: write = agent)"),
    ("dbput", "switch callbacks or channels (manager.conf: write = system)"),
)
_NO_SUCH = ("No such caller", "No such queue")


@dataclass(slots=True)
class Order:
    """A parcel in hand. `doubt`: it may have been carried out already."""

    parcel: Parcel
    doubt: bool
    tries: int = 0


class Front(Protocol):
    """Whom the desk tells."""

    def answer(self, answer: Answer) -> None: ...
    def drop(self, order: Order) -> None: ...
    def tell(
        self,
        sightings: Sequence[Sighting] = (),
        heard: Sequence[Heard] = (),
        picture: Picture | None = None,
    ) -> None: ...


class Desk:
    """Outlives the line: what is known of members stays known. Used by one thread."""

    def __init__(self, front: Front, root: str) -> None:
        self._front = front
        self._root = root
        self._line: Line | None = None
        self._members = Members()
        self._values = Values(root)
        self._teller = Teller()
        self._may: set[str] = set()
        self._queues: tuple[str, ...] = ()
        #: Microseconds that the PBX's clock is ahead of ours; its log goes by its own.
        self._ahead = 0
        self._booted_at = 0
        self._started_at = 0
        #: Ready, as the PBX says itself on this line.
        self.booted = False
        #: It said so after it was listed; all that was listed may be different.
        self.rebooted = False
        #: Something was loaded anew: events do not tell what it changed.
        self.changed = False
        #: It says that it is being shut down.
        self.shut = False
        self._listed = False
        self._is_told = False
        self._has_moved = False

    def begin(self, line: Line) -> None:
        self._line = line
        # Somebody may have given it more rights since.
        self._may = set()
        self._is_told = self._has_moved = False

    def hang_up(self) -> None:
        self._line = None
        self.booted = self.rebooted = self.changed = self.shut = self._listed = False
        self._teller.forget()

    # --- what is told

    def told(self, event: Packet) -> None:
        now = now_us()
        kind = event.text("event")
        if kind == "FullyBooted":
            self.rebooted = self.changed = self._listed
            self.booted = True
            # Told in whole seconds: rather too early, while no call can have been there yet.
            uptime = event.number("uptime") + 1
            self._booted_at = now - uptime * SECOND if "uptime" in event else 0
            return
        if kind in ("Reload", "Shutdown"):
            self.changed = self.changed or kind == "Reload"
            self.shut = kind == "Shutdown"
            return
        seen: list[Sighting] = []
        if kind.startswith("QueueMember") and event.text("interface"):
            self._is_told = True
            row = row_of(event)
            # By our own clock: it is compared with when we asked for something.
            if kind == "QueueMemberRemoved":
                seen = self._members.drop(row, now)
            else:
                seen = self._members.put(row, now, whole=kind == "QueueMemberAdded")
        self._front.tell(seen, self._teller.tell(event, now + self._ahead))

    def settle(self) -> None:
        self._front.tell(heard=self._teller.settled(now_us() + self._ahead))

    def next_s(self) -> float:
        """Seconds until there may be something to settle."""
        return 1.0 if self._teller.unsettled else math.inf

    def _restarted(self) -> list[Heard]:
        """That the PBX was started anew since it was last asked, if it was."""
        at, before = self._booted_at + self._ahead, self._started_at
        if not self._booted_at:
            return []
        self._started_at = at
        return [started(at)] if before and at > before + _SAME_START else []

    # --- what is looked for

    def has_queues(self) -> bool:
        """Whether the queues are loaded, for those who are not told."""
        reply = self._ask(Action("QueueStatus", {}))[0]
        return reply.success and any(item.text("event") == "QueueParams" for item in reply.items)

    def list_all(self, *, first: bool) -> None:
        """Read everything: at the beginning of a line, and when events may not have told it."""
        self.changed = self.rebooted = False
        self._listed = True
        self._ping()
        if not self._may:
            may = self._ask(Action("ListCommands", {}))[0].response
            self._may = {key for key in may if key not in _NO_COMMANDS}
        queues = self._ask(Action("QueueStatus", {}))[0]
        now = now_us()
        listing = listing_of(queues.items, now + self._ahead)
        seen: list[Sighting] = []
        if queues.success:
            seen += self._members.take(listing, now, whole=first)
            self._queues = listing.queues
        if first:
            seen += self._look(self._all_keys(), whole=True)
        at = now + self._ahead
        picture = Picture(at, self._members.all(), listing.waiting, listing.queues)
        whole = picture if first and queues.success else None
        self._front.tell(seen, self._restarted(), whole)

    def look(self) -> None:
        """Whether the PBX is there, and what others have put into its database: nothing tells of
        that."""
        self._ping()
        self._front.tell(self._look(self._values.keys, whole=False))

    def _ping(self) -> None:
        pong = self._ask(Action("Ping", {}))[0].response
        now = now_us()
        self._ahead = moment_of(pong, now) - now

    def _look(self, keys: Iterable[Pair], *, whole: bool) -> list[Sighting]:
        """What the database holds: all of it, where this PBX gives that, else these keys."""
        if self._can("dbgettree"):
            tree = self._ask(Action("DBGetTree", {"Family": self._root}))[0]
            if tree.success:
                values = values_of(tree.items)
                return self._values.take(values, now_us(), whole=whole)
        if not self._can("dbget") or not keys:
            return []
        gets = self._ask(*(Action("DBGet", {"Family": f, "Key": key}) for f, key in keys))
        values = values_of(item for reply in gets for item in reply.items)
        return self._values.take(values, now_us(), whole=whole)

    def _all_keys(self) -> list[Pair]:
        return [
            (f"{self._root}/{what}/{queue}", key) for queue in self._queues for what, key in KEYS
        ]

    def _can(self, command: str) -> bool:
        """Whether this user may do this here; also where nobody knows."""
        return not self._may or command in self._may

    def shortcomings(self) -> str:
        """What is not as it should be, in words; "" where nothing is, or nobody knows."""
        missing = [words for command, words in _NEEDED if not self._can(command)]
        if self._has_moved and not self._is_told:
            missing.append("hear what happens (manager.conf: read = agent)")
        words = f"Its user may not {', nor '.join(missing)}." if missing else ""
        if abs(self._ahead) < _CLOCKS_DIFFER:
            return words
        how = "ahead of" if self._ahead > 0 else "behind"
        return f"{words} Its clock is {abs(self._ahead) // SECOND} s {how} this machine's.".strip()

    # --- orders

    def carry_out(self, orders: Sequence[Order]) -> None:
        """Raises Gone; then what has no answer yet is carried out over the next line."""
        waiting: list[tuple[Order, Plan]] = []
        for order in orders:
            if order.tries >= _TRIES:
                self._front.drop(order)
                continue
            if order.doubt:
                # What was handed over before it has to show.
                self._send(waiting)
                waiting = []
            try:
                plan = plan_of(order.parcel, self._members, self._root)
                if order.doubt and self._stands(plan):
                    self._confirm(order, "It stands so already.")
                    continue
            except Unfit as unfit:
                self._refuse(order, str(unfit))
                continue
            if _is_late(order.parcel):
                self._refuse(order, "Too late: its time was over before it could be carried out.")
                continue
            waiting.append((order, plan))
            if len(waiting) == _TOGETHER or order.doubt:
                self._send(waiting)
                waiting = []
        self._send(waiting)

    def _send(self, batch: Sequence[tuple[Order, Plan]]) -> None:
        actions: list[Action] = []
        #: By the place of its last action: an order, its plan, and the place of its first.
        ends: dict[int, tuple[Order, Plan, int]] = {}
        for order, plan in batch:
            mine = _actions_of(plan)
            try:
                for action in mine:
                    packed(action.name, "", action.fields)
            except Unfit as unfit:
                self._refuse(order, str(unfit))
                continue
            order.doubt = True
            order.tries += 1
            ends[len(actions) + len(mine) - 1] = order, plan, len(actions)
            actions += mine
        closing: list[tuple[Order, Plan, str]] = []

        def judge(replies: list[Reply], place: int) -> None:
            # At once: the answer is told before the event that follows it.
            if place in ends:
                order, plan, first = ends[place]
                words = self._judge(order, plan, replies[first : place + 1])
                if words is not None:
                    closing.append((order, plan, words))

        self._ask(*actions, each=judge)
        for order, plan, words in closing:
            if trouble := self._release(plan):
                self._refuse(order, trouble)
            else:
                self._confirm(order, words)

    def _judge(self, order: Order, plan: Plan, replies: Sequence[Reply]) -> str | None:
        """Answer an order; the PBX's words where it is done only when those who wait are let go."""
        puts, gets = replies[: len(plan.puts)], replies[len(plan.puts) :]
        for reply in puts or replies:
            done, words = verdict(reply.response)
            if not done:
                self._refuse(order, words)
                return None
        words = replies[0].message
        if not plan.puts:
            self._has_moved = self._has_moved or replies[0].success
            self._confirm(order, words)
            return None
        values = values_of(item for reply in gets for item in reply.items)
        wrong = all_read(plan.puts, values)
        if wrong:
            self._refuse(order, f"The PBX said yes, but {wrong} does not read as it was put.")
        elif not plan.release:
            self._confirm(order, words)
        self._front.tell(self._values.put(values, now_us()))
        return words if plan.release and not wrong else None

    def _release(self, plan: Plan) -> str:
        """Let go who waits in a queue that was closed: the dialplan tells them why. What went
        wrong, in words."""
        if not plan.release:
            return ""
        lists = self._ask(*(Action("QueueStatus", {"Queue": queue}) for queue in plan.release))
        asked: list[Action] = []
        refs: list[str] = []
        for reply in lists:
            for queue, callers in listing_of(reply.items, now_us()).channels.items():
                for channel, ref in callers:
                    fields = {"Queue": queue, "Caller": channel, "WithdrawInfo": _CLOSED}
                    asked.append(Action("QueueWithdrawCaller", fields))
                    refs.append(ref)
                    # Before it is asked for: the event can be there before the answer.
                    self._teller.withdraw(ref, _CLOSED)
        kept: list[str] = []
        for ref, reply in zip(refs, self._ask(*asked), strict=True):
            if not reply.success:
                self._teller.keep(ref)
                kept += [] if reply.message.endswith(_NO_SUCH) else [reply.message]
        if not kept:
            return ""
        return f"New contacts are turned away, but {len(kept)} who wait stay: {kept[0]}."

    def _stands(self, plan: Plan) -> bool:
        """Whether it is so already. Those who wait in a closed queue are let go again anyway."""
        if plan.action is not None:
            where = {"Queue": plan.queue, "Member": plan.interface}
            reply = self._ask(Action("QueueStatus", where))[0]
            listing = listing_of(reply.items, now_us())
            row = next(iter(listing.rows.values()), None)
            return reply.success and stands(plan, row, plan.queue in listing.queues)
        if plan.release:
            return False
        gets = self._ask(*_gets_of(plan))
        values = values_of(item for reply in gets for item in reply.items)
        return not all_read(plan.puts, values)

    def _confirm(self, order: Order, words: str) -> None:
        self._front.answer(Answer(order.parcel.id, CONFIRMED, words))

    def _refuse(self, order: Order, words: str) -> None:
        self._front.answer(Answer(order.parcel.id, REFUSED, words))

    def _ask(
        self, *actions: Action, each: Callable[[list[Reply], int], None] | None = None
    ) -> list[Reply]:
        assert self._line is not None
        return self._line.ask(actions, each)


def _actions_of(plan: Plan) -> list[Action]:
    if plan.action is not None:
        return [plan.action]
    puts = [
        Action("DBPut", {"Family": put.family, "Key": put.key, "Val": put.value})
        for put in plan.puts
    ]
    return [*puts, *_gets_of(plan)]


def _gets_of(plan: Plan) -> Iterable[Action]:
    return [Action("DBGet", {"Family": put.family, "Key": put.key}) for put in plan.puts]


def _is_late(parcel: Parcel) -> bool:
    return parcel.deadline is not None and parcel.deadline < now_us()
