"""A score put together: the part of the truth, the part of the leader, and the verdict in words."""

from collections.abc import Iterable
from dataclasses import replace

from console.domain.rehearsals import Figure, Score, said
from console.domain.times import HOUR

#: Figures of the leader's conduct that count among what was left behind, and their words.
_DUTIES = (
    ("duties_overdue", "duties overdue"),
    ("duties_unowned", "duties that nobody owns"),
)


def complete(score: Score, conduct: Iterable[Figure] = ()) -> Score:
    """The score with the leader's part, and the verdict that follows from both.

    A score that is complete already gets the part that is given instead of the one it has.
    """
    figures = tuple(conduct)
    words_of_duties = {words for _, words in _DUTIES}
    truth = [part for part in score.parts if part[0] not in words_of_duties]
    extra = [
        (words, float(each.value))
        for key, words in _DUTIES
        for each in figures
        if each.key == key and each.value
    ]
    parts = (*truth, *extra)
    left = replace(
        score.left_behind,
        value=sum(number for _, number in parts),
        detail=", ".join(f"{said(number)} {words}" for words, number in parts),
    )
    whole = replace(score, conduct=figures, parts=parts, left_behind=left)
    return replace(whole, verdict=_verdict(whole), reasons=tuple(_reasons(whole)))


def _verdict(score: Score) -> str:
    """“Reached in part: 2 of 3 goals. Of 5,327 customers …”"""
    sentences = [_goals(score), _customers(score), _people(score)]
    if not score.finished:
        hours = (score.until - score.to_at) / HOUR
        sentences.append(f"It ended {hours:.1f} h before its time, so this is as far as it got.")
    return " ".join(sentence for sentence in sentences if sentence)


def _goals(score: Score) -> str:
    known = [goal for goal in score.goals if goal.reached is not None]
    if not known:
        return ""
    reached = sum(goal.reached is True for goal in known)
    if not score.finished:
        return f"So far {reached} of {len(known)} goals are kept."
    word = "Reached" if reached == len(known) else "Reached in part" if reached else "Missed"
    return f"{word}: {reached} of {len(known)} goals."


def _customers(score: Score) -> str:
    came, resolved = _value(score, "needs"), _value(score, "resolved")
    if not came:
        return "Nobody came."
    gave_up, open_ = _value(score, "given_up"), _value(score, "open")
    return (
        f"Of {said(came)} customers {said(resolved)} were helped; {said(gave_up)} gave up, and the "
        f"needs of {said(open_)} are open."
    )


def _people(score: Score) -> str:
    names = {"customers who gave up", "customers whose need is open"}
    broken = [f"{said(number)} {words}" for words, number in score.parts if words not in names]
    if broken:
        return f"Beside them were left: {', '.join(broken)}."
    if _value(score, "long_without"):
        return f"{said(_value(score, 'long_without'))} people worked too long without a break."
    if _value(score, "called_in") or _value(score, "put_off") or _value(score, "duties"):
        return "Nobody's rest was broken, and no duty is overdue."
    return ""


def _reasons(score: Score) -> Iterable[str]:
    peak, paid = score.figure("debt_peak"), score.figure("debt_paid")
    if peak is not None and peak.value:
        fate = f"; of these {paid.detail}" if paid is not None and paid.value is not None else ""
        fate = fate or "; it was still growing at the end"
        yield f"Most needs were open at once ({peak.text}) {peak.detail}{fate}."
    extra, hours = score.figure("extra_attempts"), score.figure("repeat_hours")
    if extra is not None and hours is not None and extra.value:
        yield (
            f"{extra.text} attempts came beyond one for each need ({extra.detail}); repeats took "
            f"{hours.text} agent hours, {hours.detail}."
        )
    kept, vain = score.figure("promises_kept"), score.figure("dials_in_vain")
    if kept is not None and kept.value is not None and vain is not None:
        yield f"Of the promised callbacks {kept.text} % were kept ({kept.detail}); {vain.detail}."
    first = score.figure("first_act")
    if first is not None:
        if first.value is None:
            yield "No act was carried out by a platform or a person."
        else:
            yield f"The first act that was carried out came after {first.text} min: {first.detail}."
    for key in ("left_alone", "reports_waiting", "rest_broken", "long_without"):
        figure = score.figure(key)
        if figure is not None and figure.value:
            more = f" ({figure.detail})" if figure.detail else ""
            yield f"{figure.title}: {figure.text}{more}."


def _value(score: Score, key: str) -> float | None:
    figure = score.figure(key)
    return None if figure is None else figure.value


__all__ = ["complete"]
