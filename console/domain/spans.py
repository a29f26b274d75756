"""Stretches of time as pairs of instants, half-open, microseconds UTC."""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch or overlap made one; empty ones are left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of the spans when others are taken out of them."""
    left = joined(spans)
    for start, end in joined(taken):
        left = [
            piece
            for from_at, to_at in left
            for piece in ((from_at, min(to_at, start)), (max(from_at, end), to_at))
            if piece[0] < piece[1]
        ]
    return left


def length(spans: Sequence[Span], until: int) -> int:
    """Microseconds of spans that do not overlap, up to an instant."""
    return sum(max(0, min(end, until) - start) for start, end in spans)


__all__ = ["Span", "joined", "length", "without"]
