"""Records of cloud platforms, made for the benchmarks: as many as wanted, the same each time."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

_BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
_INSTANCE = "arn:aws:connect:eu-west-1:111122223333:instance/0b9e3a62-1111-4c1f-9d5e-5a1f00000000"
#: What a real record has besides, and a reader has to pass over.
_FILLING = {
    "AWSAccountId": "111122223333",
    "AWSContactTraceRecordFormatVersion": "2017-03-10",
    "Attributes": {f"attribute_{n}": f"value of the flow, number {n}" for n in range(12)},
    "Campaign": {"CampaignId": None},
    "ContactDetails": {},
    "MediaStreams": [{"Type": "AUDIO"}],
    "Recordings": [
        {
            "DeletionReason": None,
            "Location": "connect-recordings/2026/03/02/a-long-name-of-an-object.wav",
            "MediaStreamType": "AUDIO",
            "ParticipantType": None,
            "Status": "AVAILABLE",
            "StorageType": "S3",
            "Type": "AUDIO",
        }
    ],
    "References": [],
    "TransferredToEndpoint": None,
    "VoiceIdResult": None,
}


def _iso(moment: datetime, digits: int = 0) -> str:
    return moment.isoformat(timespec="milliseconds" if digits else "seconds").replace("+00:00", "Z")


def contact_records(count: int, seed: int = 1) -> Iterator[dict[str, object]]:
    """Amazon Connect contact records: four of five answered, with after-contact work."""
    draw = random.Random(seed)
    for number in range(count):
        begun = _BEGIN + timedelta(seconds=number // 4)
        queued = begun + timedelta(seconds=draw.randint(5, 40))
        left = queued + timedelta(seconds=draw.randint(1, 300))
        ended = left + timedelta(seconds=draw.randint(20, 900))
        queue, agent = draw.randint(1, 40), draw.randint(1, 400)
        answered = draw.random() < 0.8
        yield {
            **_FILLING,
            "Agent": {
                "ARN": f"{_INSTANCE}/agent/{agent:012d}",
                "AfterContactWorkDuration": 30,
                "AfterContactWorkEndTimestamp": _iso(ended + timedelta(seconds=30)),
                "AfterContactWorkStartTimestamp": _iso(ended),
                "AgentInteractionDuration": (ended - left).seconds,
                "ConnectedToAgentTimestamp": _iso(left),
                "CustomerHoldDuration": 0,
                "HierarchyGroups": None,
                "LongestHoldDuration": 0,
                "NumberOfHolds": 0,
                "RoutingProfile": {"ARN": f"{_INSTANCE}/routing-profile/1", "Name": "Front line"},
                "Username": f"agent-{agent}",
            }
            if answered
            else None,
            "AgentConnectionAttempts": 1,
            "Channel": "VOICE",
            "ConnectedToSystemTimestamp": _iso(begun),
            "ContactId": f"{draw.getrandbits(128):032x}",
            "CustomerEndpoint": {
                "Address": f"+4416329{draw.randint(0, 99999):05d}",
                "Type": "TELEPHONE_NUMBER",
            },
            "DisconnectReason": "CUSTOMER_DISCONNECT",
            "DisconnectTimestamp": _iso(ended if answered else left),
            "InitialContactId": None,
            "InitiationMethod": "INBOUND",
            "InitiationTimestamp": _iso(begun),
            "InstanceARN": _INSTANCE,
            "LastUpdateTimestamp": _iso(ended + timedelta(seconds=60)),
            "NextContactId": None,
            "PreviousContactId": None,
            "Queue": {
                "ARN": f"{_INSTANCE}/queue/{queue:012d}",
                "DequeueTimestamp": _iso(left),
                "Duration": (left - queued).seconds,
                "EnqueueTimestamp": _iso(queued),
                "Name": f"Queue {queue}",
            },
            "ScheduledTimestamp": None,
            "SystemEndpoint": {"Address": "+441632960999", "Type": "TELEPHONE_NUMBER"},
            "TransferCompletedTimestamp": None,
        }


def conversations(count: int, seed: int = 2) -> Iterator[dict[str, object]]:
    """Genesys Cloud conversations: a customer, a queue, an agent, with metrics."""
    draw = random.Random(seed)
    for number in range(count):
        begun = _BEGIN + timedelta(seconds=number // 4)
        left = begun + timedelta(seconds=draw.randint(1, 300))
        ended = left + timedelta(seconds=draw.randint(20, 900))
        wait, talk = (left - begun).seconds * 1000, (ended - left).seconds * 1000
        queue = f"queue-{draw.randint(1, 40)}"

        def session(purpose: str, **more: object) -> dict[str, object]:
            return {"mediaType": "voice", "direction": "inbound", "ani": "tel:+441632960123",
                    "sessionId": f"{purpose}-{draw.getrandbits(64):x}", **more}  # fmt: skip

        yield {
            "conversationId": f"{draw.getrandbits(128):032x}",
            "conversationStart": _iso(begun, 3),
            "conversationEnd": _iso(ended, 3),
            "originatingDirection": "inbound",
            "divisionIds": ["division-1"],
            "participants": [
                {
                    "participantId": f"{draw.getrandbits(64):x}",
                    "purpose": "customer",
                    "sessions": [
                        session(
                            "customer",
                            segments=[
                                {
                                    "segmentStart": _iso(begun, 3),
                                    "segmentEnd": _iso(ended, 3),
                                    "segmentType": "interact",
                                    "disconnectType": "client",
                                }
                            ],
                        )
                    ],
                },
                {
                    "participantId": f"{draw.getrandbits(64):x}",
                    "participantName": queue,
                    "purpose": "acd",
                    "sessions": [
                        session(
                            "acd",
                            metrics=[
                                {"name": "nOffered", "value": 1, "emitDate": _iso(begun, 3)},
                                {"name": "tWait", "value": wait, "emitDate": _iso(left, 3)},
                            ],
                            segments=[
                                {
                                    "segmentStart": _iso(begun, 3),
                                    "segmentEnd": _iso(left, 3),
                                    "queueId": queue,
                                    "segmentType": "interact",
                                    "disconnectType": "transfer",
                                }
                            ],
                        )
                    ],
                },
                {
                    "participantId": f"{draw.getrandbits(64):x}",
                    "purpose": "agent",
                    "userId": f"user-{draw.randint(1, 400)}",
                    "sessions": [
                        session(
                            "agent",
                            metrics=[
                                {"name": "tTalk", "value": talk, "emitDate": _iso(ended, 3)},
                                {"name": "tAcw", "value": 30_000, "emitDate": _iso(ended, 3)},
                            ],
                            segments=[
                                {
                                    "segmentStart": _iso(left, 3),
                                    "segmentEnd": _iso(ended, 3),
                                    "queueId": queue,
                                    "segmentType": "interact",
                                    "disconnectType": "peer",
                                },
                                {
                                    "segmentStart": _iso(ended, 3),
                                    "segmentEnd": _iso(ended + timedelta(seconds=30), 3),
                                    "queueId": queue,
                                    "segmentType": "wrapup",
                                    "wrapUpCode": "billing",
                                },
                            ],
                        )
                    ],
                },
            ],
        }


def write_lines(file: Path, records: Iterator[dict[str, object]]) -> None:
    with file.open("w") as out:
        for record in records:
            out.write(json.dumps(record) + "\n")


def write_page(file: Path, name: str, records: Iterator[dict[str, object]]) -> None:
    """One page ``{"<name>": [...]}``, as an API hands records out."""
    with file.open("w") as out:
        between = f'{{"{name}": [\n'
        for record in records:
            out.write(between + json.dumps(record))
            between = ",\n"
        out.write("\n]}\n")
