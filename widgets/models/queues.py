"""The columns of the queues: what waits, how it is served, who serves it, and its controls."""

from console.domain.board import Board, QueueRow
from console.domain.normals import MINUTES
from widgets import definitions, marks, texts
from widgets.models.columns import Column
from widgets.models.rows import RowModel


def _figure_tip(figure: str, shown: str, row: QueueRow, board: Board | None, more: str = "") -> str:
    return definitions.explain(figure, shown, board, row.source, row.figures, more)


def _count_tip(figure: str, shown: str, row: QueueRow, board: Board | None, more: str = "") -> str:
    return definitions.explain(figure, shown, board, row.source, None, more)


def row_tone(row: QueueRow, now: int, board: Board | None) -> str:
    """The worst that is wrong with a queue."""
    return marks.worst(
        _wait_tone(row, now, board),
        marks.service_tone(row),
        marks.abandon_tone(row),
    )


def _wait_tone(row: QueueRow, now: int, board: Board | None) -> str:
    return marks.wait_tone(row.oldest_at, now, marks.expected_of(row, board))


def _is_dearer(row: QueueRow, board: Board | None) -> bool:
    """Whether each resolution takes more than is normal here."""
    found = board.normal(row.queue_id, MINUTES) if board else None
    return found is not None and found.above


def _queue_tip(row: QueueRow, board: Board | None) -> str:
    lines = [f"{row.queue}, {row.channel}"]
    if wrong := wrongs(row, board):
        lines.extend(wrong)
    if row.doubtful:
        lines.append(
            f"{texts.plural(row.doubtful, 'contact')} not counted as waiting: open for so long "
            "that the end was surely never written"
        )
    lines.append(
        definitions.news(definitions.source_of(board, row.source), board.at if board else 0)
    )
    return "\n".join(lines)


def wrongs(row: QueueRow, board: Board | None) -> list[str]:
    """What is abnormal about a queue, in words."""
    found = []
    now = board.at if board else 0
    if _wait_tone(row, now, board):
        expected = definitions.expects(row, marks.expected_of(row, board))
        found.append(f"oldest waits {texts.since(row.oldest_at, now)}; {expected}")
    if marks.service_tone(row):
        level = texts.percent(row.figures.service_level)
        found.append(f"service level {level}; {definitions.aimed(row)}".removesuffix("; "))
    if marks.abandon_tone(row):
        found.append(f"{texts.percent(row.figures.abandon_rate)} hang up")
    if marks.free_tone(row):
        found.append("nobody is free")
    return found


def _members(column: str, title: str, figure: str, width: int) -> Column:
    """A column that counts members in one state."""
    return Column(
        column,
        title,
        text=lambda r: texts.count(getattr(r, column)) if r.agents_known else texts.UNKNOWN,
        value=lambda r: getattr(r, column) if r.agents_known else None,
        width=width,
        stretch=1,
        right=True,
        tone=marks.free_tone if column == "available" else None,
        tip=lambda r, b: _count_tip(
            figure,
            texts.count(getattr(r, column)) if r.agents_known else texts.UNKNOWN,
            r,
            b,
            ", ".join(f"{count} {state}" for state, count in r.agents if count)
            if r.agents_known
            else "this source's exports do not tell what agents do at present",
        ),
        about=definitions.about(figure),
        descending=True,
    )


