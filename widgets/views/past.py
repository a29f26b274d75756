"""Past rehearsals: look at one again, set several side by side, delete what nobody needs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from console.domain.rehearsals import RUNNING, PastList, PastRehearsal
from widgets import texts
from widgets.models.score import along, along_model, past_model
from widgets.views.rehearsal_bar import Twice
from widgets.views.table import Table


class Past(QWidget):
    """`load` asks for the list; what it finds is given to `show_list`."""

    look_pressed = Signal(object)  # a PastRehearsal
    delete_pressed = Signal(object)  # list of them

    def __init__(self, load: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.load = load
        self.found: PastList | None = None
        self.sizes: dict[str, int] = {}
        self.here = ""  # the folder of this window's own rehearsal
        self.model = past_model()
        self.model.setParent(self)
        self.table = Table(self.model, "Past rehearsals")
        self.table.empty_words = "looking for them …"
        self.table.sort_by(0)
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setProperty("role", "muted")
        self.look = QPushButton("Look at it")
        self.look.setToolTip("The board as it stood at its end, in a window of its own")
        self.side = QPushButton("Side by side")
        self.side.setToolTip("The figures of several of one scenario, a column each")
        self.back = QPushButton("Back to the list")
        self.delete = Twice("Delete…", "Delete for good?", "Take it off the disk, with its score")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.compared = QWidget()
        self._holder = QVBoxLayout(self.compared)
        self._holder.setContentsMargins(0, 0, 0, 0)
        self._along: Table | None = None
        self.pages.addWidget(self.compared)
        foot = QHBoxLayout()
        foot.addWidget(self.told, 1)
        for button in (self.delete, self.side, self.back, self.look):
            button.setAutoDefault(False)
            foot.addWidget(button)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(6, 8, 6, 6)
        lines.addWidget(self.pages, 1)
        lines.addLayout(foot)
        self.table.chosen.connect(self._refresh)
        self.table.opened.connect(self.look_pressed)
        self.look.clicked.connect(lambda: self.look_pressed.emit(self.chosen()[0]))
        self.side.clicked.connect(self.set_side_by_side)
        self.back.clicked.connect(self._list)
        self.delete.done.connect(self._delete)
        self._list()

    def show_list(self, found: PastList, sizes: Mapping[str, int] | None = None) -> None:
        """`sizes`: bytes on the disk of each, by its path."""
        self.found, self.sizes = found, dict(sizes or {})
        self.table.empty_words = "no rehearsal has been played yet"
        self.model.show_rows(found.rehearsals)
        self.table.rearrange()
        self.table.fit()
        self.table.viewport().update()
        self._refresh()

    def chosen(self) -> Sequence[PastRehearsal]:
        return self.table.chosen_rows()

    def _list(self) -> None:
        self.pages.setCurrentWidget(self.table)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._refresh()

    def _refresh(self) -> None:
        rows, listing = self.chosen(), self.pages.currentWidget() is self.table
        alike = {row.scenario for row in rows}
        busy = [row for row in rows if row.state == RUNNING or row.path == self.here]
        self.look.setEnabled(len(rows) == 1)
        self.side.setEnabled(bool(rows) and len(alike) == 1)
        self.delete.setEnabled(bool(rows) and not busy)
        for button in (self.look, self.side, self.delete):
            button.setVisible(listing)
        self.back.setVisible(not listing)
        if not listing:
            return
        if len(rows) > 1 and len(alike) > 1:
            words = "Only rehearsals of one scenario can be set side by side"
        elif busy:
            words = "One of them is open or goes on: it cannot be deleted"
        elif len(rows) == 1:
            words = rows[0].score.verdict if rows[0].score is not None else rows[0].path
        else:
            words = f"{texts.plural(len(rows), 'rehearsal')} chosen." if rows else ""
        taken = sum(self.sizes.get(row.path, 0) for row in rows or self.model.rows())
        self.told.setText(f"{words} {texts.size(taken)} on the disk.".strip() if taken else words)

    def set_side_by_side(self) -> None:
        """Those chosen; of one alone, all of its scenario."""
        rows, found = self.chosen(), self.found
        if not rows or found is None:
            return
        group = next((each for each in found.groups if each.scenario == rows[0].scenario), None)
        if group is None:
            return
        paths = [row.path for row in rows] if len(rows) > 1 else []
        rehearsals, lines = along(group, paths)
        if self._along is not None:
            self._along.hide()
            self._along.deleteLater()
        model = along_model(rehearsals)
        self._along = Table(model, f"Rehearsals of {group.title} side by side")
        model.setParent(self._along)
        self._along.empty_words = "no score of these can be read"
        self._holder.addWidget(self._along)
        model.show_rows(lines)
        self.pages.setCurrentWidget(self.compared)
        self._along.setFocus()
        self._refresh()
        best = "● marks the best of them. " if len(rehearsals) > 1 else ""
        self.told.setText(f"{best}{group.note}")

    def _delete(self) -> None:
        rows: list[Any] = list(self.chosen())
        if rows:
            self.delete_pressed.emit(rows)
