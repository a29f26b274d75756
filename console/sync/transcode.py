"""A queue log out of a database, read as if it were the file that a PBX writes."""

from zoneinfo import ZoneInfo

from console.errors import ExportError
from console.exports.asterisk_realtime import Transcoder
from console.sync.content import Content

#: How the identity of such a file begins.
FROM = "db:"
_HEAD = 1 << 16
_PIECE = 1 << 20


class Transcoded:
    """`content` as lines of a queue_log; sizes and positions count bytes of these lines.

    What is asked of a `Content` can be asked of this.
    """

    def __init__(self, content: Content, zone: ZoneInfo) -> None:
        self._content = content
        self._zone = zone
        self.path = content.path
        self.raw_size = content.raw_size
        self.packing = "database"
        stat = content.stat
        # Its lines can be another's after any change, so it is known by size and time, as what is
        # packed is.
        self.identity = f"{FROM}{stat.st_dev}:{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}"
        self.position = 0
        self._begin()

    def _begin(self) -> None:
        self._content.seek(0)
        head = self._content.read(_HEAD)
        self._transcoder = Transcoder(head, self._zone)
        self._ready = self._transcoder.feed(head, len(head) < _HEAD)
        self._ended = len(head) < _HEAD
        self._at = 0  # within `_ready`

    @property
    def problem(self) -> ExportError | None:
        return self._content.problem

    @property
    def size(self) -> int:
        return self.raw_size

    def done(self) -> int:
        """Bytes of the file itself that were gone through, against `size`."""
        return self._content.done()

    def read(self, count: int) -> bytes:
        """Up to `count` bytes; fewer only at the end."""
        pieces: list[bytes] = []
        wanted = count
        while wanted:
            piece = self._ready[self._at : self._at + wanted]
            if piece:
                self._at += len(piece)
                wanted -= len(piece)
                pieces.append(piece)
                continue
            if self._ended:
                break
            data = self._content.read(_PIECE)
            self._ended = len(data) < _PIECE
            self._ready = self._transcoder.feed(data, self._ended)
            self._at = 0
        data = b"".join(pieces)
        self.position += len(data)
        return data

    def seek(self, position: int) -> None:
        self._begin()
        self.position = 0
        while self.position < position and self.read(min(_PIECE, position - self.position)):
            pass


__all__ = ["FROM", "Transcoded"]
