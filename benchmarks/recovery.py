"""How often a stated 95 % interval holds what is true, from half a day of data to two weeks.

    python -m benchmarks.recovery [--seeds 40] [--hours 12,48,336] [--scenario monday]

A rehearsal's centre is simulated, its contacts told as exports tell them (without who has which
need), estimated, and held against what its customers and agents really did: rates and shares of all
its seeds together, their returns looked after for three more days. Told beside it: the median half
width of the intervals, the median error, and in how many seeds nothing could be told. Customers are
known across channels here; where exports do not tell that, who changes between channels looks new.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isnan
from statistics import fmean, median

from benchmarks.known_truth import Known, Seen, watched
from benchmarks.pairs import begin, say, title
from console.forecast.estimate import Estimate
from console.reads.parameters_estimates import estimates
from console.twin.centre import Centre
from console.twin.scenario import load

SMALL = ("--seeds", "2", "--hours", "12")
#: Of the intervals of all parameters together, so many hold the truth.
LIMIT = 0.9
#: Half a day begins when the doors open.
OPENS_H = 7
#: The centre works already when the data begin.
WARM_H = 48.0


@dataclass(slots=True)
class Found:
    """Of one parameter of one channel."""

    estimates: list[Estimate]
    unknown: int
    truth: list[float]


def true_of(known: Known, centre: Centre) -> Iterator[tuple[tuple[str, str], float]]:
    """What is true by (channel, parameter), in the models' units."""
    for medium in centre.media:
        name = medium.name
        if medium.patience_s:
            yield (name, "patience"), medium.patience_s / 3600.0
            yield (name, "patience_shape"), medium.patience_shape
            yield (name, "redial_delay"), medium.redial_after_s / 3600.0
        if medium.slots > 1:
            yield (name, "concurrency"), float(medium.slots)
    for what, values in (
        ("fresh", known.fresh), ("redial", known.redial), ("reconnect", known.reconnect),
        ("reconnect_delay", known.reconnect_delay), ("handling", known.handling),
        ("chase", known.chase),
    ):  # fmt: skip
        for channel, value in values.items():
            yield (channel, what), value
    for channel, shares in known.goes_to.items():
        for other, value in shares.items():
            yield (channel, f"goes_to.{other}"), value
    yield ("voice", "calls_in"), known.calls_in


def recovered(
    centre: Centre, hours: float, seeds: range, watch: Callable[..., Seen] = watched
) -> dict[tuple[str, str], Found]:
    """By (channel, parameter)."""
    found: dict[tuple[str, str], Found] = defaultdict(lambda: Found([], 0, []))
    for seed in seeds:
        attempts, promises, known = watch(centre, seed, hours, WARM_H)
        told = estimates(attempts, promises).found
        for key, value in true_of(known, centre):
            if not isnan(value):
                found[key].truth.append(value)
            estimate = told.get(key)
            if estimate is None or isinstance(estimate, str) or "of all channels" in estimate.note:
                found[key].unknown += 1
            else:
                found[key].estimates.append(estimate)
    return found


def held(found: Found) -> int:
    """Intervals that hold the mean of all seeds."""
    truth = fmean(found.truth)
    return sum(each.low <= truth <= each.high for each in found.estimates)


def main() -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--hours", default="12,48,336")
    parser.add_argument("--scenario", default="monday")
    options = parser.parse_args()
    begin(__doc__)
    base = load(options.scenario).centre
    told: dict[str, float] = {}
    for hours in map(float, options.hours.split(",")):
        before = datetime.fromisoformat(base.start[:10]) - timedelta(hours=WARM_H)
        start = (before + timedelta(hours=OPENS_H if hours < 24 else 0)).isoformat()[:16]
        found = recovered(replace(base, start=start), hours, range(1, options.seeds + 1))
        inside = number = 0
        for (channel, what), each in sorted(found.items(), key=lambda row: (row[0][1], row[0][0])):
            known = len(each.estimates)
            if not known or not each.truth or known < (known + each.unknown) / 4:
                continue
            truth, hits = fmean(each.truth), held(each)
            width = median((e.high - e.low) / 2 for e in each.estimates)
            error = median(e.value for e in each.estimates) - truth
            scale = max(abs(truth), 1e-9)
            inside, number = inside + hits, number + known
            say(
                f"{hours:.0f} h: {channel} {what}",
                f"{hits} of {known} hold {truth:.3g}, ±{100 * width / scale:.0f} %, "
                f"off by {100 * error / scale:+.0f} %",
                f"not told {each.unknown}" if each.unknown else "",
            )
        part = inside / max(number, 1)
        told[f"held_{hours:.0f}_h"] = part
        say(f"{hours:.0f} h: all", f"{100 * part:.1f} % of {number}", f"limit: {100 * LIMIT:.0f} %")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
