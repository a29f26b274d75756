"""Errors written for a person: what happened, where, and what to do."""


class ConsoleError(Exception):
    """Shown as written. Anything else that is raised is a fault of the program."""

    def __init__(self, title: str, detail: str = "", remedy: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.remedy = remedy

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.detail, self.remedy) if part)


class StoreError(ConsoleError):
    """The database cannot be opened, read or written."""


class ExportError(ConsoleError):
    """An export file cannot be read as a whole."""


class CannotUndo(ConsoleError):
    """What a command changed has moved on since."""


class NotTogether(ConsoleError):
    """What is real and a rehearsal, or two rehearsals, would be read into one console."""


class NotAllowed(ConsoleError):
    """A command that would do harm or touches what is not there."""
