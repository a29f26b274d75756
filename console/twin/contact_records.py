"""Amazon Connect's contact records of chats and messages: one JSON object when a contact and the
work after it are over."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from console.domain.times import SECOND
from console.twin.centre import MESSAGING
from console.twin.connect_names import ACCOUNT, Instance, login, stamp
from console.twin.world import Contact, Fact, address_of, number_of

#: How the flow took contacts out of a queue.
_FLOW = "CONTACT_FLOW_DISCONNECT"
_encode = msgspec.json.encode


class ContactRecords:
    """Facts of the contact platform as records, each with its time."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def written(self, facts: Iterable[Fact]) -> Iterator[tuple[int, str]]:
        for fact in facts:
            what = fact[1]
            if what == "wrapped":
                t, _, c, queue, agent, entered, connected, ended = fact
                record = self._record(c, queue, entered, connected, ended, t)
                record["Agent"] = self._agent(agent, connected, ended, t)
                record["AgentConnectionAttempts"] = 1
                if c.next is None:
                    record["DisconnectReason"] = "CUSTOMER_DISCONNECT"
                else:
                    record["NextContactId"] = self._instance.contact(c.next)
                    record["TransferCompletedTimestamp"] = stamp(ended)
                yield t, _encode(record).decode()
            elif what == "left":
                t, _, c, queue, entered, _place, _position, how = fact
                record = self._record(c, queue, entered, t, t, t)
                record["DisconnectReason"] = "CUSTOMER_DISCONNECT" if how == "abandoned" else _FLOW
                yield t, _encode(record).decode()

    def _record(
        self, c: Contact, queue: str, entered: int, taken: int, ended: int, updated: int
    ) -> dict[str, Any]:
        customer, instance = c.issue.customer, self._instance
        first = c
        while first.before is not None:
            first = first.before
        messages = c.queue.medium.name == MESSAGING
        subtype = "connect:SMS" if messages else "connect:Chat"
        return {
            "AWSAccountId": ACCOUNT,
            "AWSContactTraceRecordFormatVersion": "2017-03-10",
            "Agent": None,
            "AgentConnectionAttempts": 0,
            "AnsweringMachineDetectionStatus": None,
            "Attributes": {},
            "Campaign": {"CampaignId": None},
            "Channel": "CHAT",
            "ConnectedToSystemTimestamp": stamp(c.began),
            "ContactDetails": {},
            "ContactId": instance.contact(c),
            "CustomerEndpoint": {
                "Address": number_of(customer) if messages else address_of(customer),
                "Type": "TELEPHONE_NUMBER" if messages else "EMAIL_ADDRESS",
            },
            "DisconnectReason": None,
            "DisconnectTimestamp": stamp(ended),
            "InitialContactId": None if first is c else instance.contact(first),
            "InitiationMethod": "API" if first is c else "TRANSFER",
            "InitiationTimestamp": stamp(c.began),
            "InstanceARN": instance.arn,
            "LastUpdateTimestamp": stamp(updated + 2 * SECOND),
            "MediaStreams": [{"Type": "CHAT"}],
            "NextContactId": None,
            "PreviousContactId": None if c.before is None else instance.contact(c.before),
            "Queue": {
                "ARN": instance.queue(queue),
                "DequeueTimestamp": stamp(taken),
                "Duration": taken // SECOND - entered // SECOND,
                "EnqueueTimestamp": stamp(entered),
                "Name": queue,
            },
            "Recording": None,
            "Recordings": None,
            "References": [],
            "ScheduledTimestamp": None,
            "SegmentAttributes": {"connect:Subtype": {"ValueString": subtype}},
            "SystemEndpoint": None,
            "TransferCompletedTimestamp": None,
            "TransferredToEndpoint": None,
            "VoiceIdResult": None,
        }

    def _agent(self, agent: Any, connected: int, ended: int, wrapped: int) -> dict[str, Any]:
        work = wrapped // SECOND - ended // SECOND
        return {
            "ARN": self._instance.agent(agent),
            "AfterContactWorkDuration": work,
            "AfterContactWorkEndTimestamp": stamp(wrapped) if work else None,
            "AfterContactWorkStartTimestamp": stamp(ended) if work else None,
            "AgentInteractionDuration": ended // SECOND - connected // SECOND,
            "ConnectedToAgentTimestamp": stamp(connected),
            "CustomerHoldDuration": 0,
            "HierarchyGroups": None,
            "LongestHoldDuration": 0,
            "NumberOfHolds": 0,
            "RoutingProfile": self._instance.profile(agent),
            "Username": login(agent),
        }
