"""What is asked of Amazon Connect is what its service model allows, and no more than was ordered.

Every call goes through botocore's Stubber, which holds requests and answers against that model.
"""

import importlib.util
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore import exceptions as boto

from console.connectors import amazon_connect_calls, amazon_connect_directory
from console.connectors.amazon_connect import BOTO3, AmazonConnect, pairs_of
from console.connectors.connector import Option, Place, Unreachable
from console.connectors.remote import Again, Refusal
from console.domain import links
from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CALLBACK_RELEASE,
    CHANNEL_STATE,
    CONFIRMED,
    QUEUE_PENALTY,
    REFUSED,
    Answer,
)
from tests.console.connectors.amazon_stage import (
    ARN,
    INSTANCE,
    PLACE,
    Stage,
    Stubbed,
    about,
    channel,
    client_of_boto3,
    making,
    order,
    refusal,
    staging,
    wait_for,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staging() as made:
        yield made


@pytest.fixture
def make(stage: Stage, tmp_path: Path) -> Iterator[Callable[..., Stubbed]]:
    with making(stage, tmp_path) as build:
        yield build


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
    said = refusal(connector, about(QUEUE_PENALTY, "support", penalty=3))
    assert said.startswith("Amazon Connect knows no penalty")
    said = refusal(connector, order(CALLBACK_RELEASE, queue="support", promised=None))
    assert said.startswith("Amazon Connect cannot tell customers")
    said = refusal(connector, order("something_new"))
    assert said == "Amazon Connect cannot be asked for this from here: what is wanted."


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


def test_a_request_that_the_model_does_not_know_is_refused() -> None:
    with pytest.raises(Refusal, match="cannot be asked for"):
        with amazon_connect_calls.calling("Asking"):
            client_of_boto3().update_queue_status(InstanceId=INSTANCE)


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
