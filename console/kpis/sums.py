"""What is counted and summed for one bucket of time, before any division."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sums:
    """Raw counts and sums of one queue, channel or agent over one bucket.

    A contact is counted where it entered the queue, whenever it ends. Two groups are counted
    elsewhere: those starting with ``pbx_`` where the contact ended, as a PBX's own counters are,
    and those from `login_us` on are stretches of time, cut to the bucket. Durations are
    microseconds. None means that the source does not say.
    """

    received: int = 0
    answered: int = 0
    abandoned: int = 0
    timeout: int = 0
    exit_key: int = 0
    exit_empty: int = 0
    leave_empty: int = 0  # of exit_empty, those with a LEAVEEMPTY row
    withdrawn: int = 0
    dumped: int = 0
    blocked: int = 0
    saturated: int = 0
    closed: int = 0
    waiting: int = 0
    unfinished: int = 0  # cut off by a restart, or their end was never written

    answered_in_sl: int = 0
    abandoned_in_sl: int = 0
    short_abandoned: int = 0
    transferred: int = 0
    ended_by_agent: int = 0
    ended_by_customer: int = 0
    rings_no_answer: int = 0

    waits_answered: int = 0  # answered whose wait is known
    wait_answered_us: int = 0
    waits_abandoned: int = 0
    wait_abandoned_us: int = 0
    waits_flow_out: int = 0
    wait_flow_out_us: int = 0
    longest_wait_us: int | None = None
    talks: int = 0  # answered whose conversation is over and its length known
    talk_us: int = 0
    wrapups: int = 0  # wrap-up stretches that began in the bucket
    wrapup_us: int = 0  # their whole length
    outcomes: int = 0  # answered of which it is known whether they settled the need
    resolved: int = 0  # of them, those that did

    pbx_completed: int = 0
    pbx_completed_in_sl: int = 0
    pbx_abandoned: int = 0
    pbx_abandoned_in_sl: int = 0
    pbx_holdtime_s: int | None = None
    pbx_talktime_s: int | None = None

    login_us: int | None = None
    member_us: int | None = None
    staffed_us: int | None = None
    pause_us: int | None = None
    ready_us: int | None = None
    available_us: int | None = None
    on_contact_us: int | None = None
    busy_us: int | None = None  # on contact or in wrap-up, while staffed
    ring_us: int | None = None
    wrapup_time_us: int | None = None

    @property
    def flow_out(self) -> int:
        return self.timeout + self.exit_key + self.exit_empty + self.withdrawn + self.dumped

    @property
    def offered(self) -> int:
        return self.answered + self.abandoned + self.flow_out

    @property
    def refused(self) -> int:
        return self.blocked + self.saturated + self.closed
