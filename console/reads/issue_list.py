"""Issues as they are listed: what was tried, how it is known to be one need, how it stands."""

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.debt.attempts import (
    ANSWERED,
    IN_CONVERSATION,
    OUTCOMES,
    PROMISED,
    UNKNOWN,
    WAITING,
    Ints,
)
from console.debt.issues import Issues, Marks
from console.domain.customers import shown
from console.domain.debt import (
    CALLED_IN,
    CHASE,
    FRESH,
    RECONNECT,
    REDIAL,
    IssueContact,
    IssueList,
    IssueRow,
)
from console.domain.times import HOUR
from console.settings import Settings
from console.store import dialect
from console.store.tables import Contact, Source

KINDS = (FRESH, REDIAL, RECONNECT, CHASE, CALLED_IN)
#: Issues of so long are listed.
LISTED_US = 48 * HOUR


def issue_list(
    session: Session, issues: Issues, marks: Marks, at: int, settings: Settings, limit: int
) -> IssueList:
    """Of needs with an attempt in the last two days, or that wait still: half of the list by the
    number of attempts, half by how long they have been open."""
    a = issues.attempts
    # A clock that goes ahead of ours is not believed: what it says comes when it is time.
    there = a.entered_us <= at
    goes_on = (issues.after >= 0) & there[np.maximum(issues.after, 0)]
    last = np.flatnonzero(~goes_on & there & issues.keyed)
    open_ = (a.outcome[last] == WAITING) | (a.outcome[last] == IN_CONVERSATION)
    last = last[(a.entered_us[last] >= at - LISTED_US) | open_]
    chosen = _chosen(issues, last, limit)
    chains = [_chain(issues, int(place)) for place in chosen]
    told = _told(session, [int(a.contact[place]) for chain in chains for place in chain])
    by_hand = set(marks.begins) | {contact for group in marks.same for contact in group}
    rows = [
        row for chain in chains if (row := _row(issues, chain, told, by_hand, marks)) is not None
    ]
    return IssueList(at, settings.issue_window_h, tuple(rows), len(last))


def _chosen(issues: Issues, last: Ints, limit: int) -> list[int]:
    a = issues.attempts
    if not len(last):
        return []
    sizes = np.bincount(issues.issue, minlength=len(a))[issues.issue[last]]
    begun = a.entered_us[issues.issue[last]]
    by_size = last[np.lexsort((begun, -sizes))][: limit - limit // 2]
    met = (a.outcome[last] == ANSWERED) | (
        (a.outcome[last] == PROMISED) & (a.answered_us[last] >= 0)
    )
    waiting = last[~met]
    by_age = waiting[np.argsort(a.entered_us[issues.issue[waiting]], kind="stable")][:limit]
    found = dict.fromkeys(int(place) for place in by_size)
    for place in by_age:
        if len(found) >= limit:
            break
        found[int(place)] = None
    size_of = dict(zip((int(p) for p in last), (int(n) for n in sizes), strict=True))
    return sorted(found, key=lambda p: (-size_of[p], int(a.entered_us[issues.issue[p]])))


def _chain(issues: Issues, last: int) -> list[int]:
    chain = [last]
    while (before := int(issues.before[chain[-1]])) >= 0:
        chain.append(before)
    return chain[::-1]


def _told(session: Session, ids: list[int]) -> dict[int, tuple[int, str, str, str, str]]:
    """Of contacts: source id, the source's own id, its name, customer, topic."""
    return {
        i: (source_id, ref, source, shown(customer), topic)
        for i, source_id, ref, source, customer, topic in session.execute(
            select(
                Contact.id, Contact.source_id, Contact.ref, Source.name, Contact.customer,
                Contact.topic,
            )
            .join(Source, Source.id == Contact.source_id)
            .where(Contact.id.in_(dialect.many(session, sorted(set(ids)))))
        ).tuples()
    }  # fmt: skip


def _row(
    issues: Issues,
    chain: list[int],
    told: dict[int, tuple[int, str, str, str, str]],
    by_hand: set[int],
    marks: Marks,
) -> IssueRow | None:
    a = issues.attempts
    contacts: list[IssueContact] = []
    customer = topic = ""
    for place in chain:
        contact = int(a.contact[place])
        if contact not in told:
            continue
        source_id, ref, source, who, about = told[contact]
        customer = customer or who
        topic = topic or about
        before = int(issues.before[place])
        since = None if before < 0 else (a.entered_us[place] - a.entered_us[before]) / HOUR
        contacts.append(
            IssueContact(
                source_id, ref, source, a.channels[int(a.channel[place])],
                int(a.entered_us[place]), OUTCOMES[int(a.outcome[place])],
                KINDS[int(issues.kind[place])], _why(issues, place, marks, told),
                None if since is None else float(since),
            )
        )  # fmt: skip
    if not contacts:
        return None
    first, last = contacts[0], chain[-1]
    return IssueRow(
        f"{first.source_id} {first.contact} {first.entered_at}",
        customer,
        topic,
        _state(issues, last),
        len(contacts),
        first.entered_at,
        contacts[-1].entered_at,
        ", ".join(dict.fromkeys(each.channel for each in contacts)),
        tuple(contacts),
        any(int(a.contact[place]) in by_hand for place in chain),
    )


def _why(
    issues: Issues,
    place: int,
    marks: Marks,
    told: dict[int, tuple[int, str, str, str, str]],
) -> str:
    """How it is known to belong to the attempt before it."""
    a, before = issues.attempts, int(issues.before[place])
    contact = int(a.contact[place])
    if before < 0:
        return "begins by hand" if contact in marks.begins else ""
    other = int(a.contact[before])
    if contact == other:
        return "the same ticket"
    if any(contact in group and other in group for group in marks.same):
        return "joined by hand"
    if a.customer[place] != a.customer[before]:
        return "joined by hand"
    same = "same customer"
    if contact in told and other in told and told[contact][3] != told[other][3]:
        # As directories of customers say, or somebody by hand.
        same = "number and address of one"
    topics = (int(a.topic[place]), int(a.topic[before]))
    if UNKNOWN not in topics and topics[0] == topics[1]:
        return f"{same}, same topic"
    return same


def _state(issues: Issues, last: int) -> str:
    a = issues.attempts
    outcome = int(a.outcome[last])
    if outcome == PROMISED:
        return "answered by callback" if a.answered_us[last] >= 0 else "callback promised"
    if outcome in (ANSWERED, IN_CONVERSATION, WAITING):
        return OUTCOMES[outcome]
    return "gone without an answer"


__all__ = ["issue_list"]
