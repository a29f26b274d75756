"""What is asked of Amazon Connect is what its service model allows, and no more than was ordered.

Every call goes through botocore's Stubber, which holds requests and answers against that model.
"""

import importlib.util
import json
import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from botocore import exceptions as boto
from botocore.config import Config
from botocore.stub import Stubber

from console.connectors import amazon_connect_calls, amazon_connect_directory
from console.connectors.amazon_connect import BOTO3, MEMORY, AmazonConnect, pairs_of
from console.connectors.connector import Option, Place, Unreachable
from console.connectors.remote import Again, Refusal
from console.domain import links
from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CALLBACK_RELEASE,
    CHANNEL_STATE,
    CONFIRMED,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_PENALTY,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    REFUSED,
    Answer,
    Parcel,
)
from console.domain.times import SECOND, now_us

INSTANCE = "5b0c7a52-0f4e-4f0d-9a58-2f3f6c1d7e10"
ARN = f"arn:aws:connect:eu-west-2:111122223333:instance/{INSTANCE}"
PLACE: dict[str, Option] = {"region": "eu-west-2", "instance_id": ARN}
ROOT = Path(__file__).parents[3]
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


@pytest.fixture(scope="module")
def client() -> Any:
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


@pytest.fixture
def stage(client: Any) -> Iterator[Stage]:
    made = Stage(client)
    made.stub.activate()
    yield made
    made.stub.deactivate()
    made.stub.assert_no_pending_responses()


class Stubbed(AmazonConnect):
    first_wait_s = 0.01
    staged: Any = None

    def make_client(self) -> Any:
        return self.staged

    def hang_up(self) -> None:
        self._client = None


@pytest.fixture
def make(stage: Stage, tmp_path: Path) -> Iterator[Callable[..., Stubbed]]:
    made: list[Stubbed] = []

    def build(**settings: str) -> Stubbed:
        place = Place("it", "desk", {**PLACE, **settings}, lambda _: "", tmp_path / "own")
        connector = Stubbed(place)
        connector.staged = stage.client
        made.append(connector)
        return connector

    yield build
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


# --- what it is made with


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({}, ""),
        ({"instance_id": INSTANCE.upper()}, ""),
        ({"region": "us-gov-west-1"}, ""),
        ({"routing_profiles": "billing = Billing; a b = c=d\n;"}, ""),
        ({"region": ""}, "region"),
        ({"region": "eu-west-2.example.org"}, "region"),
        ({"instance_id": ""}, "36 letters and digits"),
        ({"instance_id": "https://mine.my.connect.aws/"}, "36 letters and digits"),
        ({"routing_profiles": "billing"}, "“billing” is not of the form"),
        ({"callback_queues": "support = ; x = y"}, "“support =” is not of the form"),
    ],
)
def test_what_cannot_work_is_said_before(settings: dict[str, Option], fault: str) -> None:
    said = AmazonConnect.fault({**PLACE, **settings})
    assert (fault in said) if fault else said == ""


def test_pairs() -> None:
    assert pairs_of(" support = Support one ;\n sales=S ") == {
        "support": "Support one",
        "sales": "S",
    }


def test_without_boto3_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.setitem(sys.modules, "boto3.session", None)
    fault = AmazonConnect.fault(PLACE)
    assert fault.endswith(f'"{sys.executable}" -m pip install "{BOTO3}"')
    connector = AmazonConnect(Place("it", "desk", PLACE, lambda _: "", tmp_path))
    connector.start(lambda: None)
    wait_for(lambda: connector.link.state == links.REFUSED)
    assert connector.link.words == fault
    connector.send(channel("open", ["support"]))
    with pytest.raises(Unreachable):
        connector.settle()
    connector.close()
    wanted = (ROOT / "pyproject.toml").read_text()
    assert f'amazon = ["{BOTO3}"]' in wanted
    assert BOTO3 in (ROOT / "docs" / "amazon-connect-control.md").read_text()


