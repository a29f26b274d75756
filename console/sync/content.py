"""The bytes inside a file, plain or packed, read forward in pieces.

Compressed files, members of ZIP archives and the sheets of workbooks all become a plain stream.
"""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, cast

from console.errors import ExportError
from console.sync.archives import (
    SMALL,
    SWELL,
    check_nested,
    check_workbook,
    members,
    open_archive,
    open_member,
    workbook_kind,
)
from console.sync.wide_text import WideText, encoding_of

if TYPE_CHECKING:
    from console.exports.workbook import Sheet

_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"))
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SWELL = SWELL
_SMALL = SMALL
_PIECE = 1 << 16
#: A workbook inside an archive is held in memory.
_INSIDE = 256 << 20


class Content:
    """What is inside `path`. Sizes and positions count bytes of content, not of the file.

    `member` names a file in a ZIP archive, `sheet` a sheet of a workbook (else the first that holds
    a table), which becomes UTF-8 CSV. ExportError where it cannot be read at all.
    """

    def __init__(self, path: Path, member: str | None = None, sheet: str | None = None) -> None:
        self.path = path
        self.member = member
        self._sheet = sheet
        self._where = str(path) if member is None else f"{member!r} in {path}"
        self.position = 0
        self.problem: ExportError | None = None
        self.remark = ""  # what was left alone of it
        self.packing = ""
        self._archive: zipfile.ZipFile | None = None
        self._raw = path.open("rb")
        try:
            # Of what was opened: the name may be another file's by now.
            self.stat = stat = os.fstat(self._raw.fileno())
            self.raw_size = stat.st_size
            self._packed_size = stat.st_size
            self._inner: BinaryIO = self._open()
        except BaseException:
            self._close()
            raise
        # The same file under another name keeps its number; a packed one is known by its size.
        self.identity = f"{stat.st_dev}:{stat.st_ino}"
        if self.packing:
            self.identity += f":{stat.st_size}:{stat.st_mtime_ns}"
        if member is not None or sheet is not None:
            inside = hashlib.blake2b(f"{member}\n{sheet}".encode(), digest_size=6)
            self.identity += f":{inside.hexdigest()}"

    def _open(self) -> BinaryIO:
        head = self._raw.read(512)
        self._raw.seek(0)
        if head.startswith(_ZIP):
            return self._open_zip()
        if self.member is not None:
            raise ExportError(f"{self.path} is no ZIP archive.", "", "Read the file itself.")
        if head.startswith(_OLE):
            self.packing = "workbook"
            return self._open_sheet(self._raw)
        self.packing = next((name for magic, name in _MAGIC if head.startswith(magic)), "")
        if self.packing == "gzip":
            inner: gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile = gzip.GzipFile(fileobj=self._raw)
        elif self.packing == "bzip2":
            inner = bz2.BZ2File(self._raw)
        elif self.packing == "xz":
            inner = lzma.LZMAFile(self._raw)
        else:
            self._refuse_inner(head)
            if encoding := encoding_of(head):
                self.packing = "UTF-16"
                return cast(BinaryIO, WideText(self._raw, encoding))
            return self._raw
        try:
            self._refuse_inner(inner.peek(512))
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            pass  # said when it is read
        return cast(BinaryIO, inner)

    def _refuse_inner(self, head: bytes) -> None:
        if head[257:262] == b"ustar":
            raise ExportError(
                f"{self._where} is a tar archive.", "", "Unpack it, and read the files inside."
            )
        if self.packing and head.startswith((*_ZIP, _OLE)):
            raise ExportError(
                f"{self._where} holds an archive or workbook inside its {self.packing} packing.",
                "",
                "Unpack it first, and read what is inside.",
            )

    def _open_zip(self) -> BinaryIO:
        archive = self._archive = open_archive(self.path, self._raw)
        kind = workbook_kind(archive)
        if self.member is None and kind in ("XLSX", "ODS"):
            archive.close()
            self.packing = "workbook"
            check_workbook(self._where, self._raw, self.raw_size)
            return self._open_sheet(self._raw)
        if kind:
            raise ExportError(
                f"{self.path} is a document, not an archive of exports.", "", "Save it as CSV."
            )
        self.packing = "zip"
        if self.member is None:
            names = members(self.path)
            if len(names) != 1:
                raise ExportError(
                    f"{self.path} is an archive of {len(names)} files.", "", "Name one of them."
                )
            self.member = names[0]
        inner, self._packed_size = open_member(self.path, archive, self.member)
        try:
            head = inner.read(512)
            inner.seek(0)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
            return inner  # said when it is read
        if head.startswith((*_ZIP, _OLE)):
            return self._open_inside(inner, head)
        check_nested(self.path, self.member, head)
        return inner

    def _open_inside(self, inner: BinaryIO, head: bytes) -> BinaryIO:
        """A workbook that is a member of an archive."""
        held = io.BytesIO(inner.read(_INSIDE + 1))
        if len(held.getvalue()) > _INSIDE:
            raise ExportError(
                f"{self._where} is a workbook of more than {_INSIDE >> 20} MB.",
                "",
                "Save the sheet as CSV.",
            )
        if head.startswith(_ZIP):
            with open_archive(self._where, held) as archive:
                if workbook_kind(archive) not in ("XLSX", "ODS"):
                    check_nested(self.path, self.member or "", head)
            check_workbook(self._where, held, len(held.getvalue()))
        self.packing = "workbook"
        return self._open_sheet(held)

    def _open_sheet(self, data: BinaryIO) -> BinaryIO:
        # Opening what reads workbooks costs time that a log need not pay.
        from console.exports.workbook import NoWorkbook, open_sheet

        data.seek(0)
        try:
            sheet = open_sheet(data, self._sheet)
            if sheet.left:
                self.remark = (
                    f"Read was the sheet {sheet.name}. {', '.join(sheet.left)} of the same "
                    "workbook holds another table and was left alone: save it as a file of its own."
                )
            return cast(BinaryIO, _Lines(sheet))
        except NoWorkbook as error:
            raise ExportError(
                f"{self._where} cannot be read as a workbook.",
                f"{error}.",
                "Save the sheet as CSV.",
            ) from None

    @property
    def size(self) -> int:
        return self._packed_size

    def done(self) -> int:
        """Bytes of the file itself that were gone through, against `size`."""
        if isinstance(self._inner, _Lines):
            return round(self._inner.part * self._packed_size)
        if self._archive is not None:
            whole = max(1, cast(zipfile.ZipExtFile, self._inner)._left + self.position)  # type: ignore[attr-defined]
            return round(self._packed_size * min(1.0, self.position / whole))
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
            except (OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
                if not self.packing or isinstance(error, PermissionError):
                    raise
                self.problem = ExportError(
                    f"{self._where} is damaged inside its {self.packing} packing.",
                    str(error),
                    "Copy it again; what could be read before the damage was taken.",
                )
                break
            if not piece:
                break
            pieces.append(piece)
            wanted -= len(piece)
            self.position += len(piece)
            if self.packing and self.position > max(_SMALL, self._packed_size * _SWELL):
                self.problem = ExportError(
                    f"{self._where} unpacks to more than {_SWELL} times its size.",
                    "No log does that.",
                    "Unpack it yourself if you trust it.",
                )
        return b"".join(pieces)

    def _read_some(self, count: int) -> bytes:
        if isinstance(
            self._inner, gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile | zipfile.ZipExtFile
        ):
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

    def _close(self) -> None:
        if self._archive is not None:
            self._archive.close()
        self._raw.close()

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
        self._close()


class _Lines:
    """A sheet's text as a file that is read forward."""

    def __init__(self, sheet: "Sheet") -> None:
        self._sheet = sheet
        self.seek(0)

    @property
    def part(self) -> float:
        """How much of the sheet was read, 0 to 1."""
        return min(1.0, self._lines / max(1, self._sheet.height))

    def seek(self, position: int) -> None:
        assert position == 0
        self._pieces: Iterator[bytes] = self._sheet.pieces()
        self._rest = b""
        self._lines = 0

    def read(self, count: int) -> bytes:
        if not self._rest:
            self._rest = next(self._pieces, b"")
            self._lines += self._rest.count(b"\n")
        piece, self._rest = self._rest[:count], self._rest[count:]
        return piece

    def close(self) -> None:
        self._pieces = iter(())


def open_content(path: Path, member: str | None = None, sheet: str | None = None) -> Content:
    return Content(path, member, sheet)


__all__ = ["Content", "members", "open_content"]
