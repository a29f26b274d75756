"""Each order as one signed request to an address of one's own.

docs/webhook.md describes both ways for whoever writes the receiver. Signed as the convention
Standard Webhooks 1.0.0 says (standardwebhooks.com), so that its libraries can check it.
"""

import base64
import hashlib
import hmac
import ipaddress
import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from console.connectors.connector import Option, Place, Setting
from console.connectors.folder import answer_of, order_of
from console.connectors.remote import Again, Refusal, Remote, plain
from console.domain.links import DOWN, OFF, UP
from console.domain.links import REFUSED as BARRED
from console.domain.messages import CONFIRMED, REFUSED, Answer, Parcel
from console.domain.times import SECOND, now_us

# Brought in on the thread, when something is sent: it takes its time.
if TYPE_CHECKING:
    import httpx

#: A receiver that says more than this is not listened to any further.
LIMIT = 64 * 1024
#: A key that is shorter could be guessed.
SHORTEST_SECRET = 24
_PREFIX = "whsec_"
_LONGEST_RETRY_AFTER_S = 3600.0
# Refused for now only, and certainly not carried out.
_NOT_NOW = (408, 425, 429)
# What stands in front of the receiver says that it takes nothing at all.
_NOBODY_HOME = (502, 503, 504)


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    retry_after_s: float
    text: str
    whole: bool

    def table(self) -> dict[str, object]:
        """The JSON object that was answered; {} for anything else."""
        try:
            said = json.loads(self.text) if self.whole else None
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}


