"""How a leader led, out of rows that are written by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from console.domain.rehearsals import Figure
from console.domain.times import HOUR, MINUTE
from console.reads.conduct import conduct
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Journal, Obligation, Operation, Outbox, Report

START = 1_800_000_000_000_000
END = START + 8 * HOUR


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    store = Store(f"sqlite:///{tmp_path / 'c.db'}")
    migrate(store)
    with store.write() as found:
        yield found
    store.close()


def told(session: Session) -> dict[str, Figure]:
    session.flush()
    return {figure.key: figure for figure in conduct(session, START, END)}


def act(session: Session, number: int, minutes: float, command: str = "set_callback") -> None:
    session.add(
        Journal(
            id=number, at=START + int(minutes * MINUTE), who="ann", command=command,
            title=f"act {number}", detail="{}", changes="[]", previous="", hash="",
        )
    )  # fmt: skip
    session.flush()


def message(session: Session, name: str, act: int, state: str, origin: str = "") -> None:
    number = session.query(Outbox).count() + 1
    session.add(
        Outbox(
            id=name, number=number, origin=origin or name, takes_back=False, journal_id=act,
            connector="folder", action="callback_offer", item=f"item {name}", body="{}",
            created_at=START + MINUTE, expires_at=None, state=state, next_try_at=0,
        )
    )  # fmt: skip
    session.flush()


def report(session: Session, name: str, minutes: float, answered: float | None) -> None:
    at = START + int(minutes * MINUTE)
    later = None if answered is None else at + int(answered * MINUTE)
    session.add(Report(id=name, at=at, who="bo", what="x", answered_at=later))


def duty(session: Session, name: str, due_h: float | None, owner: str, state: str) -> None:
    due = None if due_h is None else START + int(due_h * HOUR)
    session.add(
        Obligation(id=name, what="meeting", kind="meeting", owner=owner, due_at=due, state=state,
                   made_at=START + HOUR, made_by="ann")
    )  # fmt: skip


def test_nothing_was_done(session: Session) -> None:
    found = told(session)
    assert found["acts"].value == found["left_alone"].value == found["duties"].value == 0
    # Nobody can say how soon what never came came.
    for key in ("first_act", "reports_answered", "reports_minutes"):
        assert found[key].value is None


def test_the_first_act_is_the_first_that_was_carried_out(session: Session) -> None:
    act(session, 1, 5)
    message(session, "a", 1, "refused")
    act(session, 2, 12)
    message(session, "b", 2, "refused")
    message(session, "c", 2, "confirmed")
    act(session, 3, 14)  # nothing had to leave
    act(session, 4, -30)
    message(session, "d", 4, "confirmed")
    found = told(session)
    assert (found["first_act"].value, found["first_act"].detail) == (12.0, "act 2")
    assert found["acts"].value == 2


def test_what_was_sent_again_or_taken_back_was_not_left_alone(session: Session) -> None:
    act(session, 1, 5)
    message(session, "a", 1, "refused")
    message(session, "b", 1, "refused")
    message(session, "b again", 1, "confirmed", "b")
    message(session, "c", 1, "unconfirmed")
    message(session, "d", 1, "cancelled")
    found = told(session)["left_alone"]
    assert (found.value, found.detail) == (2, "item a; item c")


def test_reports_and_how_soon_they_were_answered(session: Session) -> None:
    report(session, "a", 10, 4)
    report(session, "b", 20, 20)
    report(session, "c", 30, 6)
    report(session, "d", 40, None)
    report(session, "e", 7.5 * 60, None)  # half an hour before the end
    report(session, "before", -10, None)
    found = told(session)
    assert (found["reports_answered"].value, found["reports_answered"].detail) == (60.0, "3 of 5")
    assert found["reports_minutes"].value == 6.0
    assert found["reports_waiting"].value == 1


def test_duties_count_once(session: Session) -> None:
    duty(session, "overdue", 2, "", "owed")
    duty(session, "later", 24, "ann", "owed")
    duty(session, "nobody", 24, "", "owed")
    duty(session, "done", 2, "", "done")
    session.add(Operation(id=1, name="o", playbook="p", started_at=START, planned_us=1, who="a"))
    found = told(session)
    assert found["duties"].value == 4 and found["duties"].detail == "1 done or waived"
    assert (found["duties_overdue"].value, found["duties_unowned"].value) == (1, 1)
    assert found["operations_open"].value == 1