COLUMNS = (
    Column(
        "queue",
        "queue",
        text=lambda r: r.queue,
        value=lambda r: r.queue.casefold(),
        width=104,
        stretch=4,
        live_tone=lambda r, now, b: f"{tone}_words" if (tone := row_tone(r, now, b)) else "",
        tip=_queue_tip,
        about="Queue\n▲ and ◆ say that something is abnormal; hover a row to read what",
    ),
    Column(
        "channel",
        "chan.",
        text=lambda r: r.channel,
        value=lambda r: (r.channel, r.queue.casefold()),
        width=72,
        stretch=1,
        about="Channel: the medium that customers use",
    ),
    Column(
        "waiting",
        "wait",
        text=lambda r: waiting_words(r),
        value=lambda r: r.waiting if r.waits_known else None,
        width=46,
        stretch=1,
        right=True,
        tip=lambda r, b: _count_tip("waiting", waiting_words(r), r, b, counted_words(r)),
        about=definitions.about("waiting"),
        descending=True,
    ),
    Column(
        "oldest",
        "oldest",
        text=lambda r: texts.UNKNOWN if r.oldest_at is None else str(r.oldest_at),
        value=lambda r: None if r.oldest_at is None else -r.oldest_at,
        width=66,
        stretch=1,
        right=True,
        started=lambda r: r.oldest_at,
        live_tone=_wait_tone,
        tip=lambda r, b: _count_tip(
            "oldest",
            texts.since(r.oldest_at, b.at if b else 0),
            r,
            b,
            definitions.expects(r, marks.expected_of(r, b)),
        ),
        about=definitions.about("oldest"),
        descending=True,
    ),
    Column(
        "service_level",
        "SL",
        text=lambda r: texts.percent(r.figures.service_level),
        value=lambda r: r.figures.service_level,
        width=58,
        stretch=1,
        right=True,
        tone=marks.service_tone,
        tip=lambda r, b: _figure_tip(
            "service_level",
            texts.percent(r.figures.service_level),
            r,
            b,
            definitions.aimed(r),
        ),
        about=definitions.about("service_level"),
    ),
    Column(
        "abandon_rate",
        "lost",
        text=lambda r: texts.percent(r.figures.abandon_rate),
        value=lambda r: r.figures.abandon_rate,
        width=58,
        stretch=1,
        right=True,
        tone=marks.abandon_tone,
        tip=lambda r, b: _figure_tip("abandon_rate", texts.percent(r.figures.abandon_rate), r, b),
        about=definitions.about("abandon_rate"),
        descending=True,
    ),
    Column(
        "asa",
        "ASA",
        text=lambda r: texts.duration(r.figures.asa_s),
        value=lambda r: r.figures.asa_s,
        width=44,
        stretch=1,
        right=True,
        tip=lambda r, b: _figure_tip("asa_s", texts.duration(r.figures.asa_s), r, b),
        about=definitions.about("asa_s"),
        gives_way=True,
        descending=True,
    ),
    Column(
        "aht",
        "AHT · res",
        text=lambda r: texts.handling(r.figures.aht_s, r.figures.resolution),
        value=lambda r: r.figures.aht_s,
        width=82,
        stretch=1,
        right=True,
        live_tone=lambda r, now, b: "warn" if _is_dearer(r, b) else "",
        tip=lambda r, b: _figure_tip(
            "aht_s",
            texts.handling(r.figures.aht_s, r.figures.resolution),
            r,
            b,
            definitions.normal(b, r),
        ),
        about=definitions.about("aht_s"),
        descending=True,
    ),
    _members("available", "free", "available", 38),
    _members("on_contact", "busy", "on_contact", 36),
    _members("wrap_up", "wrap", "wrap_up", 38),
    _members("paused", "pause", "paused", 45),
    _members("staffed", "staff", "staffed", 36),
    Column(
        "trend",
        "trend",
        text=lambda r: ",".join(map(str, r.trend)),
        value=lambda r: sum(r.trend),
        width=54,
        stretch=2,
        kind="spark",
        tip=lambda r, b: _count_tip(
            "trend", texts.count(sum(r.trend)), r, b, "quarters: " + ", ".join(map(str, r.trend))
        ),
        about=definitions.about("trend"),
        descending=True,
    ),
    Column(
        "promises",
        "calls back",
        text=lambda r: texts.count(r.promises),
        value=lambda r: r.promises,
        width=66,
        stretch=1,
        right=True,
        tip=lambda r, b: _count_tip("promises", texts.count(r.promises), r, b, promise_words(r, b)),
        about=definitions.about("promises"),
        descending=True,
        hidden=True,
    ),
    Column(
        "controls",
        "callback · channel · agents",
        text=lambda r: spoken_controls(r),
        value=lambda r: r.channel_state,
        width=300,
        kind="controls",
        about="Controls: callback offer and dialling, channel, agents\n"
        "click, read what it will touch, press Enter. The keys are in the menu.",
    ),
)


def waiting_words(row: QueueRow) -> str:
    """The number that waits; ≈ where the platform counted it and nobody is known by name."""
    if not row.waits_known:
        return texts.UNKNOWN
    return f"≈{texts.count(row.waiting)}" if row.counted_waiting else texts.count(row.waiting)


def counted_words(row: QueueRow) -> str:
    """What the platform itself counted, and when."""
    if not row.waits_known:
        return "this source's exports tell of a contact when it is over, not while it waits"
    if row.counted_at is None:
        return ""
    counts = ", ".join(
        f"{metric.replace('_us', '').replace('_', ' ')} "
        f"{texts.duration(value / 1_000_000) if metric.endswith('_us') else texts.count(value)}"
        for metric, value in row.counts
    )
    how = "≈ is a count by the platform, without identities; " if row.counted_waiting else ""
    return f"{how}counted at {texts.clock(row.counted_at)}: {counts}"


def promise_words(row: QueueRow, board: Board | None) -> str:
    if row.promises is None or row.oldest_promise_at is None:
        return ""
    oldest = texts.since(row.oldest_promise_at, board.at if board else 0)
    return f"oldest promised {oldest} ago, {texts.count(row.overdue)} overdue"


def limit_words(row: QueueRow) -> str:
    """When the offer goes off by itself; empty where never."""
    if row.callback_off_from is None:
        return ""
    return f"the offer goes off by itself from {row.callback_off_from} open promises"


def switch(value: bool | None) -> str:
    return "?" if value is None else "on" if value else "off"


def spoken_controls(row: QueueRow) -> str:
    return (
        f"callback offer {switch(marks.stands(row, 'callback_offer'))}, "
        f"dialling {switch(marks.stands(row, 'callback_dial'))}, "
        f"channel {row.channel_state}"
        + "".join(f", {control} {state}" for control, state in row.controls)
    )


def queue_model() -> RowModel:
    def in_order(channel: str) -> tuple[bool, int, str]:
        """Critical channels first, then those whose customers expect the quickest answer."""
        board: Board | None = model.context
        known = {c.channel: c for c in board.channels} if board else {}
        row = known.get(channel)
        return (not row.critical, row.expected_s, channel) if row else (True, 0, channel)

    model = RowModel(
        COLUMNS,
        key=lambda r: r.queue_id,
        group=lambda r: r.channel,
        group_order=in_order,
    )
    return model
