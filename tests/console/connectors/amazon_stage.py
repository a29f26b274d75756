"""An instance of Amazon Connect as botocore's Stubber plays it, against the service's own model."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from botocore.config import Config
from botocore.stub import Stubber

from console.connectors.amazon_connect import AmazonConnect
from console.connectors.connector import Option, Place
from console.connectors.remote import Refusal
from console.domain.messages import CHANNEL_STATE, Parcel
from console.domain.times import SECOND, now_us

INSTANCE = "5b0c7a52-0f4e-4f0d-9a58-2f3f6c1d7e10"
ARN = f"arn:aws:connect:eu-west-2:111122223333:instance/{INSTANCE}"
PLACE: dict[str, Option] = {"region": "eu-west-2", "instance_id": ARN}
PATIENCE_S = 30.0

QUEUES = {"q-support": "support", "q-sales": "sales", "q-billing": "billing", "q-back": "callbacks"}
USERS = {
    "u-ann": ("ann@example.org", "Ann", "Berger"),
    "u-bob": ("bob", "Bob", "Díaz"),
    "u-two": ("bob2", "Bob", "Díaz"),
    "u-cem": ("cem", "", ""),
}
PROFILES = {
    "p-support": ("Support", ("q-support",)),
    "p-both": ("Support and billing", ("q-support", "q-billing")),
    "p-all": ("All", ("q-support", "q-billing", "q-sales")),
    "p-billing": ("Billing", ("q-billing",)),
    "p-sales": ("Sales", ("q-sales",)),
    "p-more": ("Sales too", ("q-sales",)),
}
STATUSES = {
    "s-open": ("Available", "ROUTABLE"),
    "s-lunch": ("Lunch", "CUSTOM"),
    "s-held": ("Held by the lead", "CUSTOM"),
    "s-off": ("Offline", "OFFLINE"),
}


@cache
def client_of_boto3() -> Any:
    """One for all tests: it takes its time to be made."""
    session = Session(
        aws_access_key_id="AKIA", aws_secret_access_key="s3cr3t", region_name="eu-west-2"
    )
    return session.client("connect", config=Config(retries={"total_max_attempts": 1}))


class Stage:
    """What Amazon will be asked, in this order, and what it says to it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.stub = Stubber(client)

    def says(self, operation: str, said: Mapping[str, Any], **asked: Any) -> None:
        self.stub.add_response(operation, dict(said), {"InstanceId": INSTANCE, **asked})

    def fails(self, operation: str, code: str, status: int = 400, words: str = "no") -> None:
        self.stub.add_client_error(operation, code, words, http_status_code=status)

    def queues(self) -> None:
        listed = [{"Id": id, "Name": name} for id, name in QUEUES.items()]
        asked = {"QueueTypes": ["STANDARD"], "MaxResults": 1000}
        first = {"QueueSummaryList": listed[:2], "NextToken": "more"}
        self.says("list_queues", first, **asked)
        self.says("list_queues", {"QueueSummaryList": listed[2:]}, **asked, NextToken="more")

    def users(self) -> None:
        listed = [
            {"Id": id, "Username": login, "IdentityInfo": {"FirstName": first, "LastName": last}}
            for id, (login, first, last) in USERS.items()
        ]
        self.says("search_users", {"Users": listed}, MaxResults=500)

    def profiles(self) -> None:
        listed = [{"Id": id, "Name": name} for id, (name, _) in PROFILES.items()]
        said = {"RoutingProfileSummaryList": listed}
        self.says("list_routing_profiles", said, MaxResults=1000)
        for id, (_, queues) in PROFILES.items():
            # A queue stands there once for each channel.
            configs = [
                {
                    "QueueId": queue,
                    "QueueArn": f"{ARN}/queue/{queue}",
                    "QueueName": QUEUES[queue],
                    "Priority": 1,
                    "Delay": 0,
                    "Channel": channel,
                }
                for queue in queues
                for channel in ("VOICE", "CHAT")
            ]
            said = {"RoutingProfileQueueConfigSummaryList": configs}
            self.says("list_routing_profile_queues", said, MaxResults=100, RoutingProfileId=id)

    def statuses(self) -> None:
        listed = [{"Id": id, "Name": name, "Type": kind} for id, (name, kind) in STATUSES.items()]
        self.says("list_agent_statuses", {"AgentStatusSummaryList": listed}, MaxResults=1000)

    def sets(self, queue: str, status: str) -> None:
        self.says("update_queue_status", {}, QueueId=queue, Status=status)

    def has(self, user: str, profile: str) -> None:
        self.says("describe_user", {"User": {"Id": user, "RoutingProfileId": profile}}, UserId=user)

    def gives(self, user: str, profile: str) -> None:
        self.says("update_user_routing_profile", {}, UserId=user, RoutingProfileId=profile)

    def stands(self, user: str, status: str, then: str = "") -> None:
        data: dict[str, Any] = {"User": {"Id": user}, "Status": {"StatusName": status}}
        if then:
            data["NextStatus"] = then
        said = {"UserDataList": [data] if status else []}
        self.says("get_current_user_data", said, Filters={"Agents": [user]})

    def puts(self, user: str, status: str) -> None:
        self.says("put_user_status", {}, UserId=user, AgentStatusId=status)


@contextmanager
def staging() -> Iterator[Stage]:
    """A stage; all that it was told to expect must have been asked."""
    made = Stage(client_of_boto3())
    made.stub.activate()
    try:
        yield made
    finally:
        made.stub.deactivate()
    made.stub.assert_no_pending_responses()


class Stubbed(AmazonConnect):
    first_wait_s = 0.01
    staged: Any = None

    def make_client(self) -> Any:
        return self.staged

    def hang_up(self) -> None:
        self._client = None


@contextmanager
def making(stage: Stage, tmp_path: Path) -> Iterator[Callable[..., Stubbed]]:
    """Makes connectors to that stage, and closes them all."""
    made: list[Stubbed] = []

    def build(**settings: str) -> Stubbed:
        place = Place("it", "desk", {**PLACE, **settings}, lambda _: "", tmp_path / "own")
        connector = Stubbed(place)
        connector.staged = stage.client
        made.append(connector)
        return connector

    try:
        yield build
    finally:
        for connector in made:
            connector.close()


def order(
    action: str, identity: str = "one", *, takes_back: str = "", left_s: float = 600, **fields: Any
) -> Parcel:
    now = now_us()
    return Parcel(
        identity, now, now + int(left_s * SECOND), action, "what is wanted",
        {"source": "desk", **fields}, takes_back,
    )  # fmt: skip


def about(action: str, queue: str, agent: str = "Ann Berger", **other: Any) -> Parcel:
    return order(action, queue=queue, agent=agent, interface="", member=agent, **other)


def channel(state: str, queues: list[str], message: str = "") -> Parcel:
    return order(CHANNEL_STATE, channel="voice", queues=queues, state=state, message=message)


def refusal(connector: AmazonConnect, parcel: Parcel) -> str:
    with pytest.raises(Refusal) as raised:
        connector.do(parcel)
    return raised.value.words


def wait_for(condition: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit, "it did not come"
        time.sleep(0.005)
