"""A playbook taken whole: all that it ticks at its start, its later steps when they are due."""

from collections import Counter
from collections.abc import Iterator

from console.domain.playbooks import COMMAND, ReviewItem
from console.domain.rehearsals import PlanStep
from console.playbooks.playbook import Playbook
from console.playbooks.review import resolve
from console.players import sight
from console.players.carrying import orders_of
from console.twin.recording import Recording
from console.twin.replay import Replay
from console.twin.tally import Tally


def play(
    recording: Recording, seed: int, playbook: Playbook, fired_at: int
) -> tuple[Tally, tuple[PlanStep, ...]]:
    """Its sums, and what was done in words. What it leaves to the leader is left out."""
    run = Replay(recording, seed)
    steps: list[PlanStep] = []
    for after_us in sorted({item.after_us for item in playbook.items if item.kind == COMMAND}):
        at = fired_at + after_us
        if at >= recording.ended_at:
            break
        run.advance(max(run.now, at - sight.WINDOW))
        before = sight.counted(run.world)
        run.advance(at)
        now = sight.seen(run.world, before)
        wanted = {item.key: item for item in playbook.items}
        for item in resolve(playbook, now):
            own = wanted[item.key.split("/")[0]]
            if item.kind != COMMAND or own.after_us != after_us or not own.include:
                continue
            orders = list(orders_of(run.world, now, item)) if item.command else []
            for order in orders:
                run.ask(*order)
            steps.append(PlanStep(_words(item, orders), at - recording.taken_at))
    return run.finish(), tuple(steps)


def _words(item: ReviewItem, orders: list[tuple[str, dict[str, object]]]) -> str:
    if not orders:
        return f"{item.title}: {item.left_out.removeprefix('nothing to do: ')}"
    return f"{item.title}: {', '.join(_counted(orders))}"


def _counted(orders: list[tuple[str, dict[str, object]]]) -> Iterator[str]:
    verbs = Counter(action for action, _ in orders)
    names = {
        "callback_offer": "queues", "callback_dial": "queues", "queue_add": "agents in",
        "queue_remove": "places left", "block_cancel": "blocks", "call_in": "people",
    }  # fmt: skip
    for action, number in verbs.items():
        if action == "channel_state":
            yield ", ".join(f"{fields['channel']} {fields['state']}" for _, fields in orders)
        else:
            yield f"{number} {names.get(action, 'orders')}"


__all__ = ["play"]
