"""Effects of a busy hour: one in every state."""

from console.domain.effects import (
    AHEAD,
    BETTER,
    CANNOT_TELL,
    DOWN,
    MARKS_MIN,
    NOT_DONE,
    SILENT,
    TOLD,
    TOO_EARLY,
    UNKNOWN,
    UP,
    WORSE,
    Effect,
    KpiAim,
    Span,
)

MINUTE = 60_000_000
REASON = (
    "the first effect when the contacts that they are on have ended: about 4:10, the AHT there; "
    "the whole when they have served those in front: 12 waiting × 5:00 AHT ÷ 3 agents = 20:00"
)


def spans(
    at: int, now: int, before: float | None, after: tuple[float, ...], half: float
) -> tuple[Span, tuple[Span, ...]]:
    """Windows with these values; those without one are ahead or silent."""
    edges = (0, *MARKS_MIN)
    found = []
    for place in range(3):
        a, b = at + edges[place] * MINUTE, at + edges[place + 1] * MINUTE
        if place < len(after) and before is not None:
            change = after[place] - before
            found.append(Span(a, b, TOLD, after[place], "mean of 15 min", change - half,
                              change + half, before * 0.8))  # fmt: skip
        else:
            found.append(Span(a, b, AHEAD if b > now else SILENT))
    first = Span(at - 30 * MINUTE, at, SILENT if before is None else TOLD, before, "mean of 30 min")
    return first, tuple(found)


def make_effects(now: int) -> list[Effect]:
    def effect(
        number: int, minutes: int, act: str, aim: KpiAim, before: float | None,
        after: tuple[float, ...], half: float, verdict: str, *notes: str, place: int = 0,
        state: str = "confirmed", ended: int | None = None,
    ) -> Effect:  # fmt: skip
        at = now - minutes * MINUTE
        first, then = spans(at, now, before, after, half)
        return Effect(number, place, at, "lead", act, state, aim, first, then, verdict, notes,
                      None if ended is None else at + ended * MINUTE)  # fmt: skip

    send = "send Berger, Díaz, Kaya to support"
    waiting = KpiAim("waiting", "support", (1,), DOWN, 250, 1450, REASON)
    level = KpiAim("service_level", "support", (1,), UP, 250, 1450, REASON)
    sales = KpiAim("waiting", "sales", (2,), DOWN, 250, None, "3 agents fewer there", cost=True)
    off = "callback offer off: billing"
    promised = KpiAim("promised", "billing", (3,), DOWN, 0, 0, "no new promise is made at once")
    hung_up = KpiAim("abandon_rate", "billing", (3,), DOWN, 0, 260, "they stay or hang up", True)
    chat = KpiAim("received", "chat", (4,), DOWN, 0, 0, "nobody is let in at once")
    return [
        effect(7, 8, "move Novak <b>into</b> billing", KpiAim("waiting", "billing", (3,), DOWN, 0,
               None, "unknown, for too few contacts ended of late to know the AHT"), 9.0, (), 1.0,
               TOO_EARLY, "also 1 other act meanwhile: callback offer off: billing",
               state="sent"),
        effect(6, 35, off, promised, 40.0, (2.0, 0.0), 12.0, BETTER,
               "also 1 other act meanwhile: move Novak <b>into</b> billing"),
        effect(6, 35, off, hung_up, 11.0, (16.0, 24.0), 6.0, WORSE, place=1),
        effect(5, 64, send, waiting, 14.2, (12.1, 7.3, 3.4), 4.0, BETTER,
               "was an outlier before: part of this would have come by itself"),
        effect(5, 64, send, level, 31.0, (35.0, 62.0, 81.0), 14.0, BETTER, place=1),
        effect(5, 64, send, sales, 2.1, (2.6, 3.3, 2.8), 1.4, CANNOT_TELL, place=2),
        effect(4, 200, "channel chat: closed", chat, 55.0, (0.0,), 20.0, CANNOT_TELL,
               "taken back after 20 min: what comes later is not its effect", ended=20),
        effect(3, 300, "callback offer off: sales", KpiAim("promised", "sales", (2,), DOWN, 0, 0,
               "at once"), None, (), 1.0, UNKNOWN, "its source has told nothing yet"),
        effect(2, 320, "move Sato into sales", KpiAim("waiting", "sales", (2,), DOWN, 0, 0, "r"),
               3.0, (3.0, 3.0, 3.0), 1.0, NOT_DONE, state="refused"),
    ]  # fmt: skip
