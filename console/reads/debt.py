"""The gauge of contact debt, asked again and again: what moves slowly is kept, what has come is
added. Any thread may ask.
"""

import threading
from dataclasses import replace
from math import exp

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.debt import returns as counted
from console.debt.attempts import PROMISED, UNKNOWN, Attempts
from console.debt.gauge import Beside, Course, course, gauge
from console.debt.issues import Issues, Marks, join
from console.debt.past import Past, in_order, past
from console.domain.debt import Act, DebtGauge, IssueList
from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.forecast.estimate import Estimate
from console.forecast.estimate_returns import Endings, Usual, estimate_returns
from console.reads.attempts import History
from console.reads.attempts_lent import Lent, lends
from console.reads.counted import tells
from console.reads.issue_list import issue_list
from console.settings import Settings
from console.store.chain import REDO, UNDO
from console.store.columns import let_go
from console.store.engine import revision
from console.store.memory import remembering
from console.store.tables import Contact, IssueMark, Journal, Obligation, Queue, Source

#: Four weeks to compare with, and what the first of them looks back on.
HISTORY_US = 34 * DAY
#: What is usual is told anew so often, and no more often when old contacts come in.
PAST_EVERY_US = 15 * MINUTE
PAST_LEAST_US = 5 * MINUTE
#: The gauge is the same for so long while nothing has come.
STILL_US = 15 * SECOND
#: Before the history suffices to count, who comes again is estimated, near what is usual elsewhere.
SHORT_US = 2 * HOUR
_REDIAL, _RECONNECT = Usual(0.7, 0.7), Usual(8.0, 0.4)
_COURSE_US = 7 * DAY
#: So many attempts of each kind are enough to estimate from.
_ENOUGH = 10_000
_SHOWN_US = 48 * HOUR
#: Commands that steer the work, and are shown beside the course of debt.
STEERING = (
    "set_callback", "set_channel", "send_agents", "move_agents", "set_penalty", "call_in",
    "cancel_blocks", "restore_all", "start_operation", "close_operation",
)  # fmt: skip


