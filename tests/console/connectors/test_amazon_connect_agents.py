"""An agent's queues are a routing profile, and the one of before comes back."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.connectors.amazon_connect import MEMORY, AmazonConnect
from console.connectors.remote import Again
from console.domain.messages import (
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
)
from tests.console.connectors.amazon_stage import (
    ARN,
    Stage,
    Stubbed,
    about,
    making,
    refusal,
    staging,
)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staging() as made:
        yield made


@pytest.fixture
def make(stage: Stage, tmp_path: Path) -> Iterator[Callable[..., Stubbed]]:
    with making(stage, tmp_path) as build:
        yield build


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
