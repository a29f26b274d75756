"""What the console asks for, as platforms and people would do it: after a while, and not always.

docs/outbox.md says what each order means. An answer comes when the thing is done.
"""

from collections.abc import Mapping
from typing import Any

from console.domain.times import MINUTE, SECOND, from_iso
from console.twin import callbacks, customers, duty, lines
from console.twin.centre import VOICE
from console.twin.simulation import agent_of, lines_of
from console.twin.world import Agent, Line, Shift, World

CONFIRMED, REFUSED = "confirmed", "refused"
_QUICK = 50_000


class Refused(Exception):
    """The platform's or the person's own words."""


def obey(w: World, order: Mapping[str, Any]) -> None:
    """Take an order of the outbox: it is carried out, or refused, later."""
    action, given = str(order.get("action")), w.centre.orders
    if action == "call_in":
        mean, share = given.call_in_s, given.call_in_refuse
    elif action == "block_cancel":
        mean, share = given.block_s, given.block_refuse
    else:
        mean, share = given.delay_s, given.refuse
    delay = _QUICK + int(w.x_order() * mean * SECOND)
    w.at(w.now + delay, _carry_out, (order, action, w.u_order() < share))


def too_late(w: World, order: Mapping[str, Any]) -> None:
    """An order whose time is over is refused."""
    _answer(w, w.now, order, REFUSED, "too late")


def _carry_out(w: World, t: int, of: tuple[Mapping[str, Any], str, bool]) -> None:
    order, action, unwilling = of
    fields = order.get("fields")
    try:
        do = _ACTIONS.get(action)
        if do is None or not isinstance(fields, dict):
            raise Refused("Invalid/unknown command")
        words = do(w, t, fields, unwilling)
    except Refused as refusal:
        _answer(w, t, order, REFUSED, str(refusal))
    except (KeyError, TypeError, ValueError):
        _answer(w, t, order, REFUSED, "A field is missing or makes no sense")
    else:
        _answer(w, t, order, CONFIRMED, words)


def _answer(w: World, t: int, order: Mapping[str, Any], state: str, words: str) -> None:
    id_ = str(order.get("id"))
    w.answers.append((id_, state, words))
    said = {"id": id_, "action": str(order.get("action")), "state": state, "words": words}
    w.truth.append((t, "order", said))


def _line(w: World, name: object) -> Line:
    line = w.lines.get(str(name))
    if line is None:
        raise Refused("No such queue")
    return line


def _agent(w: World, fields: Mapping[str, Any]) -> Agent:
    for name in ("interface", "member", "agent", "person", "name"):
        said = fields.get(name)
        if said and (agent := agent_of(w, str(said))) is not None:
            return agent
    raise Refused("Interface not found")


def _switch(w: World, t: int, fields: Mapping[str, Any], unwilling: bool, offer: bool) -> str:
    line = _line(w, fields["queue"])
    if unwilling:
        raise Refused("Database update failed")
    if line.medium.name != VOICE or not w.centre.callback.queue:
        raise Refused("This queue has no callbacks")
    all_ = [x for x in w.lines.values() if x.medium.name == VOICE]
    for each in all_ if line.name == w.centre.callback.queue else [line]:
        if offer:
            each.offer = bool(fields["on"])
        else:
            each.dial = bool(fields["on"])
    return "Updated database successfully"


