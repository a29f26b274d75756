"""Customers' numbers and addresses, kept as keyed hashes with a form that can be shown.

The same customer is written in many forms: ``+44 1632 960123``, ``00441632960123``,
``01632 960123``, ``Ann@Example.org``. The hash is made of one normal form, so that the same
customer is known across systems; the original is never changed, only hidden.
"""

import hashlib
import re
from functools import lru_cache

_NOBODY = re.compile(
    r"^(|anonymous|unknown|private|restricted|unavailable|withheld|none|null)$", re.IGNORECASE
)
_FILLING = re.compile(r"[\s()./-]")
_SCHEME = re.compile(r"^(tel|sips?|mailto|callto|whatsapp):", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s()./-]{3,40}$")
_ADDRESS = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>\s*$")
#: Behind the key in its file: how normal forms are made. Without it, as the first version did.
FORMS = 2


class Mask:
    """Makes ``~<hash>~…692`` of a number: the same customer gives the same text, on this desk only.

    `key` is what the key file holds: 32 bytes, then (since there are normal forms) FORMS and the
    country, two letters or none, of numbers that are written without one. `readable` keeps numbers
    readable.
    """

    def __init__(self, key: bytes, *, readable: bool = False) -> None:
        self._key = key[:32]
        self._forms = key[32] if len(key) > 32 else 1
        self.country = key[33:].decode("ascii", "replace")
        self._readable = readable
        # With the key in it already: a log has as many customers as calls.
        self._keyed = hashlib.blake2b(key=self._key, digest_size=8)

    def __call__(self, customer: str) -> str:
        plain = self._of_digits(customer)
        if plain is not None:
            return plain if self._readable else self._hidden(plain)
        if _NOBODY.match(customer) or customer.startswith("~"):
            return customer
        if self._forms == 1:
            if self._readable:
                return customer
            plain = _FILLING.sub("", customer)
        else:
            plain = normal_form(customer, self.country)
            if self._readable:
                return plain[:80]
        return self._hidden(plain)

    def _of_digits(self, customer: str) -> str | None:
        """The normal form of what is no more than digits, as most customers of a log are."""
        digits = customer[1:] if customer[:1] == "+" else customer
        if self._forms == 1 or not (digits.isascii() and digits.isdigit()):
            return None
        if not 3 <= len(digits) <= 40:
            return None
        if digits is not customer:
            return customer
        return None if self.country else _international(digits)

    def _hidden(self, plain: str) -> str:
        hashed = self._keyed.copy()
        hashed.update(plain.encode())
        code = hashed.hexdigest()
        if "@" in plain:
            return f"~{code}~…{plain[plain.rindex('@') :][:40]}"
        return f"~{code}~…{plain[-3:]}" if len(plain) > 4 else f"~{code}~…"


def new_key(secret: bytes, country: str) -> bytes:
    """What a key file holds: 32 secret bytes and how normal forms are made."""
    return secret + bytes((FORMS,)) + country.encode("ascii")


@lru_cache(maxsize=1 << 16)
def normal_form(customer: str, country: str = "") -> str:
    """One form for all in which a customer is written.

    Numbers: international, with ``+`` where the country is known (stated, or `country`, ISO 3166);
    short ones and those of no known country as their digits. Addresses: in lower case. Whatever
    else names a customer: as it stands, without spaces around it.
    """
    text = _SCHEME.sub("", customer.strip())
    named = _ADDRESS.search(text)
    if named:
        text = named.group(1)
    if "@" in text:
        user = text.partition("@")[0]
        if _SCHEME.match(customer.strip()) and _PHONE.match(user):
            text = user  # sip:+441632960123@trunk is a number
        else:
            return text.casefold()
    if not _PHONE.match(text):
        return text
    digits = _FILLING.sub("", text.replace("(0)", ""))
    if digits.startswith("+"):
        return digits
    if country and len(digits) > 6 and not (digits.startswith("00") and len(digits) > 9):
        return _national(digits, country)
    return _international(digits)


def _international(digits: str) -> str:
    """Digits with the ``+`` that they would have if they say their country."""
    if digits.startswith("00") and len(digits) > 9:
        return f"+{digits[2:]}"
    if len(digits) <= 6:
        return digits  # an extension
    # Nothing says whether it has a country: eleven digits and more are not written without one
    # where nothing but a number is written (E.164: at most 15, national ones mostly fewer than 11).
    return f"+{digits}" if len(digits) >= 11 and not digits.startswith("0") else digits


def _national(digits: str, country: str) -> str:
    import phonenumbers  # its tables take a while, and not every site needs them

    for text, region in ((digits, country), (f"+{digits}", None)):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return f"+{number.country_code}{phonenumbers.national_significant_number(number)}"
    return digits


def nobody(customer: str | None) -> bool:
    """Whether that says of no one who they are: withheld, anonymous."""
    return customer is None or _NOBODY.match(customer) is not None


def shown(customer: str | None) -> str:
    """The form to show: the last digits, or nothing."""
    if not customer:
        return ""
    return customer.rsplit("~", 1)[-1]
