"""What an export format must offer. A module of the format's own is one."""

from typing import Protocol


class Export(Protocol):
    """`NAME` is written into the store and the answers; `CHANNEL` is what its contacts use."""

    @property
    def NAME(self) -> str: ...

    @property
    def CHANNEL(self) -> str: ...

    def fits(self, head: bytes, /) -> bool:
        """Whether a file that begins so is of this format, whatever its name says."""
        ...
