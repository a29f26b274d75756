"""The figures that acts are measured by: what each is, and what its interval is made of.

Contacts count where they *leave* the queue here, unlike in the catalog: what somebody waited for
who came before an act and was served after it, is the act's doing as well.
"""

from dataclasses import dataclass

from console.kpis.abandonment import ABANDON_RATE
from console.kpis.service_level import SERVICE_LEVEL
from console.kpis.volume import RECEIVED
from console.kpis.waits import ASA_S

#: A part of a whole; events in an hour; the mean of single contacts; what stands at an instant,
#: over batches of five minutes.
SHARE, RATE, MEAN, LEVEL = "share", "rate", "mean", "level"

_INTERVALS = {
    SHARE: "Newcombe's, of two Wilson intervals",
    RATE: "that of two Poisson counts",
    MEAN: "Welch's",
    LEVEL: "Welch's, of means over five minutes each",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """`name` is that of the catalog where the figure is one of it."""

    name: str
    title: str
    unit: str
    kind: str
    definition: str

    @property
    def words(self) -> str:
        """With what its interval is made of."""
        return (
            f"{self.definition} Interval: the wider of {_INTERVALS[self.kind]}, and of how far it "
            "moved by itself the day before."
        )


MEASURES: tuple[Measure, ...] = (
    Measure(
        "waiting", "Contacts in queue", "count", LEVEL,
        "How many waited, on the average of the window.",
    ),
    Measure(
        "oldest_wait_s", "Longest wait", "s", LEVEL,
        "How long the oldest contact in the queue had waited, on the average of the window's "
        "minutes; 0 while nobody waited.",
    ),
    Measure(
        "promises", "Callbacks pending", "count", LEVEL,
        "How many promised callbacks were open, on the average of the window.",
    ),
    Measure(
        "promised", "Callbacks promised", "/h", RATE,
        "Callbacks that were promised in the window, per hour.",
    ),
    Measure(
        "received", RECEIVED.title, "/h", RATE,
        "Contacts that reached the queue in the window, refused ones too, per hour.",
    ),
    Measure(
        "abandon_rate", ABANDON_RATE.title, "%", SHARE,
        "abandoned / offered, of those who left the queue in the window.",
    ),
    Measure(
        "service_level", SERVICE_LEVEL.title, "%", SHARE,
        "Answered within T / (answered + abandoned), of those who left the queue in the window; "
        "T is the queue's own target, else the setting.",
    ),
    Measure(
        "asa_s", ASA_S.title, "s", MEAN,
        "Queue wait of those who were answered in the window / their number.",
    ),
)  # fmt: skip

BY_NAME = {measure.name: measure for measure in MEASURES}

__all__ = ["BY_NAME", "LEVEL", "MEAN", "MEASURES", "RATE", "SHARE", "Measure"]
