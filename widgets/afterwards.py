"""What was done: told, taken back, done again; its messages sent again or dropped."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from console.domain.acts import Receipt
from console.errors import ConsoleError
from widgets import texts
from widgets.bridge import Bridge
from widgets.notices import Notices
from widgets.views.detail import Detail
from widgets.views.log import Log


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


class Afterwards(QObject):
    changed = Signal()  # what undo and redo would do now

    def __init__(self, bridge: Bridge, notices: Notices, log: Log, detail: Detail) -> None:
        super().__init__(log)
        self.bridge = bridge
        self.notices = notices
        self.log = log
        self.detail = detail
        self.undo_words = self.redo_words = ""

    def send_again(self, ids: Sequence[str]) -> None:
        """Messages that were refused, or that nobody answered."""
        console = self.bridge.console
        if console is None or not ids:
            return

        def job() -> list[ConsoleError]:
            refused = []
            for each in ids:
                try:
                    console.retry(each)
                except ConsoleError as error:  # of many, the others go all the same
                    refused.append(error)
            return refused

        def done(refused: list[ConsoleError]) -> None:
            for error in refused:
                self.notices.fail(error)
            sent = len(ids) - len(refused)
            self._messages_done(f"{texts.plural(sent, 'message')} sent again" if sent else "")

        self.bridge.act(job, done)

    def drop_item(self, message_id: str) -> None:
        console = self.bridge.console
        if console is not None:
            self.bridge.act(
                lambda: console.drop(message_id), lambda _: self._messages_done("Message dropped")
            )

    def _messages_done(self, words: str) -> None:
        if words:
            self.notices.tell(words)
        self.bridge.note_change()
        self.log.load()
        self.detail.load()

    def undo(self, key: str = "") -> None:
        """Take back a line of the log, or the newest that can be."""
        console = self.bridge.console
        if console is not None:
            journal_id = int(key) if key else None
            self.bridge.act(lambda: console.undo(journal_id), self._undone)

    def redo(self) -> None:
        console = self.bridge.console
        if console is not None:
            self.bridge.act(console.redo, self._redone)

    def _undone(self, receipt: Receipt) -> None:
        self.notices.tell(sentence(receipt.title), button="Redo", press=self.redo)
        self.bridge.note_change()
        self.ask_undo()

    def _redone(self, receipt: Receipt) -> None:
        self.tell_done(receipt)
        self.bridge.note_change()

    def tell_done(self, receipt: Receipt) -> None:
        """Recorded; whether it comes about is in the log."""
        sent = texts.plural(receipt.messages, "message")
        # Beside the log a second telling would only cover it.
        detail = "" if self.log.is_seen() else f"{sent} on the way; the log shows what becomes"
        self.notices.tell(
            sentence(receipt.title),
            detail if receipt.messages else "",
            "Undo" if receipt.can_undo else "",
            lambda: self.undo(str(receipt.journal_id)),
        )
        self.ask_undo()
        self.log.load()

    def ask_undo(self) -> None:
        """What undo and redo would do now, for their titles."""
        console = self.bridge.console
        if console is not None:
            self.bridge.ask(
                "undo", lambda: (console.can_undo(), console.can_redo()), self._take_undo
            )

    def _take_undo(self, words: tuple[str, str]) -> None:
        self.undo_words, self.redo_words = words
        self.changed.emit()
