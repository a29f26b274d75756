"""Customers' numbers, kept as keyed hashes with a form that can be shown."""

import hashlib
import re

_NOBODY = re.compile(r"^(|anonymous|unknown|private|restricted|unavailable)$", re.IGNORECASE)
_FILLING = re.compile(r"[\s()./-]")


class Mask:
    """Makes ``~<hash>~…692`` of a number: the same number gives the same text, on this desk only.

    `readable` keeps numbers as they come.
    """

    def __init__(self, key: bytes, *, readable: bool = False) -> None:
        self._key = key
        self._readable = readable

    def __call__(self, number: str) -> str:
        if self._readable or _NOBODY.match(number) or number.startswith("~"):
            return number
        plain = _FILLING.sub("", number)
        code = hashlib.blake2b(plain.encode(), key=self._key, digest_size=8).hexdigest()
        return f"~{code}~…{plain[-3:]}" if len(plain) > 4 else f"~{code}~…"


def shown(customer: str | None) -> str:
    """The form to show: the last digits, or nothing."""
    if not customer:
        return ""
    return customer.rsplit("~", 1)[-1]
