"""Conditions become alarms with an owner. What is looked at, in the order of its weight."""

from console.alarms import acts, sources, waiting, work
from console.alarms.condition import Condition

CATALOG: tuple[Condition, ...] = (
    waiting.WAIT,
    waiting.NOBODY,
    work.DEBT,
    work.SPIRALS,
    work.DUPLICATES,
    work.HASTE,
    acts.ORDERS,
    acts.OVERRIDES,
    waiting.PROMISES,
    sources.SILENT,
    sources.LINE,
    sources.QUARANTINED,
    acts.REPORTED,
    acts.OWED,
    work.NOTES,
    work.FORECASTS,
)
