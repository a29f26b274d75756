"""What a screen or a command line asks of the forecast about acts. Each question opens its own
session; what they all start from is kept for a while.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands import RestoreAll, SendAgents
from console.commands.command import Command
from console.commands.made import command_of
from console.domain.acts import Candidate
from console.domain.board import Board
from console.domain.foreseen import UNKNOWN, Foreseen, PostureForeseen, Suggestion
from console.domain.freeing import ResourceList
from console.domain.plans import Idea, Plan, PlanRow
from console.domain.playbooks import Review, ReviewItem
from console.domain.times import MINUTE
from console.previews.floor import Floor
from console.previews.ideas import Now, commands
from console.previews.meaning import Meaning, meaning, steers, together
from console.previews.plan import best, plan
from console.previews.suggest import suggestion
from console.previews.weigh import Part, foreseen, parts_foreseen
from console.reads.forecasts import starts_at
from console.reads.present import Present, Presents
from console.store.engine import Store
from console.store.tables import Override

NOTHING_READ = (
    "Nothing can be foreseen yet: too few contacts were answered to know how long they take."
)


WITHOUT_HOURS = "meetings that take place again and people who need not come are not counted"
#: Two days are looked ahead: what they start from may be so old, unless something was done since.
KEPT = 3 * MINUTE


class Foresight:
    """`presents` may be shared with others who ask for forecasts; `clock` is the console's."""

    def __init__(
        self,
        store: Store,
        presents: Presents,
        clock: Callable[[], int],
        who: str = "",
        rest_h: int = 11,
    ) -> None:
        self._store = store
        self._presents = presents
        self._clock = clock
        self._who, self._rest_h = who, rest_h

    def foresee(
        self, command: Command, overtaken: Callable[[], bool] = lambda: False
    ) -> Foreseen | None:
        """What a command would bring; None where nobody waits for the answer any more."""
        with self._floor() as (floor, present):
            title = command.title(floor.session)
            if not steers(type(command)):
                means = meaning(floor, command)
                return Foreseen(title, UNKNOWN, None, unknown=means.unknown)
            if not floor.centre.channels:
                return _nothing(title)
            means = meaning(floor, command)
        return None if overtaken() else foreseen(present, title, means)

    def foresee_revert(
        self, operation_id: int, overtaken: Callable[[], bool] = lambda: False
    ) -> Foreseen | None:
        """What it brings to take back all that an operation did and that still stands."""
        with self._store.read() as session:
            rows = session.scalars(select(Override).where(Override.operation_id == operation_id))
            command = RestoreAll(tuple((row.subject, row.aspect) for row in rows))
        found = self.foresee(command, overtaken)
        if found is None:
            return None
        return replace(found, title="revert the operation", notes=(*found.notes, WITHOUT_HOURS))

    def foresee_review(
        self,
        review: Review,
        overtaken: Callable[[], bool] = lambda: False,
        *,
        whole: bool = False,
    ) -> PostureForeseen | None:
        """A posture as a whole, and what each of its items adds to the others unless only the
        `whole` is asked for."""
        with self._floor() as (floor, present):
            if not floor.centre.channels:
                return PostureForeseen(_nothing(review.title))
            parts = [
                Part(item.key, _meant(floor, item), item.included)
                for item in review.items
                if item.can_include
            ]
        chosen = together(part.means for part in parts if part.chosen)
        if not any(part.chosen for part in parts):
            chosen = Meaning(unknown=("Nothing is ticked that the console would do.",))
        if overtaken():
            return None
        found = foreseen(present, review.title, chosen)
        if whole:
            return PostureForeseen(found)
        return (
            None if overtaken() else PostureForeseen(found, tuple(parts_foreseen(present, parts)))
        )

    def suggest(
        self,
        queue_id: int,
        candidates: Sequence[Candidate],
        overtaken: Callable[[], bool] = lambda: False,
    ) -> Suggestion | None:
        """How many of these agents, the best first, to send to a queue."""
        with self._floor() as (floor, present):
            if not floor.centre.channels:
                return Suggestion(None, NOTHING_READ)
            ids = [candidate.agent_id for candidate in candidates]

            def means(number: int) -> Meaning:
                return meaning(floor, SendAgents(queue_id, tuple(ids[:number])))

            acts = {number: means(number) for number in _numbers(len(ids))}
        return None if overtaken() else suggestion(present, acts)

    def plan(
        self,
        board: Board,
        resources: ResourceList | None,
        review: Review | None,
        wanted: Sequence[Idea] | None = None,
    ) -> Plan:
        """What could be done on this board, side by side; `wanted` ideas, or those of the moment.
        `review` is the playbook that is taken whole."""
        with self._floor() as (floor, present):
            if not floor.centre.channels:
                return Plan(None, why_none=NOTHING_READ)
            return plan(present, self._now(floor, board, resources, review), wanted)

    def best(
        self,
        board: Board,
        resources: ResourceList | None,
        overtaken: Callable[[], bool] = lambda: False,
    ) -> PlanRow | None:
        """The best that is found by adding one idea after another; None where nothing helps."""
        with self._floor() as (floor, present):
            if not floor.centre.channels:
                return None
            return best(present, self._now(floor, board, resources, None), overtaken)

    def commands(
        self, idea: Idea, board: Board, resources: ResourceList | None, review: Review | None
    ) -> list[Command]:
        """What does an idea, on the board of this moment; none where no control does it."""
        with self._floor() as (floor, _):
            return commands(self._now(floor, board, resources, review), idea)

    def _now(
        self,
        floor: Floor,
        board: Board,
        resources: ResourceList | None,
        review: Review | None,
    ) -> Now:
        return Now(floor, board, resources, review, self._who, self._rest_h)

    @contextmanager
    def _floor(self) -> Iterator[tuple[Floor, Present]]:
        with self._store.read() as session:
            present = self.present(session)
            yield Floor(session, present.centre, present.at, dict(present.unknown)), present

    def starts_at(self) -> int:
        """What is looked ahead from: the present, or the newest export where all are old."""
        with self._store.read() as session:
            return starts_at(session, self._clock()) or self._clock()

    def present(self, session: Session) -> Present:
        now = self._clock()
        return self._presents.of(session, starts_at(session, now) or now, KEPT)


def _meant(floor: Floor, item: ReviewItem) -> Meaning:
    try:
        return meaning(floor, command_of(item.command, item.fields))
    except ValueError as error:
        return Meaning(unknown=(f"{error}.",))


def _nothing(title: str) -> Foreseen:
    return Foreseen(title, UNKNOWN, None, unknown=(NOTHING_READ,))


def _numbers(most: int) -> list[int]:
    """Few numbers of agents to try, closer where they are small."""
    return [number for number in (1, 2, 3, 4, 6, 8, 12) if number < most] + [most] * (most > 0)
