"""The mappings that people have made: one TOML file for each, in a folder of this user's data."""

import re
from collections.abc import Sequence
from pathlib import Path

from console.errors import ExportError, StoreError
from console.exports.mapped_table import MappedTable
from console.exports.mapping import Mapping, read, write

_SUFFIX = ".toml"


class Mappings:
    """Read when a file has changed, so that one put there by hand counts at the next reading."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[tuple[int, int], Mapping | ExportError]] = {}

    def known(self) -> list[Mapping]:
        """By name. Of two with one name the one whose file comes first."""
        found: dict[str, Mapping] = {}
        for told in self._look().values():
            if isinstance(told, Mapping):
                found.setdefault(told.name, told)
        return sorted(found.values(), key=lambda mapping: mapping.name.casefold())

    def tables(self) -> list[MappedTable]:
        """A format for each mapping, for one reading."""
        return [MappedTable(mapping) for mapping in self.known()]

    def damaged(self) -> list[ExportError]:
        """What is wrong with files that are no mappings; they are left alone."""
        return [told for told in self._look().values() if isinstance(told, ExportError)]

    def save(self, mapping: Mapping) -> Path:
        """Keep a mapping in place of the one of its name. StoreError where it cannot be."""
        path = self._place_of(mapping.name)
        fresh = path.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.write_text(write(mapping), "utf-8")
            fresh.replace(path)
        except OSError as error:
            raise StoreError(
                "The mapping cannot be kept.",
                f"{path}: {error.strerror or error}.",
                "Check the folder, its rights and its space.",
            ) from error
        return path

    def forget(self, name: str) -> bool:
        """Take away the mapping of that name; what was read by it stays."""
        gone = [path for path, told in self._look().items() if _is(told, name)]
        for path in gone:
            path.unlink(missing_ok=True)
        return bool(gone)

    def _place_of(self, name: str) -> Path:
        plain = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "mapping"
        taken = self._look()
        for path, told in taken.items():
            if _is(told, name):
                return path
        path, number = self._folder / f"{plain[:80]}{_SUFFIX}", 1
        while path in taken or path.exists():
            number += 1
            path = self._folder / f"{plain[:80]}-{number}{_SUFFIX}"
        return path

    def _look(self) -> dict[Path, Mapping | ExportError]:
        """What each file says, in the order of their names."""
        found: dict[Path, Mapping | ExportError] = {}
        for path in _files(self._folder):
            try:
                stat = path.stat()
                stamp = (stat.st_mtime_ns, stat.st_size)
                have = self._read.get(path)
                if have is None or have[0] != stamp:
                    have = self._read[path] = (stamp, _read(path))
            except OSError as error:
                have = ((0, 0), _wrong(path, f"It cannot be read ({error.strerror or error})."))
            found[path] = have[1]
        return found


def read_mapping(path: Path) -> Mapping:
    """The mapping in one file. ExportError where there is none that rows can be taken by."""
    try:
        told = _read(path)
    except OSError as error:
        told = _wrong(path, f"It cannot be read ({error.strerror or error}).")
    if isinstance(told, ExportError):
        raise told
    return told


def _files(folder: Path) -> Sequence[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == _SUFFIX)
    except OSError:
        return ()


def _read(path: Path) -> Mapping | ExportError:
    try:
        mapping = read(path.read_text("utf-8"))
        MappedTable(mapping)
    except ExportError as error:
        return _wrong(path, error.detail or error.title)
    except ValueError as error:  # also of what is no UTF-8
        return _wrong(path, str(error))
    return mapping


def _wrong(path: Path, words: str) -> ExportError:
    return ExportError(
        f"The mapping {path.name} cannot be used",
        words,
        f"It was left alone: mend {path}, take it away, or make the mapping anew.",
    )


def _is(told: Mapping | ExportError, name: str) -> bool:
    return isinstance(told, Mapping) and told.name == name


__all__ = ["Mappings", "read_mapping"]
