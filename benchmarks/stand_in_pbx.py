"""A stand-in for a PBX: speaks as much of Asterisk's manager protocol as controls need.

    python -m benchmarks.stand_in_pbx --agents 200 [--ledger FILE]

It keeps members, pauses and its database in memory, answers as Asterisk does (AMI 11), sends the
events, and writes a line of JSON for each order that it was given: what was asked, and whether that
changed anything. The first line of its output is {"port": n}.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

USER, SECRET = "console", "console-secret"
Fields = Sequence[tuple[str, str]]


def interface(number: int) -> str:
    return f"PJSIP/{1000 + number}"


def _fields_of(block: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in block.decode().strip().split("\r\n"):
        name, _, value = line.partition(":")
        found[name] = value.strip()
    return found


@dataclass
class Seat:
    """One agent in one queue."""

    name: str
    dynamic: bool
    paused: bool = False
    reason: str = ""
    penalty: int = 0


class Pbx:
    """Queues `front` and `back`; every agent was added to `back`."""

    def __init__(self, agents: int, ledger: TextIO | None) -> None:
        self.queues: dict[str, dict[str, Seat]] = {"front": {}, "back": {}}
        for number in range(agents):
            self.queues["back"][interface(number)] = Seat(f"Agent {number}", dynamic=True)
        self.database: dict[str, str] = {}
        self._ledger = ledger
        self._listeners: set[asyncio.StreamWriter] = set()

    # --- the wire

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        challenge, known = "", False
        try:
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                asked = _fields_of(block)
                action = asked.get("Action", "")
                if action == "Challenge":
                    challenge = str(secrets.randbelow(10**9))
                    self._answer(writer, asked, "Success", ("Challenge", challenge))
                elif action == "Login":
                    key = hashlib.md5(f"{challenge}{SECRET}".encode()).hexdigest()
                    known = asked.get("Username") == USER and asked.get("Key") == key
                    if not known:
                        self._say(writer, asked, "Error", "Authentication failed")
                        break
                    self._say(writer, asked, "Success", "Authentication accepted")
                    self._event(writer, "FullyBooted", (("Status", "Fully Booted"),))
                    self._listeners.add(writer)
                elif not known:
                    self._say(writer, asked, "Error", "Permission denied")
                elif action == "Logoff":
                    self._say(writer, asked, "Goodbye", "Thanks for all the fish.")
                    break
                else:
                    self._obey(writer, action, asked)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._listeners.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _answer(
        self,
        writer: asyncio.StreamWriter,
        asked: Mapping[str, str],
        word: str,
        *more: tuple[str, str],
    ) -> None:
        self._write(writer, (("Response", word), ("ActionID", asked.get("ActionID", "")), *more))

    def _say(
        self, writer: asyncio.StreamWriter, asked: Mapping[str, str], word: str, text: str
    ) -> None:
        self._answer(writer, asked, word, ("Message", text))

    def _event(self, writer: asyncio.StreamWriter, name: str, fields: Fields) -> None:
        self._write(writer, (("Event", name), ("Privilege", "agent,all"), *fields))

    @staticmethod
    def _write(writer: asyncio.StreamWriter, fields: Fields) -> None:
        writer.write("".join(f"{n}: {v}\r\n" for n, v in fields).encode() + b"\r\n")

    def _tell(self, name: str, fields: Fields) -> None:
        stamped = (("Timestamp", f"{time.time():.6f}"), *fields)
        for writer in self._listeners:
            self._event(writer, name, stamped)

    # --- orders

    def _obey(self, writer: asyncio.StreamWriter, action: str, asked: Mapping[str, str]) -> None:
        obeys = {
            "QueueStatus": self._status,
            "DBGet": self._get,
            "DBGetTree": self._tree,
        }
        orders = {
            "QueueAdd": self._add,
            "QueueRemove": self._remove,
            "QueuePause": self._pause,
            "QueuePenalty": self._set_penalty,
            "DBPut": self._put,
        }
        if action == "Ping":
            self._answer(writer, asked, "Success", ("Ping", "Pong"))
        elif action in obeys:
            obeys[action](writer, asked)
        elif action in orders:
            word, text, changed = orders[action](asked)
            self._note(asked, word == "Success", changed)
            self._say(writer, asked, word, text)
        else:
            self._say(writer, asked, "Error", f"Invalid/unknown command: {action}.")

    def _note(self, asked: Mapping[str, str], taken: bool, changed: bool) -> None:
        if self._ledger is not None:
            line = {k: v for k, v in asked.items() if k != "ActionID"}
            self._ledger.write(json.dumps({**line, "taken": taken, "changed": changed}) + "\n")
            self._ledger.flush()

    def _add(self, asked: Mapping[str, str]) -> tuple[str, str, bool]:
        seats = self.queues.get(asked.get("Queue", ""))
        where = asked.get("Interface", "")
        if seats is None:
            return "Error", "Unable to add interface to queue: No such queue", False
        if where in seats:
            return "Error", "Unable to add interface: Already there", False
        seats[where] = Seat(asked.get("MemberName", where), dynamic=True)
        self._tell("QueueMemberAdded", self._fields(asked["Queue"], where, seats[where]))
        return "Success", "Added interface to queue", True

    def _remove(self, asked: Mapping[str, str]) -> tuple[str, str, bool]:
        seats = self.queues.get(asked.get("Queue", ""))
        where = asked.get("Interface", "")
        if seats is None:
            return "Error", "Unable to remove interface from queue: No such queue", False
        if where not in seats:
            return "Error", "Unable to remove interface: Not there", False
        if not seats[where].dynamic:
            return "Error", "Member not dynamic", False
        seat = seats.pop(where)
        self._tell("QueueMemberRemoved", self._fields(asked["Queue"], where, seat))
        return "Success", "Removed interface from queue", True

    def _pause(self, asked: Mapping[str, str]) -> tuple[str, str, bool]:
        wanted = asked.get("Paused", "").lower() in ("1", "true", "yes", "on")
        where, queue = asked.get("Interface", ""), asked.get("Queue", "")
        found = [q for q in self.queues if queue in ("", q) and where in self.queues[q]]
        if not found:
            return "Error", "Interface not found", False
        changed = False
        for name in found:
            seat = self.queues[name][where]
            changed |= seat.paused is not wanted
            seat.paused, seat.reason = wanted, asked.get("Reason", "")
            self._tell("QueueMemberPause", self._fields(name, where, seat))
        return "Success", f"Interface {'' if wanted else 'un'}paused successfully", changed

    def _set_penalty(self, asked: Mapping[str, str]) -> tuple[str, str, bool]:
        where, queue = asked.get("Interface", ""), asked.get("Queue", "")
        found = [q for q in self.queues if queue in ("", q) and where in self.queues[q]]
        if not found:
            return "Error", "Invalid interface, queuename or penalty", False
        for name in found:
            seat = self.queues[name][where]
            seat.penalty = int(asked.get("Penalty", "0"))
            self._tell("QueueMemberPenalty", self._fields(name, where, seat))
        return "Success", "Interface penalty set successfully", True

    def _put(self, asked: Mapping[str, str]) -> tuple[str, str, bool]:
        key = f"/{asked.get('Family')}/{asked.get('Key')}"
        changed = self.database.get(key) != asked.get("Val", "")
        self.database[key] = asked.get("Val", "")
        return "Success", "Updated database successfully", changed

    # --- lists

    @staticmethod
    def _fields(queue: str, where: str, seat: Seat) -> Fields:
        return (
            ("Queue", queue),
            ("MemberName", seat.name),
            ("Interface", where),
            ("StateInterface", where),
            ("Membership", "dynamic" if seat.dynamic else "static"),
            ("Penalty", str(seat.penalty)),
            ("Status", "1"),
            ("Paused", str(int(seat.paused))),
            ("PausedReason", seat.reason),
        )

    def _list(
        self,
        writer: asyncio.StreamWriter,
        asked: Mapping[str, str],
        name: str,
        items: Sequence[Fields],
    ) -> None:
        tie = ("ActionID", asked.get("ActionID", ""))
        self._answer(writer, asked, "Success", ("EventList", "start"), ("Message", "follows"))
        for item in items:
            self._write(writer, (*item, tie))
        end = (("Event", f"{name}Complete"), tie, ("EventList", "Complete"))
        self._write(writer, (*end, ("ListItems", str(len(items)))))

    def _status(self, writer: asyncio.StreamWriter, asked: Mapping[str, str]) -> None:
        items: list[Fields] = []
        for queue, seats in self.queues.items():
            if asked.get("Queue", queue) != queue:
                continue
            items.append((("Event", "QueueParams"), ("Queue", queue), ("Calls", "0")))
            for where, seat in seats.items():
                if asked.get("Member", seat.name) not in (seat.name, where):
                    continue
                fields = dict(self._fields(queue, where, seat))
                fields["Name"] = fields.pop("MemberName")
                fields["Location"] = fields.pop("Interface")
                items.append((("Event", "QueueMember"), *fields.items()))
        self._list(writer, asked, "QueueStatus", items)

    def _get(self, writer: asyncio.StreamWriter, asked: Mapping[str, str]) -> None:
        family, key = asked.get("Family", ""), asked.get("Key", "")
        value = self.database.get(f"/{family}/{key}")
        if value is None:
            self._say(writer, asked, "Error", "Database entry not found")
            return
        fields = (("Event", "DBGetResponse"), ("Family", family), ("Key", key), ("Val", value))
        self._list(writer, asked, "DBGet", [fields])

    def _tree(self, writer: asyncio.StreamWriter, asked: Mapping[str, str]) -> None:
        top = f"/{asked.get('Family', '')}/"
        self._list(
            writer,
            asked,
            "DBGetTree",
            [
                (("Event", "DBGetTreeResponse"), ("Key", key), ("Val", value))
                for key, value in self.database.items()
                if key.startswith(top)
            ],
        )


async def stand_in(agents: int, ledger: str) -> None:
    with open(ledger, "a") if ledger else contextlib.nullcontext() as out:
        pbx = Pbx(agents, out)
        server = await asyncio.start_server(pbx.serve, "127.0.0.1", 0)
        print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--ledger", default="")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(stand_in(options.agents, options.ledger))
    sys.exit(0)
