"""What was put off and is owed: the words and values of the ledger."""

from dataclasses import dataclass

OWED, DONE, WAIVED = "owed", "done", "waived"
STATES = (OWED, DONE, WAIVED)

#: A kind beside those of the roster's blocks.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """Something put off. `minutes` is how long it takes, None where nobody has said; `person` is
    the id of whom it was taken from, `name` what they are called; `owner` sees to it, "" nobody
    yet. `operation` is the name of the one during which it was put off. Times in microseconds UTC.
    """

    id: str
    what: str
    kind: str
    person: str
    name: str
    minutes: int | None
    owner: str
    due_at: int | None
    legal: bool
    state: str
    note: str
    made_at: int
    made_by: str
    ended_at: int | None
    operation_id: int | None
    operation: str

    def is_overdue(self, now: int) -> bool:
        return self.state == OWED and self.due_at is not None and self.due_at < now

    @property
    def lacks(self) -> str:
        """What must be said of it before an operation may close, in words; empty: nothing."""
        if self.state != OWED:
            return ""
        if not self.owner:
            return "has no owner"
        if self.legal and self.due_at is None:
            return "the law requires it and it has no due date"
        return ""


@dataclass(frozen=True, slots=True)
class Debt:
    """All that is owed of one operation, or outside of any (`operation_id` None).

    `minutes` are of those whose length is known, `unknown` how many others there are.
    """

    operation_id: int | None
    operation: str
    owed: int
    minutes: int
    unknown: int
    overdue: int
    without_owner: int
    legal: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """As of `at`. `total` is of all operations and outside of them, `debts` of each, newest first;
    `owners` are names that may be meant."""

    at: int
    rows: tuple[ObligationRow, ...]
    total: Debt
    debts: tuple[Debt, ...]
    owners: tuple[str, ...] = ()
    version: object = None


def debt_of(
    rows: tuple[ObligationRow, ...], now: int, operation_id: int | None = None, name: str = ""
) -> Debt:
    """The sums of what is owed among these."""
    owed = [row for row in rows if row.state == OWED]
    known = [row.minutes for row in owed if row.minutes is not None]
    return Debt(
        operation_id,
        name,
        len(owed),
        sum(known),
        len(owed) - len(known),
        sum(row.is_overdue(now) for row in owed),
        sum(not row.owner for row in owed),
        sum(row.legal for row in owed),
    )


__all__ = [
    "DONE", "OTHER", "OWED", "STATES", "WAIVED", "Debt", "Ledger", "ObligationRow", "debt_of",
]  # fmt: skip
