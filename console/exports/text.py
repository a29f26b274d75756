"""Free text of customers and agents, with what identifies a customer hidden."""

import re

#: A number of seven digits or more, with the signs that people write between digits.
_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[\s()./-]{0,2}\d){6,18}(?![\w])")
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


def hide(text: str, longest: int = 2000) -> str:
    """The text without telephone and card numbers and e-mail addresses, at most so long."""
    if "@" in text:
        text = _ADDRESS.sub("…@…", text[: 4 * longest])
    return _NUMBER.sub("…", text[: 2 * longest])[:longest]
