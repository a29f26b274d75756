"""Time zones: that of this desk, and the names to choose from."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import QTimeZone

#: Old names and files that are no places; they are understood, but not offered.
_NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Factory", "localtime")


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Zones to choose from: places, and UTC. Reads a folder, once."""
    places = (name for name in available_timezones() if "/" in name)
    return ("UTC", *sorted(name for name in places if not name.startswith(_NO_PLACES)))


def of_desk() -> str:
    """The zone of this machine."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return name if is_zone(name) else "UTC"


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def read_both_ways(local: str, zone: str) -> str:
    """A time of a file as it would be taken: ``2026-01-05 08:00 there is 07:00 UTC``.

    "" where it cannot be told.
    """
    try:
        wall = datetime.fromisoformat(local.replace("T", " "))
        there = wall.replace(tzinfo=ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return ""
    utc = there.astimezone(ZoneInfo("UTC"))
    if utc.replace(tzinfo=None) == wall:
        return f"“{local}” in {zone} is {wall:%H:%M} UTC."
    day = "" if utc.date() == wall.date() else f"{utc:%Y-%m-%d} "
    return (
        f"“{local}” in {zone} is {day}{utc:%H:%M} UTC. If it were UTC already, it would be "
        f"{wall:%H:%M} UTC."
    )


__all__ = ["is_zone", "names", "of_desk", "read_both_ways"]