class Debt:
    """One for each database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._window_us = settings.issue_window_h * HOUR
        self._lock = threading.Lock()
        self._history: History | None = None
        self._at = 0
        nothing = np.empty(0, np.int64)
        self._unended = nothing, nothing  # ends of old attempts, and the places of those without
        self._past: Past | None = None
        self._past_marks: object = None
        self._stale = False  # old contacts have come since the past was told
        self._issues: Issues | None = None
        self._issues_of: object = None
        self._kept_marks = Marks()
        self._doubts: tuple[str, ...] = ()
        self._doubts_of = -1
        self._course: Course | None = None
        self._course_of: object = None
        self._changed = 0  # nothing before it has changed since the gauge was told
        self._told: DebtGauge | None = None
        self._told_of: tuple[object, int] = (None, 0)

    def gauge(self, session: Session, now: int, known: object = None) -> DebtGauge | None:
        """None where `known` is its version still."""
        with self._lock, remembering(session):
            found = self._gauge(session, now)
        return None if found.version == known else found

    def issues(
        self, session: Session, now: int, known: object = None, limit: int = 300
    ) -> IssueList | None:
        """Needs with more than one attempt and those that have been open longest, the most attempts
        first; None where `known` is the list's version still."""
        with self._lock, remembering(session):
            at = self._refresh(session, now)
            issues, marks = self._joined(session)
            version = (self._issues_of, at // MINUTE, limit)
            if version == known:
                return None
            found = issue_list(session, issues, marks, at, self._settings, limit)
        return IssueList(found.at, found.window_h, found.rows, found.issues, version)

    def lend(self, session: Session, now_us: int, since_us: int, *, promises: bool) -> Lent | None:
        """The history, for who needs another part of it; None where it begins too late."""
        with self._lock, remembering(session):
            # Who asks of a past instant must not have all read anew.
            self._refresh(session, max(now_us, self._at))
            history = self._history
            if history is None or history.since_us > since_us:
                return None
            return history.parts, history.promises(session) if promises else None

    # --- the parts

    def _gauge(self, session: Session, now: int) -> DebtGauge:
        at = self._refresh(session, now)
        issues, _marks = self._joined(session)
        state = (self._issues_of, revision(session))
        if self._told is not None and self._told_of[0] == state:
            if 0 <= at - self._told_of[1] < STILL_US:
                return self._told
        before, usual = self._past, self._usual(at)
        # What has been stays, unless contacts of full hours were told anew, or by another rule.
        of = (usual.at, self._past_marks, at // HOUR)
        if self._course is None or self._course_of != of or self._changed < self._course.until:
            self._course, self._course_of = course(self._longer(at), usual, at), of
        self._changed = at
        found = gauge(issues, usual, at, self._beside(session, issues, at), self._course)
        self._told, self._told_of = replace(found, version=(state, at)), (state, at)
        if usual is not before:
            let_go(session)
        return self._told

    def _refresh(self, session: Session, now: int) -> int:
        """Read what has come; the instant that can be told of: now, or the newest that is known."""
        if self._history is None:
            until = session.scalar(select(func.max(Source.last_at))) or now
        else:
            until = self._history.refresh(session).live.until_us or now
        at = self._at = min(now, until)
        since = at - HISTORY_US
        if self._history is None or not since - 2 * DAY < self._history.since_us <= since:
            # Kept for two days before what is too old is let go.
            self._history = History(since, self._settings)
            lends(session, self)
            self._past = None
            self._history.refresh(session)
        if self._recent(at) is None:
            self._history.retie(session)
        changed = self._history.changed
        if changed is not None:
            self._stale |= changed.whole or changed.since_us == 0
            self._changed = min(self._changed, changed.since_us)
            if changed.whole:
                self._past = None
        return at

    def _joined(self, session: Session) -> tuple[Issues, Marks]:
        assert self._history is not None
        marks, of = self._marks(session)
        state = (self._history.live.revision, of)
        if self._issues is None or self._issues_of != state:
            self._issues = join(self._with_open(), self._window_us, marks)
            self._issues_of, self._kept_marks = state, marks
        if self._past_marks != of:
            self._stale, self._past_marks = True, of
        return self._issues, self._kept_marks

    def _with_open(self) -> Attempts:
        """The attempts of the last days, and older ones that are not over."""
        assert self._history is not None
        old, live = self._history.old, self._history.live
        if self._unended[0] is not old.ended_us:  # most changes are of newer ones
            self._unended = old.ended_us, np.flatnonzero(old.ended_us < 0)
        open_ = self._unended[1]
        open_ = open_[old.outcome[open_] != PROMISED]
        written = [n for n, name in enumerate(old.channels) if name in ("email", "social")]
        open_ = open_[np.isin(old.channel[open_], written)]
        if not len(open_):
            return live
        return in_order((old, live), (open_, np.arange(len(live))))

    def _longer(self, at: int) -> Issues:
        """The issues of a week: those who went two days before the course begins come into it."""
        assert self._history is not None and self._issues is not None
        old, live = self._history.old, self._history.live
        more = np.flatnonzero((old.entered_us >= at - _COURSE_US) | (old.ended_us < 0))
        if not len(more):
            return self._issues
        every = in_order((old, live), (more, np.arange(len(live))))
        return join(every, self._window_us, self._kept_marks)

    def _usual(self, at: int) -> Past:
        assert self._history is not None
        if (kept := self._recent(at)) is not None:
            return kept
        self._past = past(
            self._history.parts,
            at,
            self._window_us,
            self._kept_marks,
            lambda recent: _estimated(recent, at),
        )
        self._stale = False
        return self._past

    def _recent(self, at: int) -> Past | None:
        """What is usual, as it was told a while ago; None where that was too long ago."""
        kept = self._past
        if kept is None or not 0 <= at - kept.at < PAST_EVERY_US:
            return None
        if self._history is None or len(kept.handling) != len(self._history.live.channels):
            return None  # a channel is there that was not known then
        return kept if not self._stale or at - kept.at < PAST_LEAST_US else None

    def _marks(self, session: Session) -> tuple[Marks, object]:
        of = tuple(
            session.execute(
                select(
                    func.count(), func.max(IssueMark.revision), func.sum(IssueMark.edited_at)
                ).select_from(IssueMark)
            ).one()
        )
        if not of[0]:
            return Marks(), of
        begins: list[int] = []
        groups: dict[str, list[int]] = {}
        for contact_id, starts, issue in session.execute(
            select(Contact.id, IssueMark.begins, IssueMark.issue).join(
                Contact,
                (Contact.source_id == IssueMark.source_id) & (Contact.ref == IssueMark.ref),
            )
        ).tuples():
            if starts:
                begins.append(contact_id)
            if issue:
                groups.setdefault(issue, []).append(contact_id)
        return Marks(tuple(sorted(begins)), tuple(tuple(sorted(g)) for g in groups.values())), of

    def _beside(self, session: Session, issues: Issues, at: int) -> Beside:
        assert self._history is not None
        a = issues.attempts
        promised = (a.outcome == PROMISED) & (a.answered_us < 0)
        dials = self._history.dials
        missed = (dials.answered_us < 0) & (dials.ended_us > dials.entered_us)
        owed = session.scalar(
            select(func.sum(Obligation.minutes)).where(Obligation.state == "owed")
        )
        return Beside(
            owed_h=float(owed or 0) / 60.0,
            stale=int((promised & (issues.after >= 0)).sum()),
            dial_s=float((dials.ended_us - dials.entered_us)[missed].mean()) / SECOND
            if missed.any()
            else None,
            acts=_acts(session, at),
            doubts=self._unsure(session, issues, at),
        )

    def _unsure(self, session: Session, issues: Issues, at: int) -> tuple[str, ...]:
        """Of what sources tell: as of the last minute."""
        if self._doubts_of != at // MINUTE:
            self._doubts, self._doubts_of = _doubts(session, issues, at), at // MINUTE
        return self._doubts


def _acts(session: Session, at: int) -> tuple[Act, ...]:
    taken_back = select(Journal.undoes).where(Journal.undoes.is_not(None))
    return tuple(
        Act(when, title)
        for when, title in session.execute(
            select(Journal.at, Journal.title)
            .where(
                Journal.at > at - _SHOWN_US,
                Journal.at <= at,
                Journal.command.in_(STEERING),
                Journal.command.not_in((UNDO, REDO)),
                Journal.id.not_in(taken_back),
            )
            .order_by(Journal.at)
        ).tuples()
    )


def _doubts(session: Session, issues: Issues, at: int) -> tuple[str, ...]:
    found: list[str] = []
    a = issues.attempts
    told = tells(session, at).waiting
    silent = session.scalars(
        select(Source.name)
        .where(Source.id.in_(select(Queue.source_id)), Source.id.not_in(told))
        .order_by(Source.name)
    ).all()
    if silent:
        found.append(f"Who waits now is not known of {', '.join(silent)}.")
    if len(a) and not (a.topic != UNKNOWN).any():
        found.append(
            "No source names topics: two needs of one customer soon after another count as one."
        )
    if len(a) and not (a.outcome == PROMISED).any():
        found.append("No source tells of promised callbacks.")
    return tuple(found)


def _estimated(a: Attempts, at: int) -> counted.Returns | None:
    """From a history too short to count, beside what is usual elsewhere; None if even that fails.

    `a` in the order of customer and time.
    """
    if not len(a) or at - int(a.entered_us.min()) < SHORT_US:
        return None
    keyed = (a.customer != UNKNOWN) & (a.ended_us >= 0) & (a.ended_us < at)
    again = np.zeros(len(a), np.bool_)
    again[:-1] = a.customer[1:] == a.customer[:-1]
    next_ = np.append(a.entered_us[1:], at)
    until = np.where(again, next_, at)
    gap = (until - a.ended_us) / HOUR
    keyed &= gap > 0
    span = (at - int(a.entered_us.min())) / HOUR
    curves: list[counted.Curve | None] = []
    for which, usual in ((a.left, _REDIAL), (a.answered, _RECONNECT)):
        mine = np.flatnonzero(keyed & which)
        mine = mine[:: max(len(mine) // _ENOUGH, 1)]
        found = estimate_returns(Endings(gap[mine], again[mine]), span, usual)
        if found.share is None or found.delay_h is None:
            curves.append(None)
            continue
        curves.append(_curve(found.share, found.delay_h.value, len(mine)))
    return counted.Returns(*curves)


def _curve(share: Estimate, delay_h: float, number: int) -> counted.Curve:
    """Of an exponential delay: who has not come after an age comes the less likely."""
    left = [share.value * exp(-age / delay_h) for age in counted.AGES_H]
    chance = [each / (1.0 - share.value + each) for each in left]
    wide = [(share.high - share.low) / 3.92 * each / max(share.value, 1e-6) for each in chance]
    return counted.Curve(
        counted.AGES_H, (*chance[:-1], 0.0), (*wide[:-1], 0.0), number,
        "estimated from a short history",
    )  # fmt: skip


__all__ = ["STEERING", "Debt"]
