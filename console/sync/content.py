"""The bytes inside a file, plain or compressed, read forward in pieces."""

import bz2
import gzip
import lzma
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from console.errors import ExportError

_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"))
#: A log shrinks ten- to thirtyfold; what swells a thousandfold was made to fill the disk.
_SWELL = 1_000
_SMALL = 64 << 20
_PIECE = 1 << 16


class Content:
    """What is inside `path`. Sizes and positions count bytes of content, not of the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw = path.open("rb")
        stat = path.stat()
        self.raw_size = stat.st_size
        head = self._raw.read(6)
        self._raw.seek(0)
        self.packing = next((name for magic, name in _MAGIC if head.startswith(magic)), "")
        self._inner: BinaryIO = self._open()
        self.position = 0
        self.problem: ExportError | None = None
        # The same file under another name keeps its number; a packed one is known by its size.
        self.identity = f"{stat.st_dev}:{stat.st_ino}"
        if self.packing:
            self.identity += f":{stat.st_size}:{stat.st_mtime_ns}"

    def _open(self) -> BinaryIO:
        if self.packing == "gzip":
            return cast(BinaryIO, gzip.GzipFile(fileobj=self._raw))
        if self.packing == "bzip2":
            return cast(BinaryIO, bz2.BZ2File(self._raw))
        if self.packing == "xz":
            return cast(BinaryIO, lzma.LZMAFile(self._raw))
        return self._raw

    @property
    def size(self) -> int:
        return self.raw_size

    def done(self) -> int:
        """Bytes of the file itself that were gone through, against `size`."""
        return min(self._raw.tell(), self.raw_size)

    def read(self, count: int) -> bytes:
        """Up to `count` bytes; fewer only at the end.

        What is packed ends where it was cut or damaged: `problem` says so, what came before holds.
        """
        pieces: list[bytes] = []
        wanted = count
        while wanted and self.problem is None:
            try:
                piece = self._read_some(wanted)
            except EOFError:
                break
            except (OSError, zlib.error, lzma.LZMAError) as error:
                if not self.packing or isinstance(error, PermissionError):
                    raise
                self.problem = ExportError(
                    f"{self.path} is damaged inside its {self.packing} packing.",
                    str(error),
                    "Copy it again; what could be read before the damage was taken.",
                )
                break
            if not piece:
                break
            pieces.append(piece)
            wanted -= len(piece)
            self.position += len(piece)
            if self.packing and self.position > max(_SMALL, self.raw_size * _SWELL):
                self.problem = ExportError(
                    f"{self.path} unpacks to more than {_SWELL} times its size.",
                    "No log does that.",
                    "Unpack it yourself if you trust it.",
                )
        return b"".join(pieces)

    def _read_some(self, count: int) -> bytes:
        if isinstance(self._inner, gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile):
            # A larger piece would be lost whole where an error follows in it.
            return self._inner.read1(min(count, _PIECE))
        return self._inner.read(count)

    def seek(self, position: int) -> None:
        self.position = 0
        self._inner.seek(0)
        if not self.packing:
            self._inner.seek(position)
            self.position = position
        while self.position < position and self.read(min(_PIECE, position - self.position)):
            pass

    def __enter__(self) -> "Content":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._inner is not self._raw:
            self._inner.close()
        self._raw.close()


def open_content(path: Path) -> Content:
    return Content(path)
