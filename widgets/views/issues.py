"""Issues: the needs with the most attempts and those open longest, and what each is made of."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from console.domain.debt import IssueContact, IssueList, IssueRow
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.debt import contact_model, issue_model
from widgets.orders import join_issues, split_issue
from widgets.views.elided import Elided
from widgets.views.panel import Asked
from widgets.views.table import Table

ASKED = "being told from the last two days …"
EMPTY = "no contact of a known customer in the last two days"
CHOOSE = "select an issue: its contacts stand here"


class Issues(Asked):
    name = "issues"
    title = "Issues"
    wanted = False  # opened by its key
    armed = Signal(object)  # an Order
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, issue_model(), parent)
        self._known: object = None
        self.found: IssueList | None = None
        self.table.empty_words = ASKED
        self.told = Elided()
        self.told.setAccessibleName("How many issues there are")
        self.tools.addWidget(self.told, 1)
        self.contacts = Table(contact_model(self), "Contacts of the selected issue")
        self.contacts.empty_words = CHOOSE
        self.contacts.opened.connect(self.opened)
        self.contacts.chosen.connect(self._offer)
        self.split = QPushButton("Split here…")
        self.split.setToolTip("With the selected contact an issue of its own begins")
        self.split.setAccessibleName("Begin an issue of its own with the selected contact")
        self.split.clicked.connect(self._split)
        self.join = QPushButton("Join…")
        self.join.setToolTip("The selected issues are one need")
        self.join.setAccessibleName("Take the selected issues for one")
        self.join.clicked.connect(self._join)
        self._arrange()
        self.chosen.connect(self._show_contacts)
        self.model.arranged.connect(self._show_contacts)
        self._offer()

    def _arrange(self) -> None:
        lines = self.layout()
        assert isinstance(lines, QLayout)
        lines.removeWidget(self.table)
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self.contacts, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(6, 3, 6, 3)
        buttons.addStretch(1)
        buttons.addWidget(self.split)
        buttons.addWidget(self.join)
        side.addLayout(buttons)
        middle = QHBoxLayout()
        middle.setSpacing(6)
        middle.addWidget(self.table, 5)
        middle.addLayout(side, 5)
        lines.insertLayout(0, middle, 1)  # type: ignore[attr-defined]  # a box

    # What is asked --------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask, if anybody can see it; what has not changed is not told again."""
        console, known = self.bridge.console, self._known
        if console is None or not self.is_seen():
            return

        def job() -> Any:
            found: IssueList | None = console.issues(known)
            return None if found is None else (found, self.model.compare(found.rows))

        self.ask_in_turn(job, self._show)

    def _show(self, landed: tuple[IssueList, Any] | None) -> None:
        if landed is not None:
            self.found, delta = landed
            self._known = self.found.version
            self.table.empty_words = EMPTY
            self.model.show(delta)
            listed = len(self.found.rows)
            self.told.say(
                f"{texts.count(listed)} of {texts.plural(self.found.issues, 'issue')}: most "
                f"attempts and longest open; joined within {self.found.window_h:.0f} h"
            )
            self._show_contacts()
        self.loaded.emit()

    # What is chosen -------------------------------------------------------------------------------

    def chosen_issues(self) -> list[IssueRow]:
        return self.table.chosen_rows()

    def chosen_contact(self) -> IssueContact | None:
        rows = self.contacts.chosen_rows()
        return rows[0] if len(rows) == 1 else None

    def _show_contacts(self) -> None:
        rows = self.chosen_issues()
        contacts = [each for row in rows for each in row.contacts]
        self.contacts.rows.show_rows(sorted(contacts, key=lambda each: each.entered_at))
        self._offer()

    def _offer(self) -> None:
        """What can be done with what is selected."""
        contact = self.chosen_contact()
        # Of a ticket that goes on, and of the first contact, there is nothing to be split off.
        begun = {
            (row.contacts[0].source_id, row.contacts[0].contact) for row in self.chosen_issues()
        }
        self.split.setEnabled(
            contact is not None and (contact.source_id, contact.contact) not in begun
        )
        self.join.setEnabled(len(self.chosen_issues()) > 1)

    def _split(self) -> None:
        if (contact := self.chosen_contact()) is not None:
            self.armed.emit(split_issue(self._console(), contact))

    def _join(self) -> None:
        rows = self.chosen_issues()
        if len(rows) > 1:
            self.armed.emit(join_issues(self._console(), rows))

    def _console(self) -> Any:
        return self.bridge.console


__all__ = ["Issues"]
