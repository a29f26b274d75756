"""Every listed format keeps the promises of its kind."""

from pathlib import Path

import pytest

from console.exports.catalog import CATALOG
from console.exports.export import Export

SAMPLES = {
    "asterisk_queue_log": Path(__file__).parents[3] / "resources" / "samples" / "queue_log",
}
FOREIGN = (
    b"",
    b"\x00" * 4096,
    b"id;name\n1;Ann\n",
    b'{"ContactId": "1"}',
    b"1767600000 some other log\n" * 20,
    b"PK\x03\x04binary|with|bars|in|it\n",
)


@pytest.mark.parametrize("export", CATALOG, ids=lambda export: export.NAME)
def test_a_format_knows_its_own_and_no_other(export: Export) -> None:
    head = SAMPLES[export.NAME].read_bytes()[: 1 << 16]
    assert export.fits(head)
    # Also where the file was cut in front, or only its last line is left.
    assert export.fits(head[10:])
    assert export.fits(head[: head.index(b"\n") + 1])
    assert not any(export.fits(foreign) for foreign in FOREIGN)
    for other in CATALOG:
        assert other is export or not other.fits(head)


def test_names_are_unique() -> None:
    names = [export.NAME for export in CATALOG]
    assert len(names) == len(set(names))
    assert all(export.CHANNEL for export in CATALOG)
