"""Amazon Connect, asked through its API by boto3, which is installed for this only.

docs/amazon-connect-control.md says what each order becomes there, what cannot be asked for, and
which rights it takes.
"""

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from console.connectors.amazon_connect_calls import Gone, calling
from console.connectors.amazon_connect_directory import KEPT_S, Directory, Status, User
from console.connectors.amazon_connect_profiles import Memory, Profiles
from console.connectors.connector import Option, Place, Setting
from console.connectors.remote import Again, Refusal, Remote, plain
from console.domain.links import CONNECTING, UP
from console.domain.links import REFUSED as BARRED
from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CALLBACK_RELEASE,
    CHANNEL_STATE,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_PENALTY,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    Parcel,
)

BOTO3 = "boto3>=1.40"
MEMORY = "profiles_before.json"
_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d")
_INSTANCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CANNOT = {
    CALLBACK_DIAL: "Amazon Connect cannot hold back callbacks that were promised: it routes them "
    "like calls. Take agents out of the callback queue instead.",
    CALLBACK_RELEASE: "Amazon Connect cannot tell customers that they are not called back, and "
    "ends promised callbacks one by one only.",
    QUEUE_PENALTY: "Amazon Connect knows no penalty: a routing profile gives all its agents the "
    "same priorities.",
}
_CONNECT_S = 5
_READ_S = 15


