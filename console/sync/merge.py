"""Merging evidence second by second, so that no order, overlap or repetition of files matters.

A file knows the seconds between its first and its last one completely; of these two it may hold a
part only. So the union of two views of a second takes, for each distinct line, the greater count:
identical lines are facts of their own, a copied file adds none. Where one file ends in the second
in which another begins, the two are parts of that second and are put together instead.
"""

from collections import Counter
from collections.abc import Sequence

from console.domain.times import SECOND
from console.exports.asterisk_calls import stamp_us


def merge_second(
    stored: Sequence[str],
    view: Sequence[str],
    *,
    begins: bool = False,
    partner: "Counter[str] | None" = None,
) -> list[str]:
    """All lines of one second, in order, from what is stored and what one file shows.

    `begins`: the file begins in this second, so what is stored and not in it came before.
    `partner`: what another file holds of this second, being the other part of it.
    """
    seen = Counter(view)
    room = Counter(stored)
    for line, number in seen.items():
        room[line] -= number
    if partner is not None:
        for line, number in partner.items():
            room[line] = max(room[line], number)
    rest: list[str] = []
    # Of several identical lines the ones that stay are equal anyway: take the first.
    for line in stored:
        if room[line] > 0:
            room[line] -= 1
            rest.append(line)
    return [*rest, *view] if begins else [*view, *rest]


def second(line: str) -> int:
    return stamp_us(line[: line.index("|")]) // SECOND


def merge(
    stored: Sequence[str],
    view: Sequence[str],
    *,
    first_second: int | None,
    partners: dict[int, "Counter[str]"],
) -> list[str]:
    """Lines of one contact (or one key) from what is stored and what one file shows of it.

    `first_second` is the file's first second, if the view reaches back to it. Within one side the
    order given is kept, also where stamps go back: file order is trusted over the clock.
    """
    if not stored:
        return list(view)
    if not view:
        return list(stored)
    in_stored: dict[int, list[str]] = {}
    for line in stored:
        in_stored.setdefault(second(line), []).append(line)
    in_view: dict[int, list[str]] = {}
    for line in view:
        in_view.setdefault(second(line), []).append(line)
    for number, lines in in_view.items():
        if number in in_stored:
            in_view[number] = merge_second(
                in_stored[number],
                lines,
                begins=number == first_second,
                partner=partners.get(number),
            )
    low_view, high_view = min(in_view), max(in_view)
    low_stored, high_stored = min(in_stored), max(in_stored)
    stored_only = [n for n in in_stored if n not in in_view]
    if low_view >= high_stored:
        order = [*stored_only, *in_view]
    elif high_view <= low_stored:
        order = [*in_view, *stored_only]
    else:
        order = sorted([*stored_only, *in_view])
    merged: list[str] = []
    for number in order:
        merged.extend(in_view.get(number) or in_stored[number])
    return merged
