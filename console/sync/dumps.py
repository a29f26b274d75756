"""Finds the queue log inside a dump of a whole database."""

import re

from console.exports import asterisk_realtime
from console.sync.content import Content

_PIECE = 1 << 20
#: What a format is recognised by.
_HEAD = 1 << 16
_SQL = re.compile(rb"(?i)\b(?:SQL dump|database dump|CREATE TABLE|INSERT INTO)\b")
_QUEUE_LOG = re.compile(
    rb"(?i)(?:CREATE TABLE(?: IF NOT EXISTS)?|INSERT INTO|COPY)\s+"
    rb"(?:[`\"]?\w+[`\"]?\.)?[`\"]?\w*queue_?log\b"
)


def queue_log_inside(content: Content, head: bytes) -> bytes:
    """Where a dump of a whole database comes to the table of the queue log: 64 KB from there on.

    Such a dump is known by its first statements; the table's may come after gigabytes of others.
    """
    if not _SQL.search(head):
        return b""
    before = head
    while data := content.read(_PIECE):
        window = before + data
        found = _QUEUE_LOG.search(window)
        if found is not None:
            inside = window[found.start() :]
            inside += content.read(max(0, _HEAD - len(inside)))
            return inside[:_HEAD] if asterisk_realtime.fits(inside[:_HEAD]) else b""
        before = data[-256:]
    return b""


__all__ = ["queue_log_inside"]
