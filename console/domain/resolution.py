"""Whether contacts settled what customers came for: what says so, and handling time for each.

Handling time alone rewards haste. So it is never shown without the share that was settled.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

#: What the share is from: said by the exports; at most so much, by who comes again; taken without
#: any export that says so; or nobody knows.
TOLD, BOUND, ASSUMED, UNKNOWN = "told", "bound", "assumed", "unknown"

_RESOLVED = """resolved solved fixed settled fcr gelost erledigt behoben
    abgeschlossen geklart resolu resuelto resuelta solucionado solucionada
    risolto risolta resolvido resolvida concluido opgelost afgehandeld rozwiazane
    rozwiazany""".split()
_UNRESOLVED = """unresolved unsolved incomplete escalated escalation pending callback followup
    transferred transfer ungelost offen eskaliert ruckruf weitergeleitet verbunden escalade escalado
    pendiente rappel sospeso pendente doorverbonden""".split()
_NOT = "not non no nicht pas niet nie nao un never kein keine sin senza sem zonder".split()
_TWO = {
    ("follow", "up"), ("call", "back"), ("first", "contact"), ("first", "call"), ("en", "attente"),
    ("still", "open"), ("on", "hold"), ("to", "do"), ("work", "in"),
}  # fmt: skip
_FIRST = {("first", "contact"), ("first", "call")}


@lru_cache(maxsize=4096)
def says_resolved(disposition: str) -> bool | None:
    """Whether a wrap-up code or disposition says that the need was settled; None where it says
    nothing of that, as most name a topic."""
    flat = unicodedata.normalize("NFKD", disposition.casefold().replace("ł", "l"))
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    words = re.findall(r"[a-z]+", flat)
    pairs = set(zip(words, words[1:], strict=False))
    settled = any(word in _RESOLVED for word in words) or (
        bool(pairs & _FIRST) and "resolution" in words
    )
    if pairs & (_TWO - _FIRST) or any(word in _UNRESOLVED for word in words):
        return False
    if settled:
        return not any(word in _NOT for word in words)
    return None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Of answered contacts, the share that settled the need; `value` is 0 to 100.

    `kind` is TOLD (`resolved` of the `known`, those whose outcome is stated), BOUND (`value` is the
    most that it can be), ASSUMED or UNKNOWN. `words` say what it is from; an assumption's reason is
    among them.
    """

    kind: str = UNKNOWN
    value: float | None = None
    resolved: int = 0
    known: int = 0
    words: str = ""


NOBODY_KNOWS = Resolution()


def told(resolved: int, known: int, answered: int) -> Resolution:
    """What the exports say, of `answered` contacts; NOBODY_KNOWS where they say nothing."""
    if known <= 0:
        return NOBODY_KNOWS
    words = f"{resolved} settled of {known} whose outcome is stated ({answered} answered)"
    return Resolution(TOLD, 100.0 * resolved / known, resolved, known, words)


def together(parts: Sequence[tuple[Resolution, int]]) -> Resolution:
    """Of several queues, each with how many it answered: what the exports say of those that say
    it. Without any, nobody knows: bounds and assumptions of queues make none for all."""
    said = [(each, answered) for each, answered in parts if each.kind == TOLD]
    found = told(
        sum(each.resolved for each, _ in said),
        sum(each.known for each, _ in said),
        sum(answered for _, answered in said),
    )
    silent = sum(1 for each, answered in parts if answered and each.kind != TOLD)
    if found.kind == TOLD and silent:
        words = f"{found.words}; {silent} of the queues that answered do not state it"
        return replace(found, words=words)
    return found


def minutes_per_resolution(aht_s: float | None, resolution: Resolution | None) -> float | None:
    """Minutes of handling for each need that is settled; at least so many where the share is a
    bound. None where either is unknown, or nothing is settled."""
    if aht_s is None or resolution is None or not resolution.value:
        return None
    return aht_s / 60.0 / (resolution.value / 100.0)


__all__ = [
    "ASSUMED",
    "BOUND",
    "NOBODY_KNOWS",
    "TOLD",
    "UNKNOWN",
    "Resolution",
    "minutes_per_resolution",
    "says_resolved",
    "together",
    "told",
]
