"""ZIP files: what may be read of them, and what swells beyond reason.

Names, sizes and counts in a ZIP are claims of whoever made it. Nothing is unpacked to the disk.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final
from xml.parsers import expat

from console.errors import ExportError

#: A log shrinks ten- to thirtyfold; what swells a thousandfold was made to fill the disk.
SWELL: Final = 1_000
SMALL: Final = 64 << 20
MEMBERS: Final = 10_000
#: A workbook is held in memory.
_WORKBOOK: Final = 2 << 30
_CELLS: Final = 30_000_000
#: The list of members at the end of a ZIP is held in memory too.
_LIST: Final = 8 << 20
_PIECE: Final = 1 << 16

_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar", ".zst")
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!")
_UNPACK = "Unpack it first, and read what is inside."
#: Cells that are far from the first; the near ones are no trouble, however many.
_FAR = re.compile(rb"""r=["'](?=[A-Z]{2}|[A-Z]\d{6})([A-Z]{1,3})(\d{1,7})["']""")
_ROW = re.compile(rb"""row[^>]{0,40}?\br=["'](\d{1,7})["']""")


def members(path: Path) -> list[str]:
    """Names of the files in a ZIP archive, in its order; none for what is no archive.

    A workbook is none, though it is a ZIP. Members that may not be read are named too: reading
    them says why. ExportError where the archive as a whole cannot be read.
    """
    with path.open("rb") as raw:
        if not raw.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return []
        with open_archive(path, raw) as archive:
            if workbook_kind(archive):
                return []
            return list(dict.fromkeys(info.filename for info in _files(path, archive)))


def open_archive(path: Path | str, raw: BinaryIO) -> zipfile.ZipFile:
    """ExportError where it is damaged, or its list of members is without measure."""
    size = raw.seek(0, 2)
    raw.seek(max(0, size - (1 << 16) - 22))
    end = raw.read()
    at = end.rfind(b"PK\x05\x06")
    if at >= 0 and at + 22 <= len(end):
        count, length = struct.unpack_from("<HI", end, at + 10)
        before = end.rfind(b"PK\x06\x06", 0, at)
        if before >= 0 and before + 56 <= len(end):
            count, length = struct.unpack_from("<QQ", end, before + 32)
        if length > _LIST or count > MEMBERS:
            raise ExportError(
                f"{path} has more than {MEMBERS:,} files inside.",
                "No export does that.",
                _UNPACK,
            )
    raw.seek(0)
    try:
        return zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise ExportError(
            f"{path} cannot be opened as a ZIP archive.",
            f"{error}.",
            "It is cut off or damaged: copy it again.",
        ) from None


def workbook_kind(archive: zipfile.ZipFile) -> str:
    """``XLSX`` or ``ODS``, "" for what is no workbook."""
    names = set(archive.NameToInfo)
    if "[Content_Types].xml" in names:
        return "XLSX" if any(name.startswith("xl/") for name in names) else "document"
    if "mimetype" in names and "content.xml" in names:
        return "ODS"
    return ""


def _files(path: Path, archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MEMBERS:
        raise ExportError(
            f"{path} has more than {MEMBERS:,} files inside.", "No export does that.", _UNPACK
        )
    size = path.stat().st_size
    if sum(info.file_size for info in infos) > max(SMALL, size * SWELL):
        raise ExportError(
            f"{path} unpacks to more than {SWELL} times its size.",
            "No export does that.",
            "Unpack it yourself if you trust it.",
        )
    for info in infos:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        hidden = any(part.startswith(".") and part != ".." for part in parts)
        if not info.is_dir() and not hidden and "__MACOSX" not in parts:
            yield info


def open_member(path: Path, archive: zipfile.ZipFile, name: str) -> tuple[BinaryIO, int]:
    """What is inside a member, and its packed size. ExportError for one that may not be read."""
    info = next((each for each in _files(path, archive) if each.filename == name), None)
    where = f"{name!r} in {path}"
    if info is None:
        raise ExportError(f"{where} is not there.", "", "Look at what the archive holds.")
    parts = re.split(r"[\\/]", name)
    if parts[0] == "" or ".." in parts or re.match(r"[A-Za-z]:", name) or not name.isprintable():
        raise ExportError(
            f"{where} has a name that leads out of the archive.",
            "Such an archive was made to do harm.",
            "Do not unpack it; ask who sent it.",
        )
    mode = info.external_attr >> 16
    if info.create_system == 3 and mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise ExportError(f"{where} is a link or device, not a file.", "", "Pack the file itself.")
    if info.flag_bits & 0x1:
        raise ExportError(
            f"{where} is encrypted.", "", "Unpack it with its password, and read what is inside."
        )
    if name.lower().endswith(_ARCHIVES):
        raise ExportError(f"{where} is an archive inside an archive.", "", _UNPACK)
    try:
        opened = archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise ExportError(f"{where} cannot be read.", f"{error}.", _UNPACK) from None
    return opened, min(info.compress_size, path.stat().st_size)  # type: ignore[return-value]


def check_nested(path: Path, name: str, head: bytes) -> None:
    if head.startswith(_PACKED) or head[257:262] == b"ustar":
        raise ExportError(f"{name!r} in {path} is an archive inside an archive.", "", _UNPACK)


def check_workbook(path: Path | str, raw: BinaryIO, size: int) -> None:
    """That a workbook, unpacked, stays within reason. ExportError where it does not.

    Every member is unpacked in pieces, and none is kept: stated sizes are not believed.
    """
    with open_archive(path, raw) as archive:
        limit = min(max(SMALL, size * SWELL), _WORKBOOK)
        total = 0
        for info in archive.infolist():
            extent = _Extent(info.filename)
            for piece in _unpacked(path, raw, info):
                total += len(piece)
                if total > limit:
                    raise ExportError(
                        f"{path} unpacks to more than {limit >> 20:,} MB.",
                        "No report does that.",
                        "Save the sheet as CSV.",
                    )
                extent.look(piece)
                if extent.cells > _CELLS:
                    raise ExportError(
                        f"{path} has a sheet of more than {_CELLS:,} cells.",
                        "A cell far out, filled by accident, is enough for that.",
                        "Delete what is right of and below the table, or save it as CSV.",
                    )
    raw.seek(0)


class _Extent:
    """How many cells a sheet takes in memory: empty ones between filled ones count."""

    def __init__(self, name: str) -> None:
        self._sheet = name.startswith("xl/worksheets/")
        self._parser = _ods_parser(self) if name == "content.xml" else None
        self._rest = b""
        self.column, self.row = 26, 1
        self.cells = 0

    def look(self, piece: bytes) -> None:
        if self._parser is not None:
            try:
                self._parser.Parse(piece)
            except expat.ExpatError:
                self._parser = None  # calamine will say what is wrong
        if not self._sheet:
            return
        piece = self._rest + piece
        self._rest = piece[-64:]
        if b"r=" not in piece:
            return
        for letters, row in _FAR.findall(piece):
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            self.column = max(self.column, column)
            self.row = max(self.row, int(row))
        for row in _ROW.findall(piece):
            self.row = max(self.row, int(row))
        self.cells = self.column * self.row


def _ods_parser(extent: _Extent) -> expat.XMLParserType:
    """Counts the cells of an ODS, where one element stands for a million of them."""
    rows = columns = width = repeated = 0
    filled = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal rows, columns, width, repeated, filled
        if tag == "table:table":
            rows = 0
        elif tag == "table:table-row":
            repeated = _number(attributes.get("table:number-rows-repeated"))
            width, columns, filled = 0, 0, False
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            columns += _number(attributes.get("table:number-columns-repeated"))
            if "office:value-type" in attributes:
                width, filled = columns, True
        elif tag == "text:p":
            width, filled = columns, True

    def end(tag: str) -> None:
        nonlocal rows
        if tag == "table:table-row":
            rows += repeated
            if filled:
                extent.column = max(extent.column, width)
                extent.row = max(extent.row, rows)
                extent.cells = extent.column * extent.row

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    return parser


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 9 else 1


def _unpacked(path: Path | str, raw: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    raw.seek(info.header_offset)
    header = raw.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise ExportError(f"{path} is damaged.", "", "Copy it again.")
    names, extra = struct.unpack_from("<HH", header, 26)
    raw.seek(info.header_offset + 30 + names + extra)
    left = info.compress_size
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
        raise ExportError(
            f"{path} is packed in a way that no workbook is.", "", "Save the sheet as CSV."
        )
    inflate = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        data = raw.read(min(_PIECE, left))
        left -= len(data)
        if not data:
            return
        if inflate is None:
            yield data
            continue
        while data and not inflate.eof:
            try:
                yield inflate.decompress(data, 1 << 20)
            except zlib.error:
                return
            data = inflate.unconsumed_tail
