"""How a contact behaves on a medium."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """One medium. `answered` and `lost` say what these words mean there.

    `expected_s` is how soon its customers expect a reply; a critical channel is the last to close.
    Both are only where a new database starts: a team leader's own values live in the database.
    """

    name: str
    states: tuple[str, ...]
    answered: str
    lost: str
    expected_s: int
    critical: bool
