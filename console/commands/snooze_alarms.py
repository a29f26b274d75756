"""Put an alarm off for a while, with the reason: it calls again when it still stands then."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.take_alarms import named, refused_of, rows_of
from console.commands.texts import clock, fault_of_text, lasting
from console.domain.acts import Preview
from console.domain.times import DAY, now_us

#: Longer than this nobody means: an alarm that is wrong for days wants another limit.
LONGEST = DAY
#: What was typed is no time.
UNREADABLE = -1


@dataclass(frozen=True, slots=True)
class SnoozeAlarms(Command):
    """Until `until`, microseconds UTC on the console's clock, of which `now` is the present."""

    name: ClassVar[str] = "snooze_alarms"
    steps_back: ClassVar[bool] = False
    ids: tuple[int, ...]
    until: int
    why: str
    who: str
    now: int | None = None

    def title(self, session: Session) -> str:
        return f"put off until {self._clock()}: {named(rows_of(session, self.ids))}"

    def _clock(self) -> str:
        return "–" if self.until < 0 else clock(self.until)

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        rows = rows_of(session, self.ids)
        if refused := refused_of(rows, self.ids):
            return Preview(title, refused=refused)
        left = self.until - (now_us() if self.now is None else self.now)
        if self.until < 0 or not 0 < left <= LONGEST:
            return Preview(title, refused="Write for how many minutes, at most a day.")
        if not self.why.strip():
            return Preview(title, refused="Write why: whoever comes next wants to know.")
        if fault := fault_of_text("The reason", self.why):
            return Preview(title, refused=fault)
        touches = [f"{row.title}: quiet for {lasting(left)}" for row in rows]
        return Preview(
            title, tuple(touches), (), ("It still stands, and calls again if it does then.",)
        )

    def apply(self, session: Session) -> None:
        for row in rows_of(session, self.ids):
            row.snoozed_until, row.snoozed_by = self.until, self.who
            row.snoozed_why = self.why.strip()
            row.owner, row.owned_at = "", None


__all__ = ["UNREADABLE", "SnoozeAlarms"]
