"""Files of one system in folders of dates, or of kinds of records, are of one source."""

from pathlib import Path

import pytest
from sqlalchemy import select

from console.app import Console
from console.store.tables import Contact, Source
from console.sync.place import home

DATA = Path(__file__).parents[2] / "data" / "exports" / "genesys_conversations" / "page.json"


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("/in/genesys/2024/10/26", "/in/genesys"),
        ("/in/genesys/2024/10/26/08", "/in/genesys"),
        ("/in/genesys/year=2024/month=10/day=5", "/in/genesys"),
        ("/in/genesys/dt=2024-10-26/hour=07", "/in/genesys"),
        ("/in/genesys/2024-10", "/in/genesys"),
        ("/in/genesys/20241026T0800", "/in/genesys"),
        ("C:\\in\\genesys\\2024\\10", "C:\\in\\genesys"),
        ("/in/genesys/conversations", "/in/genesys"),
        ("/in/genesys/user_details/2024/10", "/in/genesys"),
        ("/in/genesys/2024-10-26/Contact Trace Records", "/in/genesys"),
        ("/in/connect/agent-events/2024/10/26/08", "/in/connect"),
        ("/in/zendesk/tickets", "/in/zendesk"),
        ("/in/genesys", "/in/genesys"),
        ("/in/callcenter", "/in/callcenter"),
        ("/in/ticketmaster", "/in/ticketmaster"),
        ("/in/agents of change", "/in/agents of change"),
        ("/in/genesys/1", "/in/genesys/1"),
        ("/in/genesys/10", "/in/genesys/10"),
        ("/in/2024-10-26/berlin", "/in/2024-10-26/berlin"),
        ("/2024", "/2024"),
    ],
)
def test_folders_of_dates_and_kinds_are_no_places_of_their_own(folder: str, found: str) -> None:
    assert home(folder) == found


def test_a_contact_that_two_days_files_have_is_one(tmp_path: Path) -> None:
    console = Console(tmp_path / "data")
    for day in ("2024/10/26", "2024/10/27"):
        place = tmp_path / "genesys" / day
        place.mkdir(parents=True)
        (place / "page.json").write_bytes(DATA.read_bytes())
    console.sync([tmp_path / "genesys"])
    elsewhere = tmp_path / "other" / "2024" / "10" / "26"
    elsewhere.mkdir(parents=True)
    (elsewhere / "page.json").write_bytes(DATA.read_bytes() + b"\n")
    console.sync([elsewhere])
    with console.store.read() as session:
        counts = [
            len(session.scalars(select(Contact.ref).where(Contact.source_id == id)).all())
            for id in session.scalars(select(Source.id))
        ]
    assert len(counts) == 2 and len(set(counts)) == 1
    console.close()
