"""Say by hand that two forms are one customer, or that many share one; or leave it again."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.texts import fault_of_text
from console.domain.acts import Preview
from console.domain.customers import shown
from console.domain.times import now_us
from console.reads.customers import contacts_of, forms
from console.store.tables import CustomerTie


@dataclass(frozen=True, slots=True)
class JoinCustomers(Command):
    """`customer` and `same_as` are customers as they are kept; `same_as` "": a form that many
    share, a switchboard's number say. `joined` false takes that back."""

    name: ClassVar[str] = "join_customers"
    customer: str
    same_as: str
    who: str
    joined: bool = True
    reason: str = ""

    def title(self, session: Session) -> str:
        del session
        one, other = shown(self.customer), shown(self.same_as)
        if not self.same_as:
            return f"take {one} for {'a number that many share' if self.joined else 'one customer'}"
        return f"{'join' if self.joined else 'part'} customers {one} and {other}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if not self.customer:
            return Preview(title, refused="Nobody is known to have made this contact.")
        if self.customer == self.same_as:
            return Preview(title, refused="They are one customer already: the same number.")
        if fault := fault_of_text("The reason", self.reason):
            return Preview(title, refused=fault)
        tie = self._tie(session)
        if self.joined == (tie is not None):
            return Preview(title, refused="It stands so already.")
        mine = len(contacts_of(session, self.customer))
        touches = [f"{shown(self.customer)}: {mine} contacts"]
        if self.same_as:
            if self.joined and self.same_as in forms(session, self.customer):
                return Preview(title, refused="They are joined already, by way of another.")
            theirs = len(contacts_of(session, self.same_as))
            touches.append(f"{shown(self.same_as)}: {theirs} contacts")
            if self.joined and not theirs:
                return Preview(title, tuple(touches), refused="No contact has that number.")
        return Preview(title, tuple(touches))

    def apply(self, session: Session) -> None:
        tie = self._tie(session)
        if not self.joined:
            if tie is not None:
                session.delete(tie)
            return
        if tie is None:
            tie = CustomerTie(customer=self.customer, same_as=self.same_as)
            session.add(tie)
        tie.reason, tie.edited_at, tie.edited_by = self.reason, now_us(), self.who

    def _tie(self, session: Session) -> CustomerTie | None:
        found = session.get(CustomerTie, (self.customer, self.same_as))
        if found is None and self.same_as:
            found = session.get(CustomerTie, (self.same_as, self.customer))
        return found
