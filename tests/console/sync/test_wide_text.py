"""JSON in UTF-16 is read as what it says."""

import json
from pathlib import Path

import pytest

from console.app import Console
from console.sync.content import open_content

DATA = Path(__file__).parents[2] / "data" / "exports" / "amazon_connect_metrics"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("marked", [True, False])
def test_every_order_of_bytes_with_a_mark_and_without(
    tmp_path: Path, encoding: str, marked: bool
) -> None:
    text = json.dumps({"name": "Grüße 😀", "rows": list(range(40_000))}, ensure_ascii=False)
    path = tmp_path / "answer.json"
    mark = "\ufeff" if marked and encoding != "utf-16" else ""
    path.write_bytes((mark + text).encode(encoding))
    with open_content(path) as content:
        whole = content.read(1 << 22)
        assert whole.decode() == text and content.position == len(whole)
        content.seek(70_000)
        assert content.read(100) == whole[70_000:70_100]


def test_what_is_no_text_spoils_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes('{"a": "'.encode("utf-16") + b"\x00\xdc" + '"}'.encode("utf-16-le") + b"\x7d")
    with open_content(path) as content:
        assert json.loads(content.read(100)) == {"a": "\ufffd"}


def test_an_answer_of_a_command_is_taken(tmp_path: Path) -> None:
    console = Console(tmp_path / "data")
    path = tmp_path / "current.json"
    path.write_text((DATA / "current-by-queue.json").read_text("utf-8"), "utf-16")
    (result,) = console.sync([path])
    assert result.format == "amazon_connect_metrics" and result.accepted
    (again,) = console.sync([path])
    assert not again.accepted and not again.quarantined
    console.close()
