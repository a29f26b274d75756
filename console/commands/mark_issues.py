"""Say by hand where an issue begins, and which contacts are one; the marks hold whatever the
exports say, and go before the rule.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.texts import counted, fault_of_text, listed
from console.domain.acts import Preview
from console.domain.customers import shown
from console.domain.times import now_us
from console.store.tables import Contact, IssueMark

#: A source's number, and its own id of a contact.
Ref = tuple[int, str]
_MOST = 50


@dataclass(frozen=True, slots=True)
class SplitIssue(Command):
    """With this contact an issue of its own begins; what came later of the same customer follows
    it, as the rule has it."""

    name: ClassVar[str] = "split_issue"
    source_id: int
    contact: str
    who: str
    reason: str = ""

    def title(self, session: Session) -> str:
        found = _contact(session, (self.source_id, self.contact))
        of = f" of {shown(found.customer)}" if found is not None and found.customer else ""
        return f"begin an issue of its own with contact {self.contact}{of}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if _contact(session, (self.source_id, self.contact)) is None:
            return Preview(title, refused="There is no such contact.")
        if fault := fault_of_text("The reason", self.reason):
            return Preview(title, refused=fault)
        mark = session.get(IssueMark, (self.source_id, self.contact))
        if mark is not None and mark.begins and not mark.issue:
            return Preview(title, refused="An issue begins with it already.")
        warnings = (
            ("It was joined with others by hand; that ends.",)
            if mark is not None and mark.issue
            else ()
        )
        return Preview(title, ("One contact; the gauge counts one need more.",), (), warnings)

    def apply(self, session: Session) -> None:
        mark = _mark(session, (self.source_id, self.contact))
        mark.begins, mark.issue = True, ""
        mark.reason, mark.edited_at, mark.edited_by = self.reason, now_us(), self.who


@dataclass(frozen=True, slots=True)
class JoinIssues(Command):
    """The issues of these contacts are one need. `contacts`: one of each is enough."""

    name: ClassVar[str] = "join_issues"
    contacts: tuple[Ref, ...]
    who: str
    reason: str = ""

    def title(self, session: Session) -> str:
        del session
        names = [contact for _source, contact in self.contacts]
        return f"take contacts {listed(names)} for one issue"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        refs = list(dict.fromkeys(self.contacts))
        if len(refs) < 2:
            return Preview(title, refused="To join takes two contacts or more.")
        if len(refs) > _MOST:
            return Preview(title, refused=f"More than {_MOST} contacts are hardly one need.")
        if fault := fault_of_text("The reason", self.reason):
            return Preview(title, refused=fault)
        found = [_contact(session, ref) for ref in refs]
        if None in found:
            return Preview(title, refused="One of them is not known any more.")
        labels = {_label(session, ref) for ref in refs}
        if len(labels) == 1 and "" not in labels:
            return Preview(title, refused="They are joined already.")
        customers = {contact.customer for contact in found if contact is not None}
        warnings: tuple[str, ...] = ()
        if len(customers) > 1:
            names = ", ".join(sorted(shown(each) or "nobody known" for each in customers))
            warnings = (f"They are of {counted(len(customers), 'customer')}: {names}.",)
        touches = (f"{counted(len(refs), 'contact')}; the gauge counts as many needs less.",)
        return Preview(title, touches, (), warnings)

    def apply(self, session: Session) -> None:
        refs = list(dict.fromkeys(self.contacts))
        now = now_us()
        # Whoever is joined with one of them by hand comes along: the oldest label stays.
        labels = sorted({label for ref in refs if (label := _label(session, ref))})
        name = "\n".join(f"{source} {contact}" for source, contact in refs)
        label = labels[0] if labels else str(uuid5(NAMESPACE_OID, f"{name}\n{now}"))
        others = session.scalars(select(IssueMark).where(IssueMark.issue.in_(labels))).all()
        for mark in [*others, *(_mark(session, ref) for ref in refs)]:
            mark.begins, mark.issue = False, label
            mark.reason, mark.edited_at, mark.edited_by = self.reason, now, self.who


def _contact(session: Session, ref: Ref) -> Contact | None:
    return session.scalars(
        select(Contact).where(Contact.source_id == ref[0], Contact.ref == ref[1])
    ).first()


def _label(session: Session, ref: Ref) -> str:
    mark = session.get(IssueMark, ref)
    return mark.issue if mark is not None else ""


def _mark(session: Session, ref: Ref) -> IssueMark:
    mark = session.get(IssueMark, ref)
    if mark is None:
        mark = IssueMark(source_id=ref[0], ref=ref[1], begins=False, issue="")
        session.add(mark)
    return mark


__all__ = ["JoinIssues", "SplitIssue"]
