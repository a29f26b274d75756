"""What an export format must offer. A module of the format's own is one.

Three kinds: a *log*, whose lines are evidence in their order (Asterisk's queue_log); *records* in
JSON; *rows* of a table. Records and rows become statements (`console.domain.statements`).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from console.domain.statements import Statement

#: Replaces what identifies a customer (a number, an address) by a keyed hash with a shown form.
Mask = Callable[[str], str]


class Rejected(ValueError):
    """A record that cannot be taken; the words say why, for a person. It goes to quarantine."""


class Export(Protocol):
    """`NAME` is written into the store and the answers, `TITLE` is what people read.

    `PLATFORM` names the system: files of one platform that lie in one folder, or state one origin,
    are of one source.
    """

    @property
    def NAME(self) -> str: ...

    @property
    def TITLE(self) -> str: ...

    @property
    def PLATFORM(self) -> str: ...

    @property
    def KIND(self) -> Literal["log", "json", "table"]: ...

    def fits(self, head: bytes, /) -> bool:
        """Whether a file that begins so (64 KB) is of this format, whatever its name says."""
        ...


class JsonExport(Export, Protocol):
    """Records in JSON: line-delimited, concatenated, in an array, or in arrays inside pages.

    `ARRAYS` are the names of the arrays whose elements are records, at whatever depth they stand
    (``tickets`` of a page ``{"tickets": [...], "count": 2}``). Where a file has none of them, its
    outermost objects (or the elements of its outermost array) are the records.

    A format whose records may not say of when they are has `take_written` too: `take` with the time
    at which the file was written, microseconds UTC, as a last argument.
    """

    @property
    def ARRAYS(self) -> tuple[str, ...]: ...

    def take(self, raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
        """The statements of one record, the element of `array` ("" where it is in none).

        Raises Rejected, or lets msgspec.DecodeError through, where it cannot be taken.
        """
        ...

    def origin(self, raw: bytes, array: str, /) -> str:
        """The system that wrote the record (an instance, an account), "" where it does not say."""
        ...


class TableExport(Export, Protocol):
    """Rows of a CSV, TSV or XLSX whose columns are known by name.

    `NEEDS_ZONE`: its times are local and do not say of which zone.
    """

    @property
    def NEEDS_ZONE(self) -> bool: ...

    def take_row(
        self, row: Mapping[str, str], mask: Mask, zone: ZoneInfo, /
    ) -> Iterable[Statement]:
        """The statements of one row, its cells by the header's names as they stand there.

        Raises Rejected where it cannot be taken.
        """
        ...
