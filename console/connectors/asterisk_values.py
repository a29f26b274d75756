"""Values in the PBX's database that the site's dialplan reads, and what is seen of them.

Under the root: queue/<queue>/state, /message and /channel; callback/<queue>/offer, /dial and
/release. A key that is not there means open, or on.
"""

from collections.abc import Iterable, Mapping

from console.connectors.asterisk_wire import Packet
from console.domain.links import Sighting
from console.domain.messages import DIAL, OFFER, ON, STATE, channel_subject, queue_subject

_OPEN = "open"
# Of what others put there.
_LONGEST = 40
_DEFAULTS = {OFFER: ON, DIAL: ON}

Pair = tuple[str, str]  # family, key
#: What there can be of each queue: the family under the root, and the key.
KEYS = (("queue", "state"), ("queue", "channel"), ("callback", OFFER), ("callback", DIAL))


def values_of(items: Iterable[Packet]) -> dict[Pair, str]:
    """What a DBGet or a DBGetTree gave."""
    found: dict[Pair, str] = {}
    for item in items:
        family, key = item.text("family"), item.text("key")
        if not family:
            family, _, key = key.strip("/").rpartition("/")
        found[family.strip("/"), key] = item.text("val")
    return found


class Values:
    """What the database holds under the root, as it was read last; kept by one thread."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._values: dict[Pair, str] = {}
        self._seen: dict[Pair, str] = {}
        self._ever: set[Pair] = set()

    @property
    def keys(self) -> list[Pair]:
        """Those that were ever there."""
        self._ever.update(self._values)
        return sorted(self._ever)

    def take(self, values: Mapping[Pair, str], at: int, *, whole: bool) -> list[Sighting]:
        """All that there is: what is seen of it, everything (`whole`) or what is new."""
        self._values = dict(values)
        return self._look(at, all=whole)

    def put(self, values: Mapping[Pair, str], at: int) -> list[Sighting]:
        """Some that were read: what is seen of them, also where it is as it was."""
        self._values |= values
        mine = {(subject, aspect) for subject, aspect in self._stand(values)}
        return self._look(at, also=mine)

    def _look(self, at: int, *, all: bool = False, also: Iterable[Pair] = ()) -> list[Sighting]:
        stand = self._stand(self._values)
        # What has gone stands as if it had never been said.
        for (subject, aspect), _value in self._seen.items():
            if (subject, aspect) not in stand:
                stand[subject, aspect] = _DEFAULTS.get(aspect, _OPEN)
        again = set(also)
        seen = [
            Sighting(subject, aspect, value, at)
            for (subject, aspect), value in stand.items()
            if all or (subject, aspect) in again or self._seen.get((subject, aspect)) != value
        ]
        self._seen = stand
        return seen

    def _stand(self, values: Mapping[Pair, str]) -> dict[Pair, str]:
        stand: dict[Pair, str] = {}
        channels: dict[str, set[str]] = {}
        for (family, key), value in values.items():
            what, _, queue = family.removeprefix(f"{self._root}/").partition("/")
            if not family.startswith(f"{self._root}/") or not queue:
                continue
            value = value.strip().casefold()[:_LONGEST]
            if what == "callback" and key in (OFFER, DIAL):
                stand[queue_subject(queue), key] = value or ON
            elif what == "queue" and key == "state":
                stand[queue_subject(queue), STATE] = value or _OPEN
                if channel := self._values.get((family, "channel"), ""):
                    channels.setdefault(channel, set())
        for channel in channels:
            # All its queues, also those that were not among these values.
            states = {
                self._values.get((family, "state"), "").strip().casefold()[:_LONGEST] or _OPEN
                for (family, key), name in self._values.items()
                if key == "channel" and name == channel
            }
            stand[channel_subject(channel), STATE] = ", ".join(sorted(states))
        return stand
