"""What an Amazon Connect instance calls things, and their ids.

Orders carry names as exports have them: of agents the full name or the login. Amazon allows two
requests a second, so what was listed is kept for ten minutes; what is not found is looked up anew.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from console.connectors.amazon_connect_calls import calling
from console.connectors.remote import Refusal

T = TypeVar("T")

KEPT_S = 600.0
# What was listed a moment ago is not listed again for a name that is not in it.
_FRESH_S = 20.0


@dataclass(frozen=True, slots=True)
class User:
    id: str
    login: str
    name: str

    @property
    def called(self) -> str:
        return self.name or self.login


@dataclass(frozen=True, slots=True)
class Profile:
    """A routing profile; `queues` are ids."""

    id: str
    name: str
    queues: frozenset[str]


@dataclass(frozen=True, slots=True)
class Status:
    id: str
    name: str
    routable: bool


class Directory:
    def __init__(self, client: Any, instance: str) -> None:
        self._client = client
        self._instance = instance
        self._known: dict[str, tuple[float, Any]] = {}

    def forget(self) -> None:
        """Something is not there any more: list all anew."""
        self._known.clear()

    def queues(self, *, fresh: bool = False) -> dict[str, str]:
        """Names of all queues but agents' own, by id."""
        if fresh:
            self._known.pop("queues", None)
        return self._kept("queues", self._list_queues)

    def queue(self, name: str) -> str:
        """The id of a queue by its name, id or ARN. Refusal where there is none."""

        def found() -> str | None:
            known = self.queues()
            ref = _id_in(name, "queue")
            if ref in known:
                return ref
            return _by_name(((id, called) for id, called in known.items()), name)

        return self._sought("queues", found, f"Amazon Connect has no queue “{name}”.")

    def user(self, names: Sequence[str]) -> User:
        """Who one of these names is: id, ARN, login or full name. Refusal where nobody is, or
        several are."""

        def found() -> User | None:
            users: dict[str, User] = self._kept("users", self._list_users)
            for name in names:
                if (user := users.get(_id_in(name, "agent"))) is not None:
                    return user
            for name in names:
                for user in users.values():
                    if user.login.casefold() == name.casefold():
                        return user
            for name in names:
                same = [user for user in users.values() if user.name == name]
                if len(same) > 1:
                    raise Refusal(f"Amazon Connect has {len(same)} users called “{name}”.")
                if same:
                    return same[0]
            return None

        called = next(iter(names), "")
        return self._sought("users", found, f"Amazon Connect has no user “{called}”.")

    def profiles(self) -> dict[str, Profile]:
        """All routing profiles with their queues, by id."""
        return self._kept("profiles", self._list_profiles)

    def profile_named(self, name: str) -> Profile:
        def found() -> Profile | None:
            known = self.profiles()
            id = _by_name(((each.id, each.name) for each in known.values()), name)
            return None if id is None else known[id]

        return self._sought("profiles", found, f"Amazon Connect has no routing profile “{name}”.")

    def status(self, name: str) -> Status:
        """An agent status by its name."""

        def found() -> Status | None:
            known: dict[str, Status] = self._kept("statuses", self._list_statuses)
            id = _by_name(((each.id, each.name) for each in known.values()), name)
            return None if id is None else known[id]

        return self._sought("statuses", found, f"Amazon Connect has no agent status “{name}”.")

    # --- listing

    def _kept(self, what: str, listed: Callable[[], Any]) -> Any:
        at, known = self._known.get(what, (0.0, None))
        if known is None or time.monotonic() - at > KEPT_S:
            known = listed()
            self._known[what] = (time.monotonic(), known)
        return known

    def _sought(self, what: str, found: Callable[[], T | None], missing: str) -> T:
        one = found()
        if one is None and time.monotonic() - self._known[what][0] > _FRESH_S:
            self._known.pop(what)
            one = found()
        if one is None:
            raise Refusal(missing)
        return one

    def _pages(self, operation: str, result: str, size: int, **more: Any) -> Iterable[Any]:
        pages = self._client.get_paginator(operation).paginate(
            InstanceId=self._instance, PaginationConfig={"PageSize": size}, **more
        )
        for page in pages:
            yield from page.get(result) or ()

    def _list_queues(self) -> dict[str, str]:
        with calling("Listing queues"):
            return {
                each["Id"]: each.get("Name", "")
                for each in self._pages(
                    "list_queues", "QueueSummaryList", 1000, QueueTypes=["STANDARD"]
                )
            }

    def _list_users(self) -> dict[str, User]:
        users: dict[str, User] = {}
        with calling("Listing users"):
            for each in self._pages("search_users", "Users", 500):
                person = each.get("IdentityInfo") or {}
                name = f"{person.get('FirstName') or ''} {person.get('LastName') or ''}".strip()
                users[each["Id"]] = User(each["Id"], each.get("Username", ""), name)
        return users

    def _list_profiles(self) -> dict[str, Profile]:
        found: dict[str, Profile] = {}
        with calling("Listing routing profiles"):
            for each in self._pages("list_routing_profiles", "RoutingProfileSummaryList", 1000):
                queues = self._pages(
                    "list_routing_profile_queues",
                    "RoutingProfileQueueConfigSummaryList",
                    100,
                    RoutingProfileId=each["Id"],
                )
                ids = frozenset(queue["QueueId"] for queue in queues)
                found[each["Id"]] = Profile(each["Id"], each.get("Name", ""), ids)
        return found

    def _list_statuses(self) -> dict[str, Status]:
        with calling("Listing agent statuses"):
            return {
                each["Id"]: Status(each["Id"], each.get("Name", ""), each.get("Type") == "ROUTABLE")
                for each in self._pages("list_agent_statuses", "AgentStatusSummaryList", 1000)
            }


def _by_name(named: Iterable[tuple[str, str]], name: str) -> str | None:
    """The id of what is called so; letter for letter before letters of another size."""
    close: str | None = None
    for id, called in named:
        if called == name:
            return id
        if close is None and called.casefold() == name.casefold():
            close = id
    return close


def _id_in(name: str, kind: str) -> str:
    """The id at the end of an ARN of this kind; else the name itself."""
    return name.rpartition(f"/{kind}/")[2]
