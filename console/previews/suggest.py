"""How many agents to send: the fewest that reach most of what can be gained."""

from collections.abc import Mapping

from console.domain.foreseen import BETTER, DEBT, RESOLVED, WORSE, Suggestion, about
from console.previews.meaning import Meaning
from console.previews.weigh import MATTERS, Present, compared

_MEMBERS = 50
#: This share of the most that can be gained is most of it.
_MOST = 0.8


def suggestion(present: Present, acts: Mapping[int, Meaning]) -> Suggestion:
    """`acts` are the alternatives, by how many agents go."""
    if not acts:
        return Suggestion(None, "Nobody can be sent.")
    unknown = [words for means in acts.values() for words in means.unknown]
    known = {number: means for number, means in acts.items() if means.alternatives}
    if not known:
        return Suggestion(None, unknown[0] if unknown else "The forecast cannot tell.")
    _, found = compared(present, [(str(n), means) for n, means in known.items()], _MEMBERS)
    gains: list[tuple[int, float]] = []
    least = 0.0
    sure: list[tuple[int, float]] = []
    worse = 0
    for number, one in zip(known, found, strict=True):
        resolved, debt = one.of(RESOLVED), one.of(DEBT)
        assert resolved is not None and debt is not None
        gains.append((number, resolved.value))
        least = MATTERS * resolved.without
        if resolved.verdict == BETTER:
            sure.append((number, resolved.value))
        worse += one.verdict == WORSE or resolved.verdict == WORSE
    if not sure:
        if worse == len(found):
            return Suggestion(0, "sending anybody there loses more than it gains", tuple(gains))
        if max(abs(value) for _, value in gains) < least:
            return Suggestion(0, "nobody need go: hardly more would be resolved", tuple(gains))
        return Suggestion(None, "it cannot tell whether sending anybody helps", tuple(gains))
    best = max(value for _, value in sure)
    number, gain = next((n, value) for n, value in sure if value >= _MOST * best)
    more = [n for n, _ in sure if n > number]
    if best - gain < 1.0 or not more:
        words = f"about {about(gain)} issues more resolved by {number}"
    else:
        share = round(100 * gain / best)
        words = (
            f"about {about(gain)} issues more resolved, {share} % of what can be gained; "
            f"{max(more)} would reach {about(best)}"
        )
    return Suggestion(number, words, tuple(gains))
