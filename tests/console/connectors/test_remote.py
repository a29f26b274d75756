"""What holds for every connector whose platform is asked over a network."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.connectors.connector import Place, Unreachable
from console.connectors.remote import Again, Refusal, Remote, plain
from console.domain import links
from console.domain.messages import CONFIRMED, REFUSED, Answer, Parcel
from tests.console.connectors.hooks import parcel, wait_for


class Desk(Remote):
    """Does what it is told to do."""

    kind = "desk"
    title = "Desk"
    first_wait_s = longest_wait_s = 0.01

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.done: list[str] = []
        self.looks = 0
        self.hung_up = 0
        self.way: Callable[[Parcel], str | None] = lambda each: each.id
        self.view: Callable[[], float] = lambda: 3600.0

    def do(self, parcel: Parcel) -> str | None:
        self.done.append(parcel.id)
        return self.way(parcel)

    def look(self) -> float:
        self.looks += 1
        return self.view()

    def hang_up(self) -> None:
        self.hung_up += 1


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(Place("it", "desk", {}, lambda _: "", tmp_path / "nowhere"))
    yield made
    made.close()


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    monkeypatch.setattr(
        threading, "excepthook", lambda args: seen.append(f"{args.thread.name}: {args.exc_value}")
    )
    return seen


def test_a_fault_is_shown_and_costs_no_more_than_its_order(desk: Desk, faults: list[str]) -> None:
    def way(each: Parcel) -> str:
        return each.id if each.id == "two" else [""][7]

    desk.way = way
    desk.send(parcel("one"))
    desk.send(parcel("two"))
    wait_for(desk.answers)
    assert desk.answers() == (Answer("two", CONFIRMED, "two"),)
    assert faults == ["coalface-desk: list index out of range"]
    assert (desk.link.state, desk.link.words) == (links.DOWN, "A fault in the connector.")
    # What became of it nobody knows; asked for anew it is tried anew.
    desk.settle()
    desk.send(parcel("one"))
    wait_for(lambda: len(faults) == 2)


def test_a_fault_while_looking_does_not_end_it(desk: Desk, faults: list[str]) -> None:
    views: list[Callable[[], float]] = [lambda: 1 / 0, lambda: 3600.0]
    desk.view = lambda: views.pop(0)()
    desk.start(lambda: None)
    wait_for(lambda: desk.looks == 2)
    assert faults == ["coalface-desk: division by zero"]


def test_what_somebody_has_to_set_right_is_looked_for_again(desk: Desk) -> None:
    def view() -> float:
        if desk.looks < 3:
            raise Refusal("no right to look")
        if desk.looks < 5:
            raise Again("nobody there")
        desk.stand(links.UP, "")
        return 3600.0

    desk.view = view
    desk.start(lambda: None)
    wait_for(lambda: desk.link.state == links.UP)
    assert desk.looks == 5


def test_a_refusal_of_our_own_says_nothing_of_the_line(desk: Desk) -> None:
    def way(each: Parcel) -> str:
        raise Refusal("cannot be asked for")

    desk.way = way
    desk.send(parcel())
    wait_for(desk.answers)
    assert desk.answers() == (Answer("one", REFUSED, "cannot be asked for"),)
    assert desk.link.state == links.OFF


def test_what_is_not_handed_over_any_more_is_not_tried_any_more(desk: Desk) -> None:
    def way(each: Parcel) -> str:
        if each.id == "one":
            raise Again("not now", alone=True)
        return each.id

    desk.way, desk.wanted_s = way, 0.0  # type: ignore[misc]
    desk.send(parcel("one"))
    desk.send(parcel("two"))  # about the same thing: comes when the first is let go of
    wait_for(desk.answers)
    assert desk.done == ["one", "two"]
    desk.send(parcel("one"))
    wait_for(lambda: desk.done == ["one", "two", "one"])


def test_an_answer_that_comes_while_others_are_put_on_record_is_kept(desk: Desk) -> None:
    desk.say([Answer("one", CONFIRMED, "")])
    assert len(desk.answers()) == 1
    desk.say([Answer("two", CONFIRMED, "")])
    desk.forget()
    assert desk.answers() == (Answer("two", CONFIRMED, ""),)


def test_a_closed_one_takes_nothing_and_hangs_up_once(desk: Desk) -> None:
    desk.start(lambda: None)
    wait_for(lambda: desk.looks == 1)
    desk.close()
    desk.close()
    wait_for(lambda: desk.hung_up == 1)
    with pytest.raises(Unreachable):
        desk.send(parcel())
    desk.start(lambda: None)
    assert desk.done == []


def test_words_are_one_line_of_signs_that_can_be_seen() -> None:
    assert plain(" a\r\n\tb\x00\x1b\u200b\u202e c\ud800 ") == "a b c"
    assert plain("é" * 600) == "é" * 500
    assert plain("\n" * 10_000 + "late") == ""
