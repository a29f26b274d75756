"""A small PBX for tests: a TCP server that speaks as Asterisk's manager interface does."""

import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Action = dict[str, str]
Say = Callable[["Session", Action], bytes | None]

SECRET = "very-secret-word"
COMMANDS = ("QueuePause", "DBPut", "DBGet", "DBGetTree", "QueueStatus")


def packet(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def error(action: Action, words: str) -> bytes:
    return packet("Response: Error", f"ActionID: {action['ActionID']}", f"Message: {words}")


def unknown(_session: "Session", action: Action) -> bytes:
    name = action["Action"]
    return error(action, f"Invalid/unknown command: {name}. Use Action: ListCommands.")


def success(action: Action, words: str, *more: str) -> bytes:
    number = f"ActionID: {action['ActionID']}"
    return packet("Response: Success", number, f"Message: {words}", *more)


def a_list(action: Action, *items: list[str]) -> bytes:
    number = f"ActionID: {action['ActionID']}"
    said = packet("Response: Success", number, "EventList: start", "Message: will follow")
    for item in items:
        said += packet(*item, number)
    done = f"Event: {action['Action']}Complete"
    return said + packet(done, number, "EventList: Complete", f"ListItems: {len(items)}")


@dataclass
class Member:
    interface: str
    name: str
    static: bool = False
    penalty: int = 0
    paused: bool = False
    reason: str = ""
    state_interface: str = ""

    def lines(self, queue: str, *, listed: bool) -> list[str]:
        return [
            f"Queue: {queue}",
            f"{'Name' if listed else 'MemberName'}: {self.name}",
            f"{'Location' if listed else 'Interface'}: {self.interface}",
            f"StateInterface: {self.state_interface or self.interface}",
            f"Membership: {'static' if self.static else 'dynamic'}",
            f"Penalty: {self.penalty}",
            "InCall: 0",
            "Status: 1",
            f"Paused: {int(self.paused)}",
            f"PausedReason: {self.reason}",
        ]


@dataclass
class Session:
    """One connection of a console."""

    pbx: "Pbx"
    link: socket.socket
    logged_in: bool = False
    actions: list[Action] = field(default_factory=list[Action])


class Pbx:
    """Threads of its own. What is set before a connection counts for it."""

    def __init__(self, *, context: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.queues: dict[str, dict[str, Member]] = {"support": {}, "sales": {}}
        self.waiting: dict[str, list[tuple[str, str, int]]] = {}
        self.values: dict[str, str] = {}
        self.commands: tuple[str, ...] = COMMANDS
        self.greeting = b"Asterisk Call Manager/11.0.0\r\n"
        self.booted = True
        self.uptime = 100
        self.ahead = 0.0  # seconds of its clock before ours
        self.secret = SECRET
        self.challenge = "123456789"
        self.piece = 0  # bytes of each packet of the network; 0: all at once
        self.actions: list[Action] = []
        self.raw = b""
        self.logins = 0
        self.instead: dict[str, Say] = {}
        self.sessions: list[Session] = []
        self._threads: list[threading.Thread] = []
        self._context = context
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self._begin(self._accept)

    def member(self, queue: str, interface: str, name: str, *, static: bool = False) -> Member:
        member = Member(interface, name, static)
        self.queues[queue][interface.casefold()] = member
        return member

    def say(self, *lines: str) -> None:
        self.send(packet(*lines))

    def send(self, data: bytes) -> None:
        for session in self.sessions:
            if session.logged_in:
                self.write(session.link, data)

    def tell(self, event: str, queue: str, member: Member) -> None:
        self.say(f"Event: {event}", "Privilege: agent,all", *member.lines(queue, listed=False))

    def hang_up(self) -> None:
        for session in self.sessions:
            try:
                session.link.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self) -> None:
        try:
            self._server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._server.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(5)

    def asked(self, action: str) -> list[Action]:
        return [each for each in self.actions if each["Action"] == action]

    # --- the wire

    def _begin(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name="pbx", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                link, _where = self._server.accept()
            except OSError:
                return
            self._begin(self._serve, link)

    def _serve(self, link: socket.socket) -> None:
        try:
            if self._context is not None:
                link = self._context.wrap_socket(link, server_side=True)
            session = Session(self, link)
            self.sessions.append(session)
            self.write(link, self.greeting)
            rest = b""
            while data := link.recv(65536):
                self.raw += data
                rest += data
                while (end := rest.find(b"\r\n\r\n")) >= 0:
                    action = dict(line.split(": ", 1) for line in rest[:end].decode().split("\r\n"))
                    rest = rest[end + 4 :]
                    self.actions.append(action)
                    session.actions.append(action)
                    answer = self._answer(session, action)
                    if answer is None:
                        return
                    self.write(link, answer)
        except OSError:
            pass
        finally:
            link.close()

    def write(self, link: socket.socket, data: bytes) -> None:
        try:
            if not self.piece:
                link.sendall(data)
                return
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, len(data), self.piece):
                link.sendall(data[start : start + self.piece])
        except OSError:
            pass

    # --- what it does

    def _answer(self, session: Session, action: Action) -> bytes | None:
        name = action["Action"]
        if name in self.instead:
            return self.instead[name](session, action)
        return self.usual(session, action)

    def usual(self, session: Session, action: Action) -> bytes | None:
        name = action["Action"]
        if name == "Challenge":
            number = f"ActionID: {action['ActionID']}"
            return packet("Response: Success", number, f"Challenge: {self.challenge}")
        if name == "Login":
            key = hashlib.md5((self.challenge + self.secret).encode()).hexdigest()
            self.logins += 1
            if action.get("Key") != key:
                self.write(session.link, error(action, "Authentication failed"))
                return None
            session.logged_in = True
            return success(action, "Authentication accepted") + (
                self.boot() if self.booted else b""
            )
        if not session.logged_in:
            return error(action, "Permission denied")
        method: Say | None = getattr(self, f"_{name.lower()}", None)
        if method is None:
            return unknown(session, action)
        return method(session, action)

    def boot(self) -> bytes:
        lines = ("Event: FullyBooted", "Privilege: system,all", f"Uptime: {self.uptime}")
        return packet(*lines, f"LastReload: {self.uptime}", "Status: Fully Booted")

    def _ping(self, _session: Session, action: Action) -> bytes:
        number, at = f"ActionID: {action['ActionID']}", time.time() + self.ahead
        return packet("Response: Success", number, "Ping: Pong", f"Timestamp: {at:.6f}")

    def _listcommands(self, _session: Session, action: Action) -> bytes:
        commands = [f"{name}: Does it.  (Priv: agent,all)" for name in self.commands]
        return packet("Response: Success", f"ActionID: {action['ActionID']}", *commands)

    def _queuestatus(self, _session: Session, action: Action) -> bytes:
        items: list[list[str]] = []
        for queue, members in self.queues.items():
            if action.get("Queue", queue) != queue:
                continue
            items.append(["Event: QueueParams", f"Queue: {queue}", "Calls: 0"])
            for member in members.values():
                if action.get("Member", member.interface) == member.interface:
                    items.append(["Event: QueueMember", *member.lines(queue, listed=True)])
            for channel, ref, wait in self.waiting.get(queue, ()):
                entry = ["Event: QueueEntry", f"Queue: {queue}", "Position: 1"]
                items.append([*entry, f"Channel: {channel}", f"Uniqueid: {ref}", f"Wait: {wait}"])
        return a_list(action, *items)

    def _found(self, action: Action) -> tuple[str, Member | None]:
        queue = action.get("Queue", "")
        return queue, self.queues.get(queue, {}).get(action["Interface"].casefold())

    def _queueadd(self, session: Session, action: Action) -> bytes:
        queue, member = self._found(action)
        if queue not in self.queues:
            return error(action, "Unable to add interface to queue: No such queue")
        if member is not None:
            return error(action, "Unable to add interface: Already there")
        member = self.member(queue, action["Interface"], action.get("MemberName", ""))
        member.state_interface = action.get("StateInterface", "")
        self.write(session.link, success(action, "Added interface to queue"))
        self.tell("QueueMemberAdded", queue, member)
        return b""

    def _queueremove(self, session: Session, action: Action) -> bytes:
        queue, member = self._found(action)
        if member is None:
            return error(action, "Unable to remove interface: Not there")
        if member.static:
            return error(action, "Member not dynamic")
        del self.queues[queue][member.interface.casefold()]
        self.write(session.link, success(action, "Removed interface from queue"))
        self.tell("QueueMemberRemoved", queue, member)
        return b""

    def _queuepause(self, session: Session, action: Action) -> bytes:
        queue, member = self._found(action)
        if member is None:
            return error(action, "Interface not found")
        member.paused = action["Paused"] == "true"
        member.reason = action.get("Reason", "")
        words = "paused" if member.paused else "unpaused"
        self.write(session.link, success(action, f"Interface {words} successfully"))
        self.tell("QueueMemberPause", queue, member)
        return b""

    def _queuepenalty(self, session: Session, action: Action) -> bytes:
        queue, member = self._found(action)
        if member is None:
            return error(action, "Invalid interface, queuename or penalty")
        member.penalty = int(action["Penalty"])
        self.write(session.link, success(action, "Interface penalty set successfully"))
        self.tell("QueueMemberPenalty", queue, member)
        return b""

    def _queuewithdrawcaller(self, _session: Session, action: Action) -> bytes:
        callers = self.waiting.get(action["Queue"], [])
        left = [caller for caller in callers if caller[0] != action["Caller"]]
        if len(left) == len(callers):
            return error(action, "Unable to request withdraw from queue: No such caller")
        self.waiting[action["Queue"]] = left
        return success(action, "Withdraw requested successfully")

    def _dbput(self, _session: Session, action: Action) -> bytes:
        self.values[f"{action['Family']}/{action['Key']}"] = action.get("Val", "")
        return success(action, "Updated database successfully")

    def _dbget(self, _session: Session, action: Action) -> bytes:
        value = self.values.get(f"{action['Family']}/{action['Key']}")
        if value is None:
            return error(action, "Database entry not found")
        family, key = f"Family: {action['Family']}", f"Key: {action['Key']}"
        return a_list(action, ["Event: DBGetResponse", family, key, f"Val: {value}"])

    def _dbgettree(self, _session: Session, action: Action) -> bytes:
        return a_list(
            action,
            *(
                ["Event: DBGetTreeResponse", f"Key: /{key}", f"Val: {value}"]
                for key, value in self.values.items()
                if key.startswith(f"{action['Family']}/")
            ),
        )