class Webhook(Remote):
    """The connector for a receiver that the site writes itself."""

    kind = "webhook"
    title = "Webhook"
    settings = (
        Setting(
            "url",
            "Address",
            "",
            "Where orders are sent, https://…; http:// only on this machine.",
        ),
        Setting(
            "secret",
            "Signing secret",
            "",
            "Signs every request; whsec_ and base64, or any text of at least 24 characters.",
            secret=True,
        ),
        Setting("timeout_s", "Time-out (s)", 15, "How long an answer is waited for, 1 to 60 s."),
        Setting(
            "answers_url",
            "Address of answers",
            "",
            "Where answers that come later are asked for; empty if every answer comes at once.",
        ),
    )
    #: Seconds between two questions for answers: while some are awaited, and else.
    soon_s = 2.0
    seldom_s = 30.0
    #: Seconds for which answers are awaited.
    awaited_s = 600.0

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._url = str(place.settings.get("url", ""))
        self._answers_url = str(place.settings.get("answers_url", ""))
        timeout = place.settings.get("timeout_s", 15)
        self._timeout_s = float(timeout) if isinstance(timeout, int) else 15.0
        self._http: httpx.Client | None = None
        self._after = ""
        self._asked = False
        # What was taken before this began may still be answered.
        self._awaited_until = time.monotonic() + self.awaited_s

    @classmethod
    def fault(cls, settings: Mapping[str, Option]) -> str:
        timeout = settings.get("timeout_s", 15)
        if isinstance(timeout, bool) or not isinstance(timeout, int) or not 1 <= timeout <= 60:
            return "The time-out is a whole number of seconds from 1 to 60."
        later = str(settings.get("answers_url", ""))
        fault = _fault_of(str(settings.get("url", "")), "The address")
        return fault or (_fault_of(later, "The address of answers") if later else "")

    def do(self, parcel: Parcel) -> str | None:
        body = json.dumps(order_of(parcel), ensure_ascii=False).encode("utf-8", "replace")
        reply = self._ask("POST", self._url, parcel.id, body)
        who, status = _host(self._url), reply.status
        if 200 <= status < 300:
            self.stand(UP, "")
            return self._said(reply)
        if 300 <= status < 400:
            raise Refusal(
                f"{who} answers {status} and points elsewhere, which is not followed.", state=BARRED
            )
        words = _words_of(reply)
        said = f"{who} answers {status}" + (f": {words}" if words else ".")
        if status in _NOT_NOW:
            raise Again(said, wait_s=reply.retry_after_s)
        if status < 500:
            raise Refusal(words or said, state=BARRED if status in (401, 403) else UP)
        # A receiver that stumbles over one order may well take the others.
        alone = status not in _NOBODY_HOME
        raise Again(said, alone=alone, wait_s=reply.retry_after_s)

    def _said(self, reply: _Reply) -> str | None:
        said = reply.table() if reply.status in (200, 201) else {}
        words = said.get("words")
        words = plain("" if words is None else str(words))
        state = str(said.get("state", "")).lower()
        if state == CONFIRMED:
            return words
        if state == REFUSED:
            raise Refusal(words)
        self._awaited_until = time.monotonic() + self.awaited_s
        self.look_soon(self.soon_s)
        return None

    def look(self) -> float:
        self._key()  # whoever has just connected it is told at once what is missing
        if not self._answers_url:
            if not self._asked:
                self.stand(OFF, "Nothing has been sent yet.")
            return math.inf
        # There is no body to sign; the one thing that could be changed on the way is.
        reply = self._ask(
            "GET", self._answers_url, f"answers-{uuid4()}", self._after.encode(), after=self._after
        )
        who = _host(self._answers_url)
        if not 200 <= reply.status < 300:
            state = BARRED if 300 <= reply.status < 500 and reply.status not in _NOT_NOW else DOWN
            words = f"Asked for answers, {who} answers {reply.status}."
            raise Again(words, wait_s=reply.retry_after_s, state=state)
        if not reply.whole:
            raise Again(f"The answers of {who} are longer than 64 KB at once.", state=BARRED)
        self.stand(UP, "")
        page = reply.table()
        listed, after = page.get("answers"), page.get("next")
        found = _answers(listed) if isinstance(listed, list) else []
        self.say(found)
        further = isinstance(after, str) and 0 < len(after) <= 200 and after != self._after
        if further:
            self._after = str(after)
        if further and found:
            return 0.0
        return self.soon_s if time.monotonic() < self._awaited_until else self.seldom_s

    def hang_up(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _ask(
        self, method: str, url: str, identity: str, signed: bytes, *, after: str = ""
    ) -> _Reply:
        """One request. Raises Again where there was no answer to it."""
        import httpx

        stamp = str(now_us() // SECOND)
        headers = {
            "webhook-id": identity,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._key(), identity, stamp, signed),
            "user-agent": "coalface",
            # What is packed could be far larger than it looks.
            "accept-encoding": "identity",
        }
        if method == "POST":
            headers["content-type"] = "application/json"
        self._asked = True
        client = self._client()
        who = _host(url)
        limit = time.monotonic() + 2 * self._timeout_s
        try:
            address = httpx.URL(url)
            if method == "GET" and after:
                address = address.copy_merge_params({"after": after})
            content = signed if method == "POST" else None
            with client.stream(method, address, headers=headers, content=content) as reply:
                body = bytearray()
                for piece in reply.iter_raw():
                    body += piece
                    if len(body) > LIMIT or time.monotonic() > limit:
                        break
                return _Reply(
                    reply.status_code,
                    _retry_after(reply.headers.get("retry-after", "")),
                    bytes(body[:LIMIT]).decode("utf-8", "replace"),
                    len(body) <= LIMIT and time.monotonic() <= limit,
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            untrusted = "CERTIFICATE" in str(error)
            state = BARRED if untrusted else DOWN
            raise Again(f"{who} cannot be reached: {_why(error)}", state=state) from None
        except httpx.TransportError as error:
            raise Again(f"{who} did not answer: {_why(error)}") from None
        except (httpx.InvalidURL, httpx.DecodingError) as error:
            raise Again(f"{who}: {_why(error)}", state=BARRED) from None

    def _client(self) -> "httpx.Client":
        import httpx

        if self._http is None:
            # A proxy that the system names is not asked for what is on this machine.
            near = _is_loopback(_host(self._url))
            self._http = httpx.Client(
                timeout=self._timeout_s, follow_redirects=False, trust_env=not near
            )
        return self._http

    def _key(self) -> bytes:
        try:
            return key_of(self.place.secret("secret"))
        except ValueError as error:
            raise Again(str(error), state=BARRED) from None


def key_of(secret: str) -> bytes:
    """The key that a secret stands for. ValueError, in words, where it is none."""
    secret = secret.strip()
    key = secret.encode()
    if not secret:
        raise ValueError("There is no signing secret on this desk.")
    if secret.startswith(_PREFIX):
        try:
            key = base64.b64decode(secret[len(_PREFIX) :], validate=True)
        except ValueError:
            raise ValueError("The signing secret is not base64 after whsec_.") from None
    if len(key) < SHORTEST_SECRET:
        raise ValueError(f"The signing secret is shorter than {SHORTEST_SECRET} bytes.")
    return key


def signature(key: bytes, identity: str, stamp: str, signed: bytes) -> str:
    """As Standard Webhooks has it: over id, time stamp and body, with full stops between."""
    content = f"{identity}.{stamp}.".encode() + signed
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _words_of(reply: _Reply) -> str:
    """What a body says to a person; a page for a browser says nothing."""
    words = reply.table().get("words")
    if isinstance(words, str):
        return plain(words)
    return "" if reply.text.lstrip().startswith("<") else plain(reply.text)


def _answers(listed: list[object]) -> list[Answer]:
    found: list[Answer] = []
    for each in listed:
        answer = answer_of(json.dumps(each).encode())
        if answer is not None:
            found.append(Answer(answer.id, answer.state, plain(answer.words)))
    return found


def _fault_of(url: str, what: str) -> str:
    try:
        address = urlsplit(url)
        host, _port = address.hostname or "", address.port
    except ValueError:
        return f"{what} is not one that can be called."
    if address.scheme not in ("http", "https") or not host:
        return f"{what} begins with https:// and the name of a machine."
    if address.username is not None or address.password is not None:
        return f"{what} has a name or a password in it; the signing secret takes their place."
    if address.scheme == "http" and not _is_loopback(host):
        return f"{what} begins with https://: orders do not travel in the open."
    return ""


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(url: str) -> str:
    """Who is asked, for a person; a path or a query may hold what is nobody's business."""
    try:
        return urlsplit(url).hostname or "the receiver"
    except ValueError:
        return "the receiver"


def _why(error: Exception) -> str:
    words = plain(str(error)) or type(error).__name__
    return words if words.endswith(".") else f"{words}."


def _retry_after(value: str) -> float:
    """Seconds; 0 for nothing that is understood."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        seconds = (at - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER_S)
