"""Where people can be sent that have not shown there yet: by the ids that the roster states."""

from collections.abc import Collection
from dataclasses import dataclass

from console.domain.agent_state import is_interface
from console.domain.roster import ANY, Person

#: The speed of somebody from another channel, against those who always do this: an assumption.
ASSUMED_SKILL = 0.8
#: Platforms that know their members by their telephones.
TELEPHONES = ("", "asterisk")


@dataclass(frozen=True, slots=True)
class Account:
    """What a platform calls a person who has not shown there yet. `interface` is their telephone,
    empty elsewhere. `sure`: the roster states it for this source or platform; what is the same
    everywhere says how they would be called, not that they have an account."""

    name: str
    interface: str
    said: str  # "the roster has “PJSIP/2017” for pbx"
    sure: bool = True


def account(
    person: Person, source: str, platform: str, technologies: Collection[str] = ()
) -> Account | None:
    """The nearer statement before the wider, as agents are joined; None where there is none.

    `technologies` are those of the source's telephones ("PJSIP"): a bare number is one where there
    is just one.
    """
    stated = {system.casefold(): its_id for system, its_id in person.ids if its_id}
    named = person.name or person.id
    for system, where in (
        (source.casefold(), source),
        (platform.casefold(), f"the platform {platform}"),
        (ANY, "any system"),
    ):
        text = stated.get(system, "") if system else ""
        if not text:
            continue
        said = f"the roster has “{text}” for {where}"
        if platform.casefold() not in TELEPHONES:
            return Account(text, "", said, system != ANY)
        if is_interface(text):
            return Account(named, text, said)
        # A bare number means a telephone only where the site wrote that it is of this system.
        if system != ANY and "/" not in text and "@" not in text and len(set(technologies)) == 1:
            return Account(named, f"{next(iter(technologies))}/{text}", said)
    return None


__all__ = ["ASSUMED_SKILL", "TELEPHONES", "Account", "account"]
