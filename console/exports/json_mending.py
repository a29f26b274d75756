"""A record of JSON with letters that are none, written so that it can be read.

Texts that were cut in the middle of a sign leave half of it, scripts write in the encoding of their
desk, and what once was a fixed-length field is filled with NUL. None of it costs the record.
"""

import re

_NUL = re.compile(rb"((?<!\\)(?:\\\\)*)\\u0000")
_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def without_nul(raw: bytes) -> bytes:
    """NUL cannot be kept by every database, and means nothing."""
    return _NUL.sub(rb"\1", raw) if b"\\u0000" in raw else raw


def mended(raw: bytes) -> bytes | None:
    """The record in UTF-8 and without halves of signs; None where it was so already."""
    try:
        raw.decode()
        plain = raw
    except UnicodeDecodeError:
        # As a desk under Windows writes it; bytes that are nothing there either are passed over.
        plain = raw.decode("cp1252", "replace").encode()
    whole = _HALF.sub(rb"\\ufffd", plain)
    return None if whole == raw else whole


__all__ = ["mended", "without_nul"]