class AmazonConnect(Remote):
    """The connector for an Amazon Connect instance."""

    kind = "amazon_connect"
    title = "Amazon Connect"
    settings = (
        Setting("region", "Region", "", "The region of the instance, such as eu-west-2."),
        Setting(
            "instance_id", "Instance id", "", "The last part of the instance's ARN, or it all."
        ),
        Setting(
            "access_key_id",
            "Access key id",
            "",
            "Empty: whoever this desk is for Amazon's own tools (profile, environment, role).",
        ),
        Setting(
            "secret_access_key",
            "Secret access key",
            "",
            "Belongs to the access key id; not needed without one.",
            secret=True,
        ),
        Setting(
            "routing_profiles",
            "Routing profiles",
            "",
            "Which profile an agent gets who is sent to a queue: queue = profile; queue = profile.",
        ),
        Setting(
            "callback_queues",
            "Callback queues",
            "",
            "Where the callbacks of a queue wait: queue = callback queue; queue = callback queue.",
        ),
        Setting(
            "paused_status",
            "Status of a pause",
            "",
            "The agent status that a pause sets; empty: nobody is paused from here.",
        ),
        Setting(
            "serving_status",
            "Status after a pause",
            "Available",
            "The agent status that the end of a pause sets.",
        ),
    )

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._instance = _instance_of(self._setting("instance_id"))
        self._client: Any = None
        self._directory: Directory
        self._profiles: Profiles
        # Which queues of an order have their status already, while it is tried again.
        self._done: dict[str, set[str]] = {}

    @classmethod
    def fault(cls, settings: Mapping[str, Option]) -> str:
        if importlib.util.find_spec("boto3") is None:
            command = f'"{sys.executable}" -m pip install "{BOTO3}"'
            return f"Amazon Connect needs the package boto3. To install it: {command}"
        if not _REGION.fullmatch(str(settings.get("region", ""))):
            return "The region is one of Amazon's names, such as eu-west-2."
        if not _INSTANCE.fullmatch(_instance_of(str(settings.get("instance_id", "")))):
            return "The instance id is the last part of the instance's ARN: 36 letters and digits."
        for name in ("routing_profiles", "callback_queues"):
            try:
                pairs_of(str(settings.get(name, "")))
            except ValueError as error:
                return str(error)
        return ""

    def look(self) -> float:
        if self._client is None:
            self.stand(CONNECTING, "")
        with self._opened():
            self._directory.queues(fresh=True)
        self.stand(UP, "")
        return KEPT_S

    def do(self, parcel: Parcel) -> str | None:
        able: dict[str, Callable[[Parcel], str]] = {
            CHANNEL_STATE: self._set_channel,
            CALLBACK_OFFER: self._set_offer,
            QUEUE_ADD: self._bring_in,
            QUEUE_REMOVE: self._bring_out,
            QUEUE_PAUSE: self._pause,
            QUEUE_UNPAUSE: self._unpause,
        }
        if parcel.action == CALLBACK_DIAL and parcel.fields["on"]:
            return "Amazon Connect calls back by itself whenever an agent of the queue is free."
        if parcel.action not in able:
            otherwise = f"Amazon Connect cannot be asked for this from here: {parcel.item}."
            raise Refusal(_CANNOT.get(parcel.action, otherwise))
        try:
            with self._opened():
                words = plain(able[parcel.action](parcel))
        except Refusal:
            self._done.pop(parcel.id, None)
            raise
        self._done.pop(parcel.id, None)
        self.stand(UP, "")
        return words

    def hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def make_client(self) -> Any:
        """A client of boto3 for Amazon Connect."""
        try:
            from boto3.session import Session
            from botocore.config import Config
        except ImportError:
            raise Again(self.fault({}), state=BARRED) from None
        key = self._setting("access_key_id")
        secret = self.place.secret("secret_access_key").strip() if key else ""
        if key and not secret:
            raise Again("There is no secret access key on this desk.", state=BARRED)
        with calling("Opening the connection"):
            session = Session(
                aws_access_key_id=key or None,
                aws_secret_access_key=secret or None,
                region_name=self._setting("region"),
            )
            config = Config(
                connect_timeout=_CONNECT_S,
                read_timeout=_READ_S,
                retries={"mode": "standard", "total_max_attempts": 4},
            )
            return session.client("connect", config=config)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """Round everything that asks Amazon."""
        self._open()
        try:
            yield
        except Gone:
            # What was listed is not believed any longer.
            self._directory.forget()
            raise
        except Again as trouble:
            if trouble.state == BARRED:
                # Whoever sets it right does so outside; the next try begins with what is then.
                self.hang_up()
            raise

    def _open(self) -> None:
        if self._client is not None:
            return
        client = self.make_client()
        try:
            named = pairs_of(self._setting("routing_profiles"))
        except ValueError as error:
            raise Again(str(error), state=BARRED) from None
        self._client = client
        self._directory = Directory(client, self._instance)
        memory = Memory(self.place.folder / MEMORY)
        self._profiles = Profiles(client, self._instance, self._directory, memory, named)

    # --- what each order becomes

    def _set_channel(self, parcel: Parcel) -> str:
        fields = parcel.fields
        names = fields.get("queues")
        if not isinstance(names, list) or not names:
            raise Refusal("No queue of this channel is known.")
        state = fields.get("state")
        done = self._set_queues(parcel.id, names, enabled=state == "open")
        if state == "closed":
            done += " Amazon Connect goes on serving those who wait."
        elif state != "open":
            done += " Those who wait are served."
        if fields.get("message") and state != "open":
            done += " The message is not told: that is for the flows there."
        return done

    def _set_offer(self, parcel: Parcel) -> str:
        name = str(parcel.fields["queue"])
        queue = pairs_of(self._setting("callback_queues")).get(name)
        if queue is None:
            raise Refusal(
                f"Flows decide there what is offered, and no callback queue is named for {name} "
                "in the settings of this connection."
            )
        on = bool(parcel.fields["on"])
        done = self._set_queues(parcel.id, [queue], enabled=on)
        return done if on else f"{done} Promises made stay promises."

    def _bring_in(self, parcel: Parcel) -> str:
        user, queue, name = self._whom_and_where(parcel)
        now = self._profiles.current(user)
        return self._profiles.bring_in(user, now, queue, name, back=bool(parcel.takes_back))

    def _bring_out(self, parcel: Parcel) -> str:
        user, queue, name = self._whom_and_where(parcel)
        return self._profiles.bring_out(user, self._profiles.current(user), queue, name)

    def _pause(self, parcel: Parcel) -> str:
        """A status is for all queues of an agent, so it is a pause in this one only where they have
        no other. Else they are taken out of it."""
        user, queue, name = self._whom_and_where(parcel)
        now = self._profiles.current(user)
        if now.queues != {queue}:
            return self._profiles.bring_out(user, now, queue, name)
        word = self._setting("paused_status")
        if not word:
            raise Refusal(
                f"{user.called} serves nothing but {name}, and no status of a pause is named in "
                "the settings of this connection."
            )
        paused, standing = self._directory.status(word), self._status_of(user)
        if standing and not self._directory.status(standing).routable:
            return f"{user.called} is in {standing}."
        return self._set_status(user, paused)

    def _unpause(self, parcel: Parcel) -> str:
        user, queue, name = self._whom_and_where(parcel)
        now = self._profiles.current(user)
        if queue not in now.queues:
            return self._profiles.bring_in(user, now, queue, name, back=bool(parcel.takes_back))
        word = self._setting("paused_status")
        if not word or self._status_of(user).casefold() != word.casefold():
            return f"{user.called} has {name} and is not paused from here."
        return self._set_status(user, self._directory.status(self._setting("serving_status")))

    # --- what they are made of

    def _whom_and_where(self, parcel: Parcel) -> tuple[User, str, str]:
        fields = parcel.fields
        name = str(fields["queue"])
        names = [str(fields.get(each) or "") for each in ("interface", "member", "agent")]
        queue = self._directory.queue(name)
        return self._directory.user([each for each in reversed(names) if each]), queue, name

    def _set_queues(self, identity: str, names: list[str], *, enabled: bool) -> str:
        """All or none, unless Amazon refuses in the middle of it: then the words say so."""
        ids = {self._directory.queue(name): name for name in names}
        word = "enabled" if enabled else "disabled"
        done = self._done.setdefault(identity, set())
        for id, name in ids.items():
            if id in done:
                continue
            try:
                with calling(f"Setting {name}"):
                    self._client.update_queue_status(
                        InstanceId=self._instance, QueueId=id, Status=word.upper()
                    )
            except Refusal as refusal:
                already = ", ".join(ids[each] for each in ids if each in done)
                words = refusal.words
                if already:
                    words = f"{words.rstrip('.')}. But {already}: {word}."
                raise Refusal(words, state=refusal.state) from None
            done.add(id)
        return f"{', '.join(ids.values())}: {word}."

    def _status_of(self, user: User) -> str:
        """The name of the status in which the agent is, or which they have set for after the
        contact; empty where they are logged out."""
        with calling("Reading the agent's status"):
            said = self._client.get_current_user_data(
                InstanceId=self._instance, Filters={"Agents": [user.id]}
            )
        for each in said.get("UserDataList") or ():
            if each.get("User", {}).get("Id") == user.id:
                return each.get("NextStatus") or each.get("Status", {}).get("StatusName", "")
        return ""

    def _set_status(self, user: User, status: Status) -> str:
        with calling(f"Setting {user.called} to {status.name}"):
            self._client.put_user_status(
                UserId=user.id, InstanceId=self._instance, AgentStatusId=status.id
            )
        return f"{user.called}: {status.name}, after the contact where there is one."

    def _setting(self, name: str) -> str:
        default = next(each.default for each in self.settings if each.name == name)
        return str(self.place.settings.get(name, default)).strip()


def pairs_of(text: str) -> dict[str, str]:
    """“support = Support; sales = Sales” as a table. ValueError, in words, where it is none."""
    pairs: dict[str, str] = {}
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        left, sign, right = (each.strip() for each in part.partition("="))
        if not sign or not left or not right:
            raise ValueError(f"“{plain(part, 60)}” is not of the form queue = name.")
        pairs[left] = right
    return pairs


def _instance_of(text: str) -> str:
    return text.strip().rpartition("/")[2].lower()
