"""Contact debt of a centre that does not exist."""

from dataclasses import replace

from console.domain.debt import (
    FRESH,
    REDIAL,
    Act,
    ChannelDebt,
    DebtGauge,
    DebtHours,
    Ends,
    IssueContact,
    IssueList,
    IssueRow,
    Measure,
    OpenIssues,
    TrendPoint,
)

HOUR = 3_600_000_000
UNKNOWN = Measure(note="needs 9 more days of history")


def make_gauge(at: int, open_: float | None = 412.0, hours: int = 48) -> DebtGauge:
    """Debt that has grown by four needs an hour."""
    trend = tuple(
        TrendPoint(
            at - ago * HOUR,
            None if open_ is None else open_ - 4.0 * ago,
            None if open_ is None else (open_ - 4.0 * ago) / 4.0,
            100,
            70,
        )
        for ago in range(hours, -1, -1)
    )
    total = Measure(open_, 60.0 if open_ is None else open_ - 30, open_ and open_ + 30)
    return DebtGauge(
        at=at, window_h=48.0, data_from=at - 20 * 24 * HOUR, data_until=at, attempts=4800,
        needs=3100, keyless=0.12, gross=0.548, normal=Measure(1.12, 1.1, 1.15, "of 2 past weeks"),
        excess=Measure(0.38, 0.3, 0.47, "of 2 past weeks"), corrected=Measure(0.5, 0.45, 0.55),
        open=OpenIssues(55, Measure(200.0), Measure(152.0), 5, total),
        usual_open=Measure(120.0, 100.0, 140.0, "of 2 past weeks"),
        hours=DebtHours(open_ and 90.0, 2.0, 4.0, open_ and 96.0, ("email",)),
        ends=Ends(Measure(2100.0, 2000.0, 2200.0), Measure(480.0, 440.0, 520.0), Measure(120.0)),
        channels=(
            ChannelDebt("voice", 3000, 1900, 700, 300, 40, 300, open_ and 300.0, 10.5, 52.5),
            ChannelDebt("email", 600, 500, 0, 60, 40, 0, open_ and 112.0, None, None),
        ),
        trend=trend,
        acts=(Act(at - 5 * HOUR - HOUR // 2, "callback offer off, billing"),),
        doubts=("12\u202f% of the attempts name no customer.",),
        short_h=0.0, version=("debt", at, open_),
    )  # fmt: skip


def make_issues(at: int) -> IssueList:
    """One customer who tried three times, and one who waits."""

    def contact(number: int, ago_h: float, kind: str, since_h: float | None) -> IssueContact:
        return IssueContact(
            1, f"1700.{number}", "pbx", "voice", round(at - ago_h * HOUR), "abandoned", kind,
            "same customer" if since_h is not None else "", since_h,
        )  # fmt: skip

    three = (
        contact(1, 5.0, FRESH, None), contact(2, 3.0, REDIAL, 2.0), contact(3, 1.0, REDIAL, 2.0),
    )  # fmt: skip
    one = (replace(contact(9, 7.0, FRESH, None), outcome="waiting"),)
    rows = (
        IssueRow("1 1700.1", "…692", "invoice", "gone without an answer", 3,
                 three[0].entered_at, three[2].entered_at, "voice", three, False),
        IssueRow("1 1700.9", "…100", "", "waiting", 1,
                 one[0].entered_at, one[0].entered_at, "voice", one, False),
    )  # fmt: skip
    return IssueList(at, 48.0, rows, 250, ("issues", at))


class FakeDebt:
    """What a fake console answers."""

    gauge: DebtGauge | None = None
    issue_list: IssueList | None = None
    asked_debt = 0

    def debt(self, known: object = None) -> DebtGauge | None:
        self.asked_debt += 1
        if self.gauge is None or self.gauge.version == known:
            return None
        return self.gauge

    def issues(self, known: object = None) -> IssueList | None:
        if self.issue_list is None or self.issue_list.version == known:
            return None
        return self.issue_list


__all__ = ["FakeDebt", "make_gauge", "make_issues"]
