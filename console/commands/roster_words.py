"""What commands on the roster are about, in words."""

from sqlalchemy.orm import Session

from console.domain.customers import shown as masked
from console.domain.roster import CUSTOMERS, PEOPLE, SHIFTS, TARGETS, Entry, Standing, Value
from console.domain.times import SECOND, iso
from console.exports.roster_cells import shown
from console.exports.roster_columns import SHEETS, TIME
from console.store.roster import by_hand, columns_of, standing_of, value_of
from console.store.roster_tables import RosterPerson

NOUNS = {PEOPLE: "person", SHIFTS: "shift", CUSTOMERS: "customer", TARGETS: "target"}


def called(session: Session, entry: Entry) -> str:
    """A row as a person calls it, as it will be."""
    now = standing_of(session, entry)
    values = {**now.cells, **dict(entry.values)}
    match entry.table:
        case "people":
            return str(values["name"] or entry.key)
        case "shifts":
            name = "" if values["kind"] == "shift" else f" ({values['kind']})"
            start_at = values["start_at"]
            assert isinstance(start_at, int)
            begins = iso(start_at // SECOND * SECOND).replace("T", " ").replace(":00Z", " UTC")
            return f"of {_person(session, str(values['person']))}{name} from {begins}"
        case "customers":
            return masked(entry.key)
        case _:
            return f"of the {values['scope']} {values['name']}"


def _person(session: Session, said: str) -> str:
    """The name of whom a shift is for, where one is known."""
    row = session.get(RosterPerson, said)
    return row.name if row is not None and row.name else said


def changes(entry: Entry, now: Standing) -> list[str]:
    """“team: A → B” for each column that would be another."""
    table = entry.table
    were, are = columns_of(table, now), columns_of(table, by_hand(now, entry, 0, ""))
    told: list[str] = []
    for column in SHEETS[table].columns:
        field = column.field
        if field == "gone" or field not in are:
            continue
        before, after = value_of(field, were[field]), value_of(field, are[field])
        if before != after:
            words = [_words(column.holds, value) or "–" for value in (before, after)]
            if now.edited_at == 0:
                words.pop(0)
            told.append(f"{column.title}: {' → '.join(words)}")
    return told


def _words(holds: str, value: Value) -> str:
    if holds == TIME and isinstance(value, int):
        return iso(value)
    return shown(holds, value)
