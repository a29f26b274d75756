"""Words of people without customers in them: numbers and addresses that somebody wrote into a
report are hidden before it leaves the console in a document.
"""

import re

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Six digits or more, with whatever telephone numbers and accounts are written with between them.
_NUMBER = re.compile(r"(?<![\w])\+?\d(?:[ ()./-]{0,2}\d){5,}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}")


def discreet(text: str) -> str:
    """The text with “[address]” and “[number]” for what may be a customer's; dates stay."""
    text = _ADDRESS.sub("[address]", text)
    return _NUMBER.sub(lambda m: m[0] if _DATE.fullmatch(m[0]) else "[number]", text)


__all__ = ["discreet"]
