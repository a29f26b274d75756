"""Bringing agents into queues and out of them, which Amazon Connect does by routing profiles.

An agent has one routing profile, and that has queues. So an agent comes into a queue by another
profile. Which one stood before has to be remembered to go back to it, and Amazon has no place for
that: it lies in a file of this desk.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from console.connectors.amazon_connect_calls import calling
from console.connectors.amazon_connect_directory import Directory, Profile, User
from console.connectors.remote import Refusal

# Of so many moves of one agent, and of so many agents, the newest are remembered.
_MOVES = 20
_AGENTS = 5000


@dataclass(frozen=True, slots=True)
class Move:
    """From which profile to which, by id."""

    before: str
    after: str


class Memory:
    """The moves of each agent, oldest first, in a file. Written before the move is made: one that
    was not made after all does no harm, one that is forgotten does."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, user: str) -> list[Move]:
        return self._read().get(user, [])

    def put(self, user: str, moves: list[Move]) -> None:
        """Refusal where it cannot be kept."""
        known = self._read()
        known.pop(user, None)
        if moves:
            known[user] = moves[-_MOVES:]
        kept = dict(list(known.items())[-_AGENTS:])
        text = json.dumps({user: [asdict(move) for move in own] for user, own in kept.items()})
        new = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            os.replace(new, self._file)
        except OSError as error:
            raise Refusal(
                "The routing profile of before cannot be remembered, so nothing was changed: "
                f"{error.strerror or type(error).__name__}."
            ) from None

    def _read(self) -> dict[str, list[Move]]:
        try:
            said = json.loads(self._file.read_bytes())
            return {
                str(user): [Move(str(move["before"]), str(move["after"])) for move in own]
                for user, own in said.items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}


class Profiles:
    """`named` are the routing profiles of the settings, by queue."""

    def __init__(
        self,
        client: Any,
        instance: str,
        directory: Directory,
        memory: Memory,
        named: Mapping[str, str],
    ) -> None:
        self._client = client
        self._instance = instance
        self._directory = directory
        self._memory = memory
        self._named = named

    def current(self, user: User) -> Profile:
        """The routing profile that the user has now."""
        with calling("Reading the user"):
            said = self._client.describe_user(UserId=user.id, InstanceId=self._instance)
        id = said.get("User", {}).get("RoutingProfileId", "")
        profile = self._directory.profiles().get(id)
        if profile is None:
            self._directory.forget()
            profile = self._directory.profiles().get(id)
        if profile is None:
            raise Refusal(f"The routing profile of {user.called} cannot be read.")
        return profile

    def bring_in(self, user: User, now: Profile, queue: str, name: str, *, back: bool) -> str:
        """Words of what was done. `back`: the order takes one back that brought them out."""
        if queue in now.queues:
            return f"{user.called} has {name} already, in the routing profile {now.name}."
        if back and (before := self._before(user, now, queue, wanted=True)) is not None:
            return self._go_back(user, before)
        wider = now.queues | {queue}
        if name in self._named:
            target = self._directory.profile_named(self._named[name])
            if queue not in target.queues:
                raise Refusal(f"The routing profile {target.name} of the settings has no {name}.")
        else:
            target = self._one(each for each in self._all() if each.queues >= wider)
        if target is None:
            raise Refusal(
                f"No one routing profile has {name} beside the queues of {now.name}. "
                f"Name one for {name} in the settings of this connection."
            )
        return self._go(user, now, target)

    def bring_out(self, user: User, now: Profile, queue: str, name: str) -> str:
        """Words of what was done."""
        if queue not in now.queues:
            return (
                f"{user.called} is not in {name}: the routing profile {now.name} has no such queue."
            )
        if (before := self._before(user, now, queue, wanted=False)) is not None:
            return self._go_back(user, before)
        rest = now.queues - {queue}
        target = self._one(each for each in self._all() if rest and each.queues == rest)
        if target is None:
            raise Refusal(
                f"No one routing profile has the queues of {now.name} without {name}, and nobody "
                f"remembers which one {user.called} had before."
            )
        return self._go(user, now, target)

    def _all(self) -> list[Profile]:
        return list(self._directory.profiles().values())

    @staticmethod
    def _one(fitting: Any) -> Profile | None:
        """The one with the fewest queues; None where there is none, or it is one of several."""
        found = sorted(fitting, key=lambda each: len(each.queues))
        if len(found) > 1 and len(found[0].queues) == len(found[1].queues):
            return None
        return found[0] if found else None

    def _before(
        self, user: User, now: Profile, queue: str, *, wanted: bool
    ) -> tuple[Profile, list[Move]] | None:
        """The newest profile before our moves with, or without, this queue; the moves up to it."""
        moves = self._memory.of(user.id)
        at = now.id
        while moves:
            move = moves.pop()
            if move.after != at:
                continue  # somebody else has moved them meanwhile, or it was never made
            at = move.before
            profile = self._directory.profiles().get(at)
            if profile is not None and (queue in profile.queues) == wanted:
                return profile, moves
        return None

    def _go_back(self, user: User, before: tuple[Profile, list[Move]]) -> str:
        target, moves = before
        self._assign(user, target)
        self._memory.put(user.id, moves)
        return f"{user.called} has the routing profile {target.name} again."

    def _go(self, user: User, now: Profile, target: Profile) -> str:
        moves, move = self._memory.of(user.id), Move(now.id, target.id)
        if moves[-1:] != [move]:
            self._memory.put(user.id, [*moves, move])
        try:
            self._assign(user, target)
        except Refusal:
            self._memory.put(user.id, moves)
            raise
        return f"{user.called} has the routing profile {target.name} instead of {now.name}."

    def _assign(self, user: User, target: Profile) -> None:
        with calling(f"Giving {user.called} the routing profile {target.name}"):
            self._client.update_user_routing_profile(
                RoutingProfileId=target.id, UserId=user.id, InstanceId=self._instance
            )