def test_boto3_is_not_brought_before_it_is_needed() -> None:
    code = "import sys, console.connectors; sys.exit('boto3' in sys.modules)"
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_client_is_made_of_the_settings(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings: dict[str, Option] = {**PLACE, "access_key_id": "AKIAEXAMPLE"}
    secrets = {"secret_access_key": "wJalrXUtnFEMI"}
    place = Place("it", "desk", settings, lambda name: secrets.get(name, ""), tmp_path)
    connector = AmazonConnect(place)
    made = connector.make_client()
    assert made.meta.region_name == "eu-west-2"
    assert made.meta.endpoint_url == "https://connect.eu-west-2.amazonaws.com"
    assert made.meta.config.retries["mode"] == "standard"
    assert "wJalrXUtnFEMI" not in caplog.text + repr(connector) + repr(place)
    made.close()
    secrets.clear()
    with pytest.raises(Again, match="no secret access key") as raised:
        connector.make_client()
    assert raised.value.state == links.REFUSED


# --- channels and callbacks


@pytest.mark.parametrize(
    ("state", "message", "status", "words"),
    [
        ("open", "", "ENABLED", "support, billing: enabled."),
        ("draining", "", "DISABLED", "support, billing: disabled. Those who wait are served."),
        (
            "closed",
            "Come back at nine.",
            "DISABLED",
            "support, billing: disabled. Amazon Connect goes on serving those who wait. "
            "The message is not told: that is for the flows there.",
        ),
    ],
)
def test_a_channel_is_its_queues(
    make: Callable[..., Stubbed], stage: Stage, state: str, message: str, status: str, words: str
) -> None:
    stage.queues()
    stage.sets("q-support", status)
    stage.sets("q-billing", status)
    connector = make()
    # By name in any case of its letters, and by ARN; one that stands there twice is set once.
    names = ["Support", f"{ARN}/queue/q-billing", "support"]
    said = connector.do(channel(state, names[:1] + ["billing", "Support"], message))
    assert said == words.replace("support", "Support")
    stage.sets("q-billing", status)
    assert connector.do(channel(state, names[1:2])) is not None


def test_nothing_is_set_where_a_queue_is_not_there(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    stage.queues()
    connector = make()
    said = refusal(connector, channel("closed", ["support", "nowhere"]))
    assert said == "Amazon Connect has no queue “nowhere”."
    assert refusal(connector, channel("closed", [])) == "No queue of this channel is known."


def test_a_name_that_is_missing_is_looked_up_anew(
    make: Callable[..., Stubbed], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amazon_connect_directory, "_FRESH_S", 0.0)
    stage.queues()
    stage.sets("q-support", "ENABLED")
    stage.says(
        "list_queues", {"QueueSummaryList": [{"Id": "q-new", "Name": "new"}]},
        QueueTypes=["STANDARD"], MaxResults=1000,
    )  # fmt: skip
    stage.sets("q-new", "ENABLED")
    connector = make()
    assert connector.do(channel("open", ["support"])) == "support: enabled."
    assert connector.do(channel("open", ["new"])) == "new: enabled."


def test_a_refusal_in_the_middle_says_what_was_done(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    stage.queues()
    stage.sets("q-support", "DISABLED")
    stage.fails("update_queue_status", "AccessDeniedException", 403, "not authorized")
    with pytest.raises(Refusal) as raised:
        make().do(channel("draining", ["support", "billing"]))
    assert raised.value.state == links.REFUSED
    assert raised.value.words == (
        "Setting billing is not allowed: not authorized. But support: disabled."
    )


def test_a_throttled_order_goes_on_where_it_stopped(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    stage.queues()
    stage.sets("q-support", "DISABLED")
    stage.fails("update_queue_status", "ThrottlingException", 429)
    stage.sets("q-billing", "DISABLED")
    connector = make()
    parcel = channel("draining", ["support", "billing"])
    with pytest.raises(Again) as raised:
        connector.do(parcel)
    assert raised.value.state == links.DOWN
    assert connector.do(parcel) == "support, billing: disabled. Those who wait are served."


def test_the_offer_is_the_callback_queue(make: Callable[..., Stubbed], stage: Stage) -> None:
    stage.queues()
    stage.sets("q-back", "DISABLED")
    stage.sets("q-back", "ENABLED")
    connector = make(callback_queues="support = callbacks")
    off = connector.do(order(CALLBACK_OFFER, queue="support", on=False, was=None))
    assert off == "callbacks: disabled. Promises made stay promises."
    on = connector.do(order(CALLBACK_OFFER, queue="support", on=True, was=False))
    assert on == "callbacks: enabled."
    said = refusal(connector, order(CALLBACK_OFFER, queue="sales", on=False, was=None))
    assert "no callback queue is named for sales" in said


def test_what_it_cannot_do_is_refused_without_a_call(make: Callable[..., Stubbed]) -> None:
    connector = make()
    said = refusal(connector, order(CALLBACK_DIAL, queue="support", on=False, was=None))
    assert said.startswith("Amazon Connect cannot hold back callbacks that were promised")
    assert "by itself" in str(connector.do(order(CALLBACK_DIAL, queue="support", on=True)))
    for action in (QUEUE_PENALTY, CALLBACK_RELEASE, "something_new"):
        said = refusal(connector, order(action, queue="support"))
        assert said == "Amazon Connect cannot be asked for this from here: what is wanted."


# --- agents and queues


def known(stage: Stage, user: str, profile: str) -> None:
    """The first order about an agent: all is listed."""
    stage.queues()
    stage.users()
    stage.has(user, profile)
    stage.profiles()


def remembered(connector: AmazonConnect) -> dict[str, list[dict[str, str]]]:
    file = connector.place.folder / MEMORY
    return json.loads(file.read_text()) if file.exists() else {}


def test_an_agent_comes_in_by_a_wider_profile_and_goes_back(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    connector = make()
    known(stage, "u-ann", "p-support")
    stage.gives("u-ann", "p-both")
    said = connector.do(about(QUEUE_ADD, "billing"))
    assert said == "Ann Berger has the routing profile Support and billing instead of Support."
    assert remembered(connector) == {"u-ann": [{"before": "p-support", "after": "p-both"}]}
    file = connector.place.folder / MEMORY
    assert file.stat().st_mode & 0o077 == 0
    # The same order again changes nothing.
    stage.has("u-ann", "p-both")
    said = connector.do(about(QUEUE_ADD, "billing"))
    assert said == "Ann Berger has billing already, in the routing profile Support and billing."
    assert len(remembered(connector)["u-ann"]) == 1
    stage.has("u-ann", "p-both")
    stage.gives("u-ann", "p-support")
    said = connector.do(about(QUEUE_REMOVE, "billing", takes_back="one"))
    assert said == "Ann Berger has the routing profile Support again."
    assert remembered(connector) == {}
    stage.has("u-ann", "p-support")
    said = connector.do(about(QUEUE_REMOVE, "billing", takes_back="one"))
    assert said == "Ann Berger is not in billing: the routing profile Support has no such queue."


def test_the_profile_of_the_settings_comes_first(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    connector = make(routing_profiles="billing = Billing; sales = Support; web = Nothing")
    known(stage, "u-ann", "p-support")
    stage.gives("u-ann", "p-billing")
    connector.do(about(QUEUE_ADD, "billing", "ann@example.org"))
    # Leaving where they came from is done by that already.
    stage.has("u-ann", "p-billing")
    said = connector.do(about(QUEUE_REMOVE, "support"))
    assert said == "Ann Berger is not in support: the routing profile Billing has no such queue."
    stage.has("u-ann", "p-billing")
    said = refusal(connector, about(QUEUE_ADD, "sales"))
    assert said == "The routing profile Support of the settings has no sales."


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("named", ["billing = Billing", ""])
def test_sending_an_agent_is_taken_back_in_any_order(
    make: Callable[..., Stubbed], stage: Stage, named: str, turned: bool
) -> None:
    """To billing, out of support; then both reversed: the profile of before, and no other."""
    connector = make(routing_profiles=named)
    known(stage, "u-ann", "p-support")
    stage.gives("u-ann", "p-billing" if named else "p-both")
    connector.do(about(QUEUE_ADD, "billing"))
    stage.has("u-ann", "p-billing" if named else "p-both")
    if not named:
        stage.gives("u-ann", "p-billing")
    connector.do(about(QUEUE_REMOVE, "support"))
    back = [
        about(QUEUE_ADD, "support", takes_back="two"),
        about(QUEUE_REMOVE, "billing", takes_back="one"),
    ]
    stage.has("u-ann", "p-billing")
    if turned or named:
        # One step leads to where both are fulfilled.
        stage.gives("u-ann", "p-support")
        stage.has("u-ann", "p-support")
    else:
        stage.gives("u-ann", "p-both")
        stage.has("u-ann", "p-both")
        stage.gives("u-ann", "p-support")
    for parcel in reversed(back) if turned else back:
        connector.do(parcel)
    assert remembered(connector) == {}


def test_without_memory_only_the_one_possible_profile_is_taken(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    connector = make()
    known(stage, "u-ann", "p-both")
    stage.gives("u-ann", "p-billing")
    said = connector.do(about(QUEUE_REMOVE, "support"))
    assert said == "Ann Berger has the routing profile Billing instead of Support and billing."
    stage.has("u-ann", "p-billing")
    said = refusal(connector, about(QUEUE_REMOVE, "billing"))
    assert said.startswith("No one routing profile has the queues of Billing without billing")
    stage.has("u-ann", "p-more")
    said = refusal(connector, about(QUEUE_ADD, "callbacks"))
    assert said == (
        "No one routing profile has callbacks beside the queues of Sales too. "
        "Name one for callbacks in the settings of this connection."
    )
    # Somebody else has moved Ann meanwhile: what is remembered does not count.
    stage.has("u-ann", "p-all")
    said = refusal(connector, about(QUEUE_REMOVE, "billing"))
    assert "nobody remembers" in said


def test_a_move_that_amazon_refuses_is_not_remembered(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    connector = make()
    known(stage, "u-ann", "p-support")
    stage.fails("update_user_routing_profile", "ResourceNotFoundException", 404, "gone")
    said = refusal(connector, about(QUEUE_ADD, "billing"))
    assert said == (
        "Giving Ann Berger the routing profile Support and billing: gone "
        "(ResourceNotFoundException)"
    )
    assert remembered(connector) == {}
    # What was listed is not believed any longer.
    known(stage, "u-ann", "p-support")
    stage.fails("update_user_routing_profile", "ThrottlingException", 429)
    with pytest.raises(Again):
        connector.do(about(QUEUE_ADD, "billing"))
    stage.has("u-ann", "p-support")
    stage.gives("u-ann", "p-both")
    connector.do(about(QUEUE_ADD, "billing"))
    assert len(remembered(connector)["u-ann"]) == 1


def test_nothing_is_moved_that_could_not_be_moved_back(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    connector = make()
    connector.place.folder.write_text("a file where the folder should be")
    known(stage, "u-ann", "p-support")
    said = refusal(connector, about(QUEUE_ADD, "billing"))
    assert said.startswith("The routing profile of before cannot be remembered")


def test_a_spoilt_memory_is_an_empty_one(make: Callable[..., Stubbed], stage: Stage) -> None:
    connector = make()
    connector.place.folder.mkdir()
    (connector.place.folder / MEMORY).write_text('{"u-ann": [{"before": 1}]}')
    known(stage, "u-ann", "p-support")
    stage.gives("u-ann", "p-both")
    connector.do(about(QUEUE_ADD, "billing"))
    assert len(remembered(connector)["u-ann"]) == 1


def test_who_is_meant(make: Callable[..., Stubbed], stage: Stage) -> None:
    connector = make()
    known(stage, "u-ann", "p-support")
    said = connector.do(about(QUEUE_ADD, "support", f"{ARN}/agent/u-ann"))
    assert str(said).startswith("Ann Berger has support already")
    stage.has("u-bob", "p-support")
    assert str(connector.do(about(QUEUE_ADD, "support", "BOB"))).startswith("Bob Díaz has")
    stage.has("u-cem", "p-support")
    assert str(connector.do(about(QUEUE_ADD, "support", "cem"))).startswith("cem has")
    said = refusal(connector, about(QUEUE_ADD, "support", "Bob Díaz"))
    assert said == "Amazon Connect has 2 users called “Bob Díaz”."
    assert refusal(connector, about(QUEUE_ADD, "support", "Eve")) == (
        "Amazon Connect has no user “Eve”."
    )


# --- pauses


def test_a_pause_is_a_status_where_there_is_no_other_queue(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    connector = make(paused_status="held by the lead")
    known(stage, "u-ann", "p-support")
    stage.statuses()
    stage.stands("u-ann", "Available")
    stage.puts("u-ann", "s-held")
    said = connector.do(about(QUEUE_PAUSE, "support"))
    assert said == "Ann Berger: Held by the lead, after the contact where there is one."
    # The end of it; one that has been set for after the contact counts.
    stage.has("u-ann", "p-support")
    stage.stands("u-ann", "Available", then="Held by the lead")
    stage.puts("u-ann", "s-open")
    said = connector.do(about(QUEUE_UNPAUSE, "support", takes_back="one"))
    assert said == "Ann Berger: Available, after the contact where there is one."
    # Who is at lunch is neither sent there nor called back.
    stage.has("u-ann", "p-support")
    stage.stands("u-ann", "Lunch")
    assert connector.do(about(QUEUE_PAUSE, "support")) == "Ann Berger is in Lunch."
    for status in ("Lunch", ""):
        stage.has("u-ann", "p-support")
        stage.stands("u-ann", status)
        said = connector.do(about(QUEUE_UNPAUSE, "support"))
        assert said == "Ann Berger has support and is not paused from here."


def test_a_pause_never_takes_an_agent_from_other_queues(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    connector = make(paused_status="Lunch")
    known(stage, "u-ann", "p-both")
    stage.gives("u-ann", "p-billing")
    said = connector.do(about(QUEUE_PAUSE, "support"))
    assert said == "Ann Berger has the routing profile Billing instead of Support and billing."
    stage.has("u-ann", "p-billing")
    stage.gives("u-ann", "p-both")
    said = connector.do(about(QUEUE_UNPAUSE, "support", takes_back="one"))
    assert said == "Ann Berger has the routing profile Support and billing again."
    plain = make()
    known(stage, "u-cem", "p-support")
    said = refusal(plain, about(QUEUE_PAUSE, "support", "cem"))
    assert said.startswith("cem serves nothing but support, and no status of a pause is named")


# --- errors


def raised_by(stage: Stage, connector: Stubbed, code: str, status: int) -> Exception:
    stage.fails("list_queues", code, status, "in Amazon's words")
    with pytest.raises((Again, Refusal)) as raised:
        connector.look()
    return raised.value


@pytest.mark.parametrize(
    ("code", "status", "kind", "state", "words"),
    [
        ("ThrottlingException", 429, Again, links.DOWN, "asked too often"),
        ("TooManyRequestsException", 429, Again, links.DOWN, "asked too often"),
        ("InternalServiceException", 500, Again, links.DOWN, "in Amazon's words"),
        ("ServiceUnavailable", 503, Again, links.DOWN, "in Amazon's words"),
        ("ExpiredTokenException", 403, Again, links.REFUSED, "does not accept the credentials"),
        ("UnrecognizedClientException", 403, Again, links.REFUSED, "credentials"),
        ("AccessDeniedException", 403, Refusal, links.REFUSED, "not allowed: in Amazon's words"),
        ("ResourceNotFoundException", 404, Refusal, links.UP, "(ResourceNotFoundException)"),
        ("InvalidRequestException", 400, Refusal, links.UP, "in Amazon's words"),
        ("InvalidParameterException", 400, Refusal, links.UP, "in Amazon's words"),
    ],
)
def test_what_an_error_means(
    make: Callable[..., Stubbed], stage: Stage, code: str, status: int, kind: type[Exception],
    state: str, words: str,
) -> None:  # fmt: skip
    error = raised_by(stage, make(), code, status)
    assert isinstance(error, kind)
    assert isinstance(error, Again | Refusal)
    assert error.state == state
    assert words in error.words


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (boto.NoCredentialsError(), links.REFUSED),
        (boto.PartialCredentialsError(provider="env", cred_var="x"), links.REFUSED),
        (boto.ProfileNotFound(profile="x"), links.REFUSED),
        (boto.EndpointConnectionError(endpoint_url="https://x"), links.DOWN),
        (boto.ConnectTimeoutError(endpoint_url="https://x"), links.DOWN),
        (boto.ReadTimeoutError(endpoint_url="https://x"), links.DOWN),
        (boto.ConnectionClosedError(endpoint_url="https://x"), links.DOWN),
    ],
)
def test_what_comes_of_the_way_there(error: Exception, state: str) -> None:
    with pytest.raises(Again) as raised, amazon_connect_calls.calling("Asking"):
        raise error
    assert raised.value.state == state
    assert "https" not in raised.value.words and raised.value.words.endswith(".")


def test_a_request_that_the_model_does_not_know_is_refused(client: Any) -> None:
    with pytest.raises(Refusal, match="cannot be asked for"):
        with amazon_connect_calls.calling("Asking"):
            client.update_queue_status(InstanceId=INSTANCE)


# --- on its thread


def test_it_says_how_it_stands_and_answers(make: Callable[..., Stubbed], stage: Stage) -> None:
    stage.fails("list_queues", "ThrottlingException", 429)
    stage.queues()
    stage.sets("q-support", "DISABLED")
    stage.fails("update_queue_status", "AccessDeniedException", 403, "not authorized")
    connector = make()
    assert connector.link.state == links.OFF
    woken = threading.Event()
    connector.start(woken.set)
    wait_for(lambda: connector.link.state == links.UP)
    connector.send(channel("draining", ["support"]))
    wait_for(connector.answers)
    words = "support: disabled. Those who wait are served."
    assert connector.answers() == (Answer("one", CONFIRMED, words),)
    assert woken.is_set()
    connector.settle()
    connector.forget()
    connector.send(order(CHANNEL_STATE, "two", channel="voice", queues=["sales"], state="open"))
    wait_for(connector.answers)
    said = "Setting sales is not allowed: not authorized"
    assert connector.answers() == (Answer("two", REFUSED, said),)
    assert connector.link.state == links.REFUSED
    assert connector.link.words == said
    connector.close()


def test_it_cannot_be_used_without_the_right_to_list(
    make: Callable[..., Stubbed], stage: Stage
) -> None:
    stage.fails("list_queues", "AccessDeniedException", 403, "not authorized")
    connector = make()
    connector.start(lambda: None)
    wait_for(lambda: connector.link.state == links.REFUSED)
    assert connector.link.words == "Listing queues is not allowed: not authorized"
    connector.close()


# --- the document


def test_the_document_names_every_right_and_setting() -> None:
    text = (ROOT / "docs" / "amazon-connect-control.md").read_text()
    code = "".join(
        file.read_text() for file in (ROOT / "console" / "connectors").glob("amazon_connect*.py")
    )
    methods = set(re.findall(r"_client\.([a-z]+_[a-z_]+)\(", code)) - {"get_paginator"}
    methods |= set(re.findall(r'"((?:list|search)_[a-z_]+)"', code))
    asked = {"".join(part.title() for part in method.split("_")) for method in methods}
    assert len(asked) == 10
    assert set(re.findall(r'"connect:(\w+)"', text)) == asked
    assert set(re.findall(r"`connect:(\w+)`", text)) <= asked
    for setting in AmazonConnect.settings:
        assert f"| {setting.label} |" in text
