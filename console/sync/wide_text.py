"""JSON in UTF-16, as Windows' PowerShell writes what a command answers, read as UTF-8."""

import codecs
import re
from typing import BinaryIO, Final

_PIECE: Final = 1 << 16
_MARKED = re.compile(
    rb"(?:\xff\xfe(?:[ \t\r\n]\x00)*+[{[]\x00|\xfe\xff(?:\x00[ \t\r\n])*+\x00[{[])"
)
_BARE = re.compile(rb"(?:[{[]\x00[ \t\r\n\"{[]\x00|\x00[{[]\x00[ \t\r\n\"{[])")


def encoding_of(head: bytes) -> str:
    """The encoding of a file that begins so, "" where it is no JSON in UTF-16."""
    if _MARKED.match(head):
        return "utf-16"
    if _BARE.match(head):
        return "utf-16-be" if head[0] == 0 else "utf-16-le"
    return ""


class WideText:
    """A file in UTF-16 as one in UTF-8 that is read forward. What is no text becomes U+FFFD."""

    def __init__(self, raw: BinaryIO, encoding: str) -> None:
        self._raw, self._encoding = raw, encoding
        self.seek(0)

    def seek(self, position: int) -> None:
        assert position == 0
        self._raw.seek(0)
        self._decoder = codecs.getincrementaldecoder(self._encoding)(errors="replace")
        self._rest = b""

    def read(self, count: int) -> bytes:
        while not self._rest:
            piece = self._raw.read(_PIECE)
            if not piece:
                return b""
            self._rest = self._decoder.decode(piece).encode("utf-8", "replace")
        piece, self._rest = self._rest[:count], self._rest[count:]
        return piece

    def close(self) -> None:
        self._rest = b""


__all__ = ["WideText", "encoding_of"]
