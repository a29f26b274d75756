"""Merging evidence, so that no order, overlap or repetition of files matters.

Every file is a window: a run of lines of one true log, in the log's order. What is stored of a
contact, and what one window shows of it, are two parts of one sequence; they are woven together
along the lines that both have. Identical lines are facts of their own, so what counts is how many
of a line one window shows: a copied file adds none.

Where one file ends and another begins in the same second, neither shows that second whole. Such a
pair is put together before it is merged (`seam`): rotation may cut a log in the middle of a second.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from console.domain.times import SECOND
from console.exports.asterisk_calls import stamp_us

#: Clocks are corrected by a second now and then: so far back a stamp may go within one file.
STEP = 1
#: Up to this product of lengths the best alignment is looked for, beyond it a good one.
_EXACTLY = 250_000

#: For seconds that one file shows whole: the most of each line that the other files show.
Whole = Mapping[int, "Counter[str]"]


def second(line: str) -> int:
    return stamp_us(line[: line.index("|")]) // SECOND


def merge(stored: Sequence[str], view: Sequence[str], whole: Whole | None = None) -> list[str]:
    """Lines of one contact, or of one second, from what is stored and what one window shows.

    In the seconds of `whole` the view is trusted where more is stored than any file has.
    """
    if not stored or not view:
        return [*(stored or view)]
    seconds = [second(line) for line in view]
    low, high = min(seconds) - STEP, max(seconds) + STEP
    end = len(stored)
    while end and second(stored[end - 1]) > high:
        end -= 1
    begin = end
    while begin and second(stored[begin - 1]) >= low:
        begin -= 1
    return [*stored[:begin], *_weave(stored[begin:end], view, whole or {}), *stored[end:]]


def _weave(stored: Sequence[str], view: Sequence[str], whole: Whole) -> list[str]:
    """One sequence that has both, each line as often as the one that has it more often."""
    same = 0
    shorter = min(len(stored), len(view))
    while same < shorter and stored[same] == view[same]:
        same += 1
    if same == len(stored):
        return [*view]
    woven = [(line, False) for line in stored[:same]]  # line, and whether only the store has it
    i = j = same
    for a, b in [*_common(stored, view, same), (len(stored), len(view))]:
        woven += _by_time(stored[i:a], view[j:b])
        if a < len(stored):
            woven.append((stored[a], False))
        i, j = a + 1, b + 1
    have = Counter(line for line, _only in woven)
    shown, kept = Counter(view), Counter(stored)
    excess: Counter[str] = Counter()
    for line, number in have.items():
        others = whole.get(second(line)) if whole else None
        most = max(shown[line], kept[line] if others is None else others[line])
        if number > most:
            excess[line] = number - most
    if not excess:
        return [line for line, _only in woven]
    for only_stored in (True, False):
        for place in range(len(woven) - 1, -1, -1):
            line, of_store = woven[place]
            if excess[line] and (of_store or not only_stored):
                excess[line] -= 1
                del woven[place]
    return [line for line, _only in woven]


def _by_time(stored: Sequence[str], view: Sequence[str]) -> list[tuple[str, bool]]:
    """Two runs without a common line: by stamps, and within a second in an order of no history."""
    found: list[tuple[str, bool]] = []
    i = j = 0
    while i < len(stored) and j < len(view):
        left, right = stored[i], view[j]
        if (second(left), left) <= (second(right), right):
            found.append((left, True))
            i += 1
        else:
            found.append((right, False))
            j += 1
    found += [(line, True) for line in stored[i:]]
    found += [(line, False) for line in view[j:]]
    return found


def _common(stored: Sequence[str], view: Sequence[str], start: int) -> list[tuple[int, int]]:
    """Places of the lines of a longest common subsequence, from `start` on in both."""
    left, right = stored[start:], view[start:]
    if len(left) * len(right) > _EXACTLY:
        blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
        return [(start + a + n, start + b + n) for a, b, size in blocks for n in range(size)]
    width = len(right)
    longest = [[0] * (width + 1)]
    for a in range(len(left) - 1, -1, -1):
        below = longest[-1]
        row = [0] * (width + 1)
        for b in range(width - 1, -1, -1):
            row[b] = below[b + 1] + 1 if left[a] == right[b] else max(below[b], row[b + 1])
        longest.append(row)
    longest.reverse()
    pairs: list[tuple[int, int]] = []
    a = b = 0
    while a < len(left) and b < width:
        if left[a] == right[b]:
            pairs.append((start + a, start + b))
            a, b = a + 1, b + 1
        elif longest[a + 1][b] >= longest[a][b + 1]:
            a += 1
        else:
            b += 1
    return pairs


def seam(
    tip: Sequence[str], head: Sequence[str], *, tip_is_all: bool, head_is_all: bool
) -> int | None:
    """How many of the first lines of `head` are the last lines of `tip`; None: one is a copy.

    `tip` ends one file and `head` begins another, about the same second. Windows that overlap do so
    by more than a second (people send whole logs, or days): only lines of two seconds or more that
    are the same in the same order are an overlap. All else is a log cut in two, so that identical
    lines on both sides are different facts. Files that begin alike are copies of one log, made at
    different times; that shows where the tip, or the head, is all there is of its file.
    """
    shorter = min(len(tip), len(head))
    if tip_is_all and list(tip[:shorter]) == list(head[:shorter]):
        return None
    if head_is_all and second(head[0]) != second(head[-1]):
        for start in range(len(tip) - len(head) + 1):
            if list(tip[start : start + len(head)]) == list(head):
                return None
    for size in range(shorter, 1, -1):
        if tip[-size] == head[0] and list(tip[-size:]) == list(head[:size]):
            if second(head[0]) != second(head[size - 1]):
                return size
    return 0


def head_of(lines: Iterable[str]) -> list[str]:
    """The first lines of a file, as far as its first second may reach."""
    found: list[str] = []
    for line in lines:
        if found and second(line) > second(found[0]) + STEP:
            break
        found.append(line)
    return found


def tip_of(lines: Iterable[str]) -> list[str]:
    """The last lines of a file (given from its end), as far back as its last second may reach."""
    found: list[str] = []
    for line in lines:
        if found and second(line) < second(found[0]) - STEP:
            break
        found.append(line)
    return found[::-1]


__all__ = ["STEP", "Whole", "head_of", "merge", "seam", "second", "tip_of"]
