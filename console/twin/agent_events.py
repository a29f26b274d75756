"""Amazon Connect's agent events: each shows an agent as a whole after it, and before it."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from console.domain.times import SECOND
from console.twin.connect_names import ACCOUNT, Instance, fine_stamp, login
from console.twin.world import Agent, Contact, Fact, World

_encode = msgspec.json.encode
_STATUS = {
    "": ("Available", "ROUTABLE"),
    "offline": ("Offline", "OFFLINE"),
    "break": ("Break", "CUSTOM"),
    "meeting": ("Meeting", "CUSTOM"),
    "training": ("Training", "CUSTOM"),
    "administration": ("Administration", "CUSTOM"),
}


class _Seen:
    """An agent as the stream last showed him; `contacts` are [contact's record, state, since]."""

    __slots__ = ("contacts", "profile", "shown", "since", "status")

    def __init__(self, profile: list[str]) -> None:
        self.status, self.since = "offline", 0
        self.profile = profile
        self.contacts: dict[int, dict[str, Any]] = {}
        self.shown: msgspec.Raw | None = None


class AgentEvents:
    """Facts of the contact platform as events, each with its time; heartbeats between them."""

    def __init__(self, w: World, instance: Instance, heartbeat_s: float) -> None:
        self._w, self._instance = w, instance
        self._seen: dict[int, _Seen] = {}
        self._here: dict[int, Agent] = {}
        self._events = 0
        self._beat = int(heartbeat_s * SECOND)
        self._next_beat = w.start + self._beat

    def written(self, facts: Iterable[Fact], to: int) -> Iterator[tuple[int, str]]:
        """The events up to that instant."""
        for fact in facts:
            yield from self._beats(fact[0])
            yield from self._of(fact)
        yield from self._beats(to + 1)

    def _beats(self, before: int) -> Iterator[tuple[int, str]]:
        while self._beat and self._next_beat < before:
            for agent in self._here.values():
                seen = self._seen[agent.serial]
                yield self._event(self._next_beat, agent, seen, "HEART_BEAT")
            self._next_beat += self._beat

    def _of(self, fact: Fact) -> Iterator[tuple[int, str]]:
        t, what = fact[0], fact[1]
        if what in ("login", "logout", "pause"):
            agent: Agent = fact[2]
            seen = self._of_agent(agent)
            if seen is None:
                return
            status = fact[3] if what == "pause" else ("" if what == "login" else "offline")
            seen.status, seen.since = status, t
            if what == "login":
                self._here[agent.serial] = agent
            elif what == "logout":
                self._here.pop(agent.serial, None)
            kind = "STATE_CHANGE" if what == "pause" else what.upper()
            yield self._event(t, agent, seen, kind)
        elif what == "member":
            agent, queue, joined = fact[2], fact[3], fact[4]
            if agent.serial not in self._here:
                return  # the profile is there whether somebody has logged in or not
            seen = self._seen[agent.serial]
            if joined and queue not in seen.profile:
                seen.profile.append(queue)
            elif not joined and queue in seen.profile:
                seen.profile.remove(queue)
            yield self._event(t, agent, seen, "STATE_CHANGE")
        elif what in ("ring", "connect", "end", "wrapped", "missed", "canceled"):
            yield from self._contact(t, what, fact[2], fact[3], fact[4], fact)

    def _contact(
        self, t: int, what: str, c: Contact, queue: str, agent: Agent, fact: Fact
    ) -> Iterator[tuple[int, str]]:
        seen = self._of_agent(agent)
        if seen is None:
            return
        hand = seen.contacts
        if what == "wrapped":
            hand.pop(c.id, None)
        elif what in ("missed", "canceled"):
            if c.id in hand:
                state = "MISSED" if what == "missed" else "ENDED"
                hand[c.id] = {**hand[c.id], "State": state, "StateStartTimestamp": fine_stamp(t)}
                yield self._event(t, agent, seen, "STATE_CHANGE")
                del hand[c.id]
        else:
            known = hand.get(c.id) or self._shown(c, queue, c.entered)
            state = {"ring": "CONNECTING", "connect": "CONNECTED", "end": "ENDED"}[what]
            known = {**known, "State": state, "StateStartTimestamp": fine_stamp(t)}
            if what == "connect":
                known["ConnectedToAgentTimestamp"] = fine_stamp(t)
            hand[c.id] = known
        yield self._event(t, agent, seen, "STATE_CHANGE")

    def _shown(self, c: Contact, queue: str, entered: int) -> dict[str, Any]:
        return {
            "Channel": "CHAT",
            "ConnectedToAgentTimestamp": None,
            "ContactId": self._instance.contact(c),
            "InitialContactId": None if c.before is None else self._instance.contact(c.before),
            "InitiationMethod": "API" if c.before is None else "TRANSFER",
            "Queue": {"ARN": self._instance.queue(queue), "Channels": ["CHAT"], "Name": queue},
            "QueueTimestamp": fine_stamp(entered),
            "State": "",
            "StateStartTimestamp": "",
        }

    def _of_agent(self, agent: Agent) -> _Seen | None:
        """None for agents whom this platform does not have."""
        seen = self._seen.get(agent.serial)
        if seen is None:
            lines = self._w.lines
            profile = [n for n in agent.group.queues if lines[n].out is self._w.connect]
            if not profile:
                return None
            seen = self._seen[agent.serial] = _Seen(profile)
        return seen

    def _event(self, t: int, agent: Agent, seen: _Seen, kind: str) -> tuple[int, str]:
        self._events += 1
        shown = seen.shown if kind == "HEART_BEAT" else None
        before = seen.shown
        if shown is None:
            shown = seen.shown = self._snapshot(agent, seen)
        event = {
            "AWSAccountId": ACCOUNT,
            "AgentARN": self._instance.agent(agent),
            "CurrentAgentSnapshot": shown,
            "EventId": self._instance.event(self._events),
            "EventTimestamp": fine_stamp(t),
            "EventType": kind,
            "InstanceARN": self._instance.arn,
            "PreviousAgentSnapshot": before,
            "Version": "2017-10-01",
        }
        return t, _encode(event).decode()

    def _snapshot(self, agent: Agent, seen: _Seen) -> msgspec.Raw:
        name, kind = _STATUS.get(seen.status, (seen.status.capitalize(), "CUSTOM"))
        slots = self._w.lines[seen.profile[0]].medium.given.slots if seen.profile else 1
        queues = [
            {"ARN": self._instance.queue(queue), "Channels": ["CHAT"], "Name": queue}
            for queue in seen.profile
        ]
        first, _, last = agent.name.partition(" ")
        snapshot = {
            "AgentStatus": {
                "ARN": self._instance.status(name),
                "Name": name,
                "StartTimestamp": fine_stamp(seen.since),
                "Type": kind,
            },
            "Configuration": {
                "AgentHierarchyGroups": None,
                "FirstName": first,
                "LastName": last,
                "RoutingProfile": {
                    "ARN": self._instance.profile(agent)["ARN"],
                    "Concurrency": [
                        {
                            "AvailableSlots": max(0, slots - len(seen.contacts)),
                            "Channel": "CHAT",
                            "MaximumSlots": slots,
                        }
                    ],
                    "DefaultOutboundQueue": None,
                    "InboundQueues": queues,
                    "Name": agent.group.name,
                },
                "Username": login(agent),
            },
            "Contacts": list(seen.contacts.values()),
            "NextAgentStatus": None,
        }
        return msgspec.Raw(_encode(snapshot))
