"""What to say of a file that is no export we know: what it looks like, for whoever sent it."""

from pathlib import Path
from typing import Final, cast

import msgspec

from console.exports import json_pieces
from console.exports.catalog import describes
from console.sync.content import open_content

_HEAD: Final = 64 << 10
_NAMES: Final = 8
#: What tells of the page itself.
_PAGING: Final = frozenset(("meta", "links", "_links", "paging", "pagination", "pages"))
LEFT: Final = "not a known export: left alone"


def why_left(path: Path, member: str) -> str:
    """One sentence; "" where there is nothing in it, which is no trouble. May raise OSError."""
    if not path.is_file():
        return "not a file: left alone"  # a pipe would keep us waiting
    if not path.stat().st_size:
        return ""
    with open_content(path, member or None) as content:
        head = content.read(_HEAD)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if describes(head):
        return "a description of an interface, or a page of documentation, no export: left alone"
    if text[:1] not in (b"{", b"["):
        return LEFT
    if _is_empty_page(text):
        return ""
    for piece in json_pieces.first(head, (), 1):
        names = sorted(json_pieces.members(piece.raw))
        if names:
            more = ", …" if len(names) > _NAMES else ""
            shown = ", ".join(name[:40] for name in names[:_NAMES])
            return f"JSON of no known export: left alone (its first record has {shown}{more})"
    return LEFT


def _is_empty_page(text: bytes) -> bool:
    """Whether it is an answer that holds no records: ``[]``, ``{"events": [], "meta": {…}}``."""
    try:
        said: object = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    if not isinstance(said, dict):
        return said == []
    page = cast("dict[str, object]", said)
    beside = [value for name, value in page.items() if name not in _PAGING]
    return [] in beside and not any(isinstance(value, list | dict) and value for value in beside)


__all__ = ["LEFT", "why_left"]