def _offer(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    return _switch(w, t, fields, unwilling, True)


def _dial(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    return _switch(w, t, fields, unwilling, False)


def _release(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    line = _line(w, fields["queue"])
    if unwilling:
        raise Refused("The messages could not be sent")
    return f"{callbacks.release(w, t, line)} told"


def _channel(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    medium = w.media.get(str(fields["channel"]))
    state = str(fields["state"])
    if medium is None or state not in ("open", "draining", "closed"):
        raise Refused("No such channel, or no such state")
    if unwilling:
        raise Refused("Database update failed")
    medium.state = state
    if state == "closed" and not medium.written:
        customers.send_away(w, t, medium, "closed")
    for agent in w.agents:  # who left the tickets of a closed channel alone goes on with them
        if state != "closed" and medium.written and agent.on and not agent.load:
            lines.settle(w, t, agent)
    return "Updated database successfully"


def _add(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    line, agent = _line(w, fields["queue"]), _agent(w, fields)
    if line in agent.member:
        return "Unable to add interface: Already there"
    if unwilling or not agent.on or not _has_account(w, agent, line):
        raise Refused("Unable to add interface: not found")
    duty.join(w, t, agent, [line])
    lines.settle(w, t, agent)
    return "Added interface to queue"


def _has_account(w: World, agent: Agent, line: Line) -> bool:
    """Whether the platform of a line knows the agent; the desk knows everybody."""
    if line.out is w.pbx:
        return agent.telephone
    return line.out is w.desk or any(w.lines[n].out is line.out for n in agent.group.queues)


def _remove(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    line, agent = _line(w, fields["queue"]), _agent(w, fields)
    if line not in agent.member:
        return "Unable to remove interface: Not there"
    if unwilling:
        raise Refused("Member not dynamic")
    duty.part(w, t, agent, line)
    lines.settle(w, t, agent)
    return "Removed interface from queue"


def _paused(w: World, t: int, fields: Mapping[str, Any], unwilling: bool, paused: bool) -> str:
    line, agent = _line(w, fields["queue"]), _agent(w, fields)
    if unwilling or line not in agent.member:
        raise Refused("Interface not found")
    duty.pause_in(w, t, agent, line, paused)
    return f"Interface {'paused' if paused else 'unpaused'} successfully"


def _pause(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    return _paused(w, t, fields, unwilling, True)


def _unpause(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    return _paused(w, t, fields, unwilling, False)


def _block(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    agent = _agent(w, fields)
    start, end = from_iso(str(fields["start"])), from_iso(str(fields["end"]))
    kind, off = str(fields["kind"]), bool(fields["cancelled"])
    found = [
        span
        for shift in agent.shifts
        for span in shift.blocks
        # The roster has whole minutes.
        if span.block.kind == kind
        and abs(span.start - start) < MINUTE
        and abs(span.end - end) < MINUTE
    ]
    if not found:
        raise Refused("There is no such block")
    span = found[0]
    if off and (unwilling or span.block.legal):
        raise Refused("It cannot be moved")
    if off and t >= span.end:
        raise Refused("It is over")
    was, span.off = span.off, off
    if off and agent.due == kind:
        agent.due = ""
        lines.settle(w, t, agent)
    elif off and agent.pause == kind and span.start <= t:
        duty.resume(w, t, agent)
    elif was and not off and span.end > t:
        w.at(max(t, span.start), duty.begin, (agent, span))
    return "Noted" if off else "Takes place"


def _call_in(w: World, t: int, fields: Mapping[str, Any], unwilling: bool) -> str:
    agent = _agent(w, fields)
    start, end = from_iso(str(fields["from"])), from_iso(str(fields["to"]))
    if fields.get("cancelled"):
        for shift in agent.called:
            if shift.start < end and start < shift.end:
                shift.off = True
                if agent.on and not duty.on_shift(agent, t, shift):
                    duty.go(w, t, agent)
        return "Need not come"
    if agent.on and start <= t:
        raise Refused("Is here already")
    if unwilling:
        raise Refused("Cannot come")
    travel = 0 if agent.on else int(w.centre.orders.travel_s * SECOND)
    begin = max(start, t + travel)
    if begin >= end:
        raise Refused("Would be too late")
    shift = Shift(begin, end)
    agent.shifts.append(shift)
    agent.called.append(shift)
    w.at(begin, duty.come_in, (agent, shift))
    queue = fields.get("queue")
    if queue and lines_of(w, [str(queue)]):
        w.at(begin + 1, _joins, (agent, w.lines[str(queue)]))
    return "Will come"


def _joins(w: World, t: int, of: tuple[Agent, Line]) -> None:
    agent, line = of
    if agent.on and line not in agent.member and _has_account(w, agent, line):
        duty.join(w, t, agent, [line])
        lines.settle(w, t, agent)


_ACTIONS = {
    "callback_offer": _offer,
    "callback_dial": _dial,
    "callback_release": _release,
    "channel_state": _channel,
    "queue_add": _add,
    "queue_remove": _remove,
    "queue_pause": _pause,
    "queue_unpause": _unpause,
    "block_cancel": _block,
    "call_in": _call_in,
}

__all__ = ["CONFIRMED", "REFUSED", "obey", "too_late"]
