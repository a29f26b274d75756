"""Local times as instants, also in the night in which the clock goes back.

In the repeated hour a reading of the clock means two instants. The file decides where it can: rows
that stand in the order of time show where the hour began anew. Else the first is taken.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.domain.times import DAY, MINUTE, SECOND
from console.exports.cell_times import Wall, fixed_offset
from console.exports.export import Rejected

_1970 = datetime(1970, 1, 1)
_QUARTER = 15 * MINUTE
_GERMAN = {"MEZ": "CET", "MESZ": "CEST"}


class WallClock:
    """The clock of one zone; None: times must state their own offset.

    One for each file: it remembers the order of the rows that it was asked for.
    """

    def __init__(self, zone: ZoneInfo | None) -> None:
        self._zone = zone
        # An offset holds for a quarter of an hour at least: (fold 0, fold 1) in µs.
        self._offsets: dict[int, tuple[int, int]] = {}
        self._last: int | None = None  # wall clock of the row before, µs
        self._rising = self._falling = 0
        self._second = False  # rows are in the second of the repeated hours

    def instant(self, wall: Wall, not_before: int | None = None) -> int:
        """Microseconds UTC. Of two instants, the first that is not before `not_before`.

        Raises Rejected for a time without an offset where there is no zone.
        """
        naive = wall.day * DAY + (wall.time or 0)
        if wall.offset is not None:
            return naive - wall.offset
        if wall.zone:
            return self._named(naive, wall.zone)
        first, second = self._both(naive)
        if first > second and not_before is not None and naive - first < not_before:
            return naive - second
        return naive - first

    def row_start(self, wall: Wall) -> int:
        """As `instant`, for the time that the rows of a file are sorted by, if they are."""
        if wall.offset is not None or wall.zone or self._zone is None:
            return self.instant(wall)
        naive = wall.day * DAY + (wall.time or 0)
        first, second = self._both(naive)
        last, self._last = self._last, naive
        rising = self._rising > 1 and not self._falling
        falling = self._falling > 1 and not self._rising
        if first <= second:
            self._second = False
        elif last is not None and not self._is_repeated(last):
            # Newest rows first: the second of the hours is met first.
            self._second = falling and naive < last
        elif last is not None and naive < last and rising:
            self._second = True
            return naive - second
        elif last is not None and naive > last and falling:
            self._second = False
            return naive - first
        if last is not None:
            self._rising += naive > last
            self._falling += naive < last
        return naive - (second if self._second else first)

    def _is_repeated(self, naive: int) -> bool:
        first, second = self._both(naive)
        return first > second

    def _both(self, naive: int) -> tuple[int, int]:
        quarter = naive // _QUARTER
        found = self._offsets.get(quarter)
        if found is None:
            if self._zone is None:
                raise Rejected("a time does not say of which zone it is")
            moment = _1970 + timedelta(microseconds=quarter * _QUARTER)
            found = (_offset(moment, self._zone, 0), _offset(moment, self._zone, 1))
            if len(self._offsets) > 200_000:
                self._offsets.clear()
            self._offsets[quarter] = found
        return found

    def _named(self, naive: int, word: str) -> int:
        word = _GERMAN.get(word, word)
        if self._zone is not None:
            moment = _1970 + timedelta(microseconds=naive)
            for fold in (0, 1):
                told = moment.replace(tzinfo=self._zone, fold=fold)
                if told.tzname() == word:
                    return naive - _offset(moment, self._zone, fold)
        offset = fixed_offset(word)
        if offset is None:
            raise Rejected(f"{word[:12]!r} is no zone whose times are known here")
        return naive - offset


def _offset(moment: datetime, zone: ZoneInfo, fold: int) -> int:
    ahead = moment.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
    return round(ahead / timedelta(seconds=1)) * SECOND
