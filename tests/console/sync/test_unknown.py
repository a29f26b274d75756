"""What is said of files that are no exports."""

from pathlib import Path

import pytest

from console.sync.unknown import LEFT, why_left


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0 a photo", LEFT),
        (b"[]", ""),
        (b'{"conversations": [], "totalHits": 0}', ""),
        (b'{"events": [], "meta": {"page": 0, "next_page_url": null}}', ""),
        (
            b'{"id": "1", "startTime": "2026-01-05T08:00:00Z", "participants": [{"calls": []}]}',
            "JSON of no known export: left alone (its first record has id, participants, "
            "startTime)",
        ),
        (
            b'[{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}]',
            "JSON of no known export: left alone (its first record has a, b, c, d, e, f, g, h, …)",
        ),
        (b'{"message": "Rate limit exceeded", "status": 429}',
         "JSON of no known export: left alone (its first record has message, status)"),
        (
            b'{"openapi": "3.0.1", "paths": {}}',
            "a description of an interface, or a page of documentation, no export: left alone",
        ),
        (b"[1, 2]", LEFT),
        (
            b'{"resources": [], "detail": {"ruleName": "r"}}',
            "JSON of no known export: left alone (its first record has detail, resources)",
        ),
    ],
)  # fmt: skip
def test_what_is_said(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert why_left(path, "") == words
