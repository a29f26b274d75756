"""Plain calls, many at a time: one stay in one queue, told in the usual order.

Most calls of a log are plain, and told in columns they cost a tenth of `contact_of`, which remains
the definition: whatever is not plain in every respect is left to it, and a test holds the two
against each other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from console.domain import facts
from console.domain.times import SECOND
from console.exports.asterisk_events import EXITS

_RINGS = ["RINGNOANSWER", "RINGCANCELED"]
_ENDS = ["COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER"]
#: Rows that say nothing about the stay itself, wherever they stand.
_ASIDE = ["DID", "WRAPUPSTART"]
_EXITS = ["ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY"]
#: Below this many calls the columns cost more than they save.
FEWEST = 200


@dataclass(frozen=True, slots=True)
class Plain:
    """Columns for the tables; `queue` and `agent` are still names.

    contacts: ref, first_at, last_at, customer, evidence. legs: ref, queue, agent, entered_at,
    connected_at, ended_at, outcome, ended_by, wait_us, talk_us, rings, ring_us, wrapup_us, heard_at
    (the stay's last row). intervals (other ringing and wrap-up): ref, kind, queue, agent,
    started_at, ended_at, word. rest: the rows of other calls.
    """

    contacts: pl.DataFrame
    legs: pl.DataFrame
    intervals: pl.DataFrame
    rest: pl.DataFrame

    def cut_short(self, restarts: Sequence[int]) -> list[str]:
        """Calls that a restart may have ended: they are not plain after all."""
        if not restarts:
            return []
        open = pl.col("ended_at").is_null() & (pl.col("heard_at") < max(restarts))
        return self.legs.filter(open)["ref"].to_list()

    def without(self, refs: Collection[str]) -> "Plain":
        """The same but for these calls; none of their rows is in the rest."""
        if not refs:
            return self
        others = ~pl.col("ref").is_in(list(refs))
        parts = (self.contacts, self.legs, self.intervals, self.rest)
        return Plain(*(part.filter(others) for part in parts))


def plain_calls(rows: pl.DataFrame) -> Plain | None:
    """Split rows of calls (columns of `Batch.rows`) into plain and others.

    None where there are few, and where stamps go back in the file: then every call has to be looked
    at. What is stored of the calls, and restarts, are not looked at here.
    """
    if rows["ref"].n_unique() < FEWEST or not rows["at"].is_sorted():
        return None
    verb = pl.col("verb")
    core = rows.filter(~verb.is_in(_ASIDE))
    calls = core.group_by("ref", maintain_order=True).agg(
        entered_at=pl.col("at").first(),
        last_at=pl.col("at").last(),
        queue=pl.col("queue").first(),
        one_queue=pl.col("queue").min() == pl.col("queue").max(),
        first=verb.first(),
        last=verb.last(),
        enters=(verb == "ENTERQUEUE").sum(),
        connects=(verb == "CONNECT").sum(),
        ends=verb.is_in(_ENDS).sum(),
        exits=verb.is_in(_EXITS).sum(),
        rings=(verb == "RINGNOANSWER").sum(),
        others=(~verb.is_in(["ENTERQUEUE", "CONNECT", *_ENDS, *_EXITS, *_RINGS])).sum(),
        entry=pl.col("rest").first(),
    )
    plain = calls.filter(
        (pl.col("others") == 0)
        & (pl.col("enters") == 1)
        & (pl.col("first") == "ENTERQUEUE")
        & pl.col("one_queue")
        & (pl.col("connects") <= 1)
        & (pl.col("ends") <= pl.col("connects"))
        & (pl.col("exits") + pl.col("connects") <= 1)
        & ((pl.col("ends") == 0) | pl.col("last").is_in(_ENDS))
        & ((pl.col("exits") == 0) | pl.col("last").is_in(_EXITS))
    )
    plain = plain.drop("first", "enters", "connects", "ends", "exits", "others", "one_queue")
    of_plain = core.join(plain.select("ref"), on="ref", how="semi", maintain_order="left")
    evidence = (
        rows.join(plain.select("ref"), on="ref", how="semi", maintain_order="left")
        .group_by("ref", maintain_order=True)
        .agg(
            first_at=pl.col("at").first(),
            last_seen=pl.col("at").last(),
            evidence=pl.col("line").str.join("\n"),
        )
    )
    contacts = evidence.join(
        plain.select("ref", customer=_field("entry", 1)), on="ref", maintain_order="left"
    ).select("ref", "first_at", last_at="last_seen", customer="customer", evidence="evidence")
    contacts = contacts.with_columns(
        customer=pl.when(pl.col("customer") != "").then(pl.col("customer"))
    )
    legs = _legs(plain, of_plain)
    wrap_ups = _wrap_ups(
        rows.filter(verb == "WRAPUPSTART").join(
            plain.select("ref"), on="ref", how="semi", maintain_order="left"
        ),
        legs,
    )
    told = wrap_ups.filter("told").select("ref", wrapup_us="length")
    return Plain(
        contacts,
        legs.join(told, on="ref", how="left", maintain_order="left"),
        _intervals(of_plain, wrap_ups.filter(~pl.col("told"))),
        rows.join(plain.select("ref"), on="ref", how="anti", maintain_order="left"),
    )


def _legs(plain: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    connects = rows.filter(pl.col("verb") == "CONNECT").select(
        "ref", connected_at="at", agent=_name("alias"), hold_us=_micros(_field("rest", 0)),
        rang=_micros(_field("rest", 2)),
    )  # fmt: skip
    ends = rows.filter(pl.col("verb").is_in(_ENDS)).select(
        "ref",
        end_at="at",
        end_by="verb",
        talk=_micros(
            pl.when(pl.col("verb") == "BLINDTRANSFER")
            .then(_field("rest", 3))
            .otherwise(_field("rest", 1))
        ),
    )
    exits = rows.filter(pl.col("verb").is_in(_EXITS)).select(
        "ref",
        exit_at="at",
        exit_by="verb",
        stated=_micros(
            pl.when(pl.col("verb") == "EXITWITHKEY")
            .then(_field("rest", 3))
            .otherwise(_field("rest", 2))
        ),
    )
    legs = plain.select("ref", "queue", "entered_at", "rings", "last_at")
    for part in (connects, ends, exits):
        legs = legs.join(part, on="ref", how="left", maintain_order="left")
    connected = pl.col("connected_at").is_not_null()
    waited = pl.max_horizontal(0, pl.col("connected_at") - pl.col("entered_at"))
    left = pl.max_horizontal(0, pl.col("exit_at") - pl.col("entered_at"))
    return legs.select(
        "ref",
        "queue",
        "agent",
        "entered_at",
        "connected_at",
        ended_at=pl.coalesce("end_at", "exit_at"),
        outcome=pl.when(connected)
        .then(pl.lit(facts.ANSWERED))
        .otherwise(
            pl.col("exit_by").replace_strict(EXITS, default=facts.WAITING, return_dtype=pl.String)
        ),
        ended_by=pl.coalesce("end_by", "exit_by", pl.lit("")),
        wait_us=pl.when(connected)
        .then(pl.coalesce(pl.col("hold_us"), waited))
        .when(pl.col("exit_at").is_not_null())
        .then(pl.coalesce(pl.col("stated"), left)),
        talk_us=pl.when(pl.col("end_at").is_not_null()).then(
            pl.coalesce(
                pl.col("talk"), pl.max_horizontal(0, pl.col("end_at") - pl.col("connected_at"))
            )
        ),
        rings="rings",
        ring_us=pl.when(pl.col("agent").is_not_null() & (pl.col("rang") > 0)).then("rang"),
        heard_at="last_at",
    )


def _wrap_ups(rows: pl.DataFrame, legs: pl.DataFrame) -> pl.DataFrame:
    """Wrap-ups, and of each whether the leg tells it (see `console.sync.beside`)."""
    told = (
        (pl.col("queue") == pl.col("its_queue"))
        & (pl.col("agent") == pl.col("its_agent"))
        & (pl.col("at") == pl.col("its_end"))
        & (pl.col("length") > 0)
    ).fill_null(False)
    return (
        rows.select(
            "ref", "queue", "at", agent=_name("alias"), word="verb",
            length=_micros(_field("rest", 0)),
        )
        .join(
            legs.select("ref", its_queue="queue", its_agent="agent", its_end="ended_at"),
            on="ref", how="left", maintain_order="left",
        )
        .with_columns(told=told & (told.cum_sum().over("ref") == 1))
    )  # fmt: skip


def _intervals(rows: pl.DataFrame, wrap_ups: pl.DataFrame) -> pl.DataFrame:
    missed = rows.filter(pl.col("verb").is_in(_RINGS)).select(
        "ref", "queue", "at", agent=_name("alias"), word="verb",
        before=_micros(_field("rest", 0)) // 1000,
        after=pl.lit(0),
    )  # fmt: skip
    wrapped = wrap_ups.select(
        "ref", "queue", "at", "agent", "word", before=pl.lit(0).cast(pl.Int64), after="length"
    )
    return (
        pl.concat([missed, wrapped], how="vertical_relaxed")
        .filter(pl.col("agent").is_not_null() & (pl.col("before") + pl.col("after") > 0))
        .select(
            "ref",
            "queue",
            "agent",
            "word",
            kind=pl.when(pl.col("after") > 0).then(pl.lit("wrapup")).otherwise(pl.lit("ring")),
            started_at=pl.col("at") - pl.col("before"),
            ended_at=pl.col("at") + pl.col("after"),
        )
    )


def _field(column: str, place: int) -> pl.Expr:
    """One of the parameters, "" or null where it is not there."""
    return pl.col(column).str.splitn("|", place + 2).struct.field(f"field_{place}")


def _micros(seconds: pl.Expr) -> pl.Expr:
    """Whole seconds as microseconds; null where it is no number."""
    return pl.when(seconds.str.contains(r"^[0-9]{1,12}$")).then(
        seconds.cast(pl.Int64, strict=False) * SECOND
    )


def _name(column: str) -> pl.Expr:
    return pl.when(~pl.col(column).is_in(["NONE", ""])).then(pl.col(column))


__all__ = ["Plain", "plain_calls"]
