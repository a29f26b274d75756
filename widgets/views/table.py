"""A table of a RowModel that draws whole rows, keeps its place and carries controls in the row."""

from collections.abc import Callable
from typing import Any

from PySide6 import QtGui
from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QTreeView,
    QWidget,
)

from widgets import theme
from widgets.models.rows import Heading, Record, RowModel
from widgets.plots.strips import draw_strip
from widgets.views import ink
from widgets.views.ink import Knob

REARRANGE_EVERY_MS = 4000
#: Width of ten digits in the face that the columns were measured with.
REFERENCE = 75
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


class _Height(QStyledItemDelegate):
    """The one height of all rows; nothing is ever measured."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        return QSize(40, self.parent().row_height())  # type: ignore[union-attr]


class Table(QTreeView):
    """Draws rows itself: one Python call for each row instead of one for each role of each cell."""

    pressed_knob = Signal(str, object)  # action, row
    opened = Signal(object)  # row
    typed = Signal(str)  # printable text, for the filter line
    chosen = Signal()  # the selection changed

    def __init__(self, model: RowModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = model
        self.knobs: Callable[[Any], tuple[Knob, ...]] | None = None
        self.line_height = 24
        self.two_lines = False  # too narrow: the controls go below the figures
        self.own_widths = False  # somebody pulled a heading: leave the columns alone
        self._fitting = False
        self._dropped: list[int] = []  # the trend and what else gives way, while there is no room
        self.setItemDelegate(_Height(self))
        self._columns: list[tuple[int, int, int]] = []
        self._hot: tuple[int, str] | None = None
        self._hovered = -1
        self.setModel(model)
        self.setAccessibleName(name)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setIndentation(0)
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionsMovable(True)
        head.setSectionsClickable(True)
        head.setMinimumSectionSize(18)
        head.setHighlightSections(False)
        head.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head.setAccessibleName(f"{name}, headings")
        head.sectionClicked.connect(self.sort_by)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._choose_columns)
        for place, column in enumerate(model.columns):
            self.setColumnHidden(place, column.hidden)
        head.sectionResized.connect(self._note_widths)
        self.widths: dict[int, int] = {}  # of columns that are measured, not declared
        self._slow = QTimer(self)
        self._slow.setInterval(REARRANGE_EVERY_MS)
        self._slow.timeout.connect(self.rearrange_when_idle)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.doubleClicked.connect(self._open)
        model.rowsAboutToBeRemoved.connect(self._note_place)
        model.layoutAboutToBeChanged.connect(self._note_place)
        model.rowsRemoved.connect(self._keep_place)
        model.layoutChanged.connect(self._keep_place)
        self._anchor: QPersistentModelIndex | None = None

    # Order ---------------------------------------------------------------------------------------

    def sort_by(self, column: int, toggle: bool = True) -> None:
        """A click on a heading sorts by it, a second one the other way."""
        rows = self.rows
        down = rows.columns[column].descending
        if toggle and rows.sort_column == column:
            down = not rows.sort_descending
        self._anchor = None
        rows.sort(column, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
        rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(rows.columns) - 1)

    def rearrange(self) -> None:
        self.rows.arrange()

    def rearrange_when_idle(self) -> None:
        """Rows move only while nobody points at them or has chosen one."""
        if not self.isVisible() or self.underMouse() or self.selectionModel().hasSelection():
            return
        self.rows.arrange(unselected=True)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._slow.start()

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._slow.stop()

    def _note_place(self, *_: Any) -> None:
        top = self.indexAt(QPoint(2, 2))
        # At the top the reader follows the top, elsewhere the row.
        if top.isValid() and self.verticalScrollBar().value() > 0:
            self._anchor = QPersistentModelIndex(top)

    def _keep_place(self, *_: Any) -> None:
        anchor, self._anchor = self._anchor, None
        if anchor is not None and anchor.isValid() and self.selectionModel().hasSelection():
            self.scrollTo(self.rows.index(anchor.row()), QAbstractItemView.ScrollHint.PositionAtTop)

    # Selection -----------------------------------------------------------------------------------

    def chosen_rows(self) -> list[Any]:
        """The rows selected, in the order of the screen."""
        places = sorted(i.row() for i in self.selectionModel().selectedRows())
        return [row for p in places if (row := self.rows.row_at(p)) is not None]

    def current_row(self) -> Any:
        return self.rows.row_at(self.currentIndex().row())

    def choose(self, key: Any) -> bool:
        """Select the row with that key and bring it into sight."""
        place = self.rows.place_of(key)
        if place < 0:
            return False
        index = self.rows.index(place, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)
        return True

    def _open(self, index: QModelIndex) -> None:
        row = self.rows.row_at(index.row())
        if row is not None:
            self.opened.emit(row)

    # Keys and mouse ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            place = self.currentIndex().row()
            if isinstance(self.rows.order[place] if place >= 0 else None, Heading):
                self.rows.fold(place)
            else:
                self._open(self.currentIndex())
        elif key == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        elif plain and text and text.isprintable() and not text.isspace():
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Typing filters (see `typed`); it does not jump."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        hovered = self.indexAt(spot).row()
        hit = self._knob_at(spot)
        hot = (hovered, hit.action) if hit else None
        if hot != self._hot or hovered != self._hovered:
            for place in {hovered, self._hovered}:
                if place >= 0:
                    self._redraw(place)
            self._hot, self._hovered = hot, hovered
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if hot else Qt.CursorShape.ArrowCursor
            )
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._hovered >= 0:
            self._redraw(self._hovered)
        self._hot, self._hovered = None, -1
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton:
            hit = self._knob_at(spot)
            place = self.indexAt(spot).row()
            if hit:
                if hit.enabled:
                    self.pressed_knob.emit(hit.action, self.rows.row_at(place))
                return
            if place >= 0 and isinstance(self.rows.order[place], Heading):
                self.rows.fold(place)
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._knob_at(event.position().toPoint()):
            return
        super().mouseDoubleClickEvent(event)

    def _redraw(self, place: int) -> None:
        if place < len(self.rows.order):
            rect = self.visualRect(self.rows.index(place, 0))
            self.viewport().update(0, rect.y(), self.viewport().width(), rect.height())

    # Controls in the row -------------------------------------------------------------------------

    def knob_rects(self, place: int) -> list[tuple[Knob, QRect]]:
        """Where the controls of a row are drawn, in the viewport."""
        row = self.rows.row_at(place)
        if row is None or self.knobs is None:
            return []
        for logical, column in enumerate(self.rows.columns):
            if column.kind == "controls" and (self.two_lines or not self.isColumnHidden(logical)):
                line = self.visualRect(self.rows.index(place, 0))
                top = line.y() + (self.line_height if self.two_lines else 0)
                left = 18 if self.two_lines else self.columnViewportPosition(logical) + 4
                found = []
                for knob in self.knobs(row):
                    rect = QRect(left, top + 2, knob.width, self.line_height - 4)
                    found.append((knob, rect))
                    left += knob.width + 4
                return found
        return []

    def _knob_at(self, spot: QPoint) -> Knob | None:
        place = self.indexAt(spot).row()
        if place < 0 or self.knobs is None:
            return None
        return next((k for k, rect in self.knob_rects(place) if rect.contains(spot)), None)

    # Drawing -------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Give the columns their widths for the face in use, and share what room is left."""
        metrics = self.fontMetrics()
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.92)
        self.header().setFont(small)
        self.line_height = metrics.height() + 8
        if self.own_widths:
            return
        self._bring_trend()
        scale = metrics.horizontalAdvance("0123456789") / REFERENCE
        room = self.viewport().width()
        columns = list(enumerate(self.rows.columns))
        widths = {
            place: self.widths.get(place, round(column.width * scale))
            for place, column in columns
            if column.spare or place in self.widths or not self.isColumnHidden(place)
        }
        for place, column in columns:
            if column.spare:
                fits = sum(widths.values()) <= room
                self.setColumnHidden(place, not fits)
                if not fits:
                    del widths[place]
        controls = next((p for p, c in columns if c.kind == "controls" and p in self.widths), -1)
        two_lines = controls >= 0 and sum(map(self._least, widths.items())) > room
        if two_lines:
            widths.pop(controls, None)
            # Too narrow even so: figures go before their picture, and some before others.
            yielding = [p for p, c in columns if c.kind == "spark"]
            yielding += [p for p, c in columns if c.gives_way]
            for place in yielding:
                if place in widths and sum(map(self._least, widths.items())) > room:
                    self._dropped.append(place)
                    self.setColumnHidden(place, True)
                    del widths[place]
        elif controls >= 0:
            widths[controls] = self.widths[controls]
        # What was kept of a narrow window says hidden, but not where they are instead.
        stand = self.two_lines, self.isColumnHidden(max(controls, 0))
        if controls >= 0 and stand != (two_lines, two_lines):
            self.two_lines = two_lines
            self.setColumnHidden(controls, two_lines)
            self.scheduleDelayedItemsLayout()
        left = room - sum(widths.values())
        if left < 0:
            for place, width in widths.items():
                less = min(-left, width - self._least((place, width)))
                widths[place] -= less
                left += less
        shares = sum(column.stretch for place, column in columns if place in widths)
        self._fitting = True
        for place, column in columns:
            if place in widths:
                more = left * column.stretch // shares if left > 0 and shares else 0
                self.setColumnWidth(place, widths[place] + more)
        self._fitting = False

    def _bring_trend(self) -> None:
        """What was dropped for want of room may fit now."""
        while self._dropped:
            self.setColumnHidden(self._dropped.pop(), False)

    def columns_chosen(self) -> QByteArray:
        """The columns as somebody chose them, whatever this window has room for."""
        self._bring_trend()
        return self.header().saveState()

    def _least(self, sized: tuple[int, int]) -> int:
        """A column's width when names are shortened; figures cannot be."""
        column = self.rows.columns[sized[0]]
        return sized[1] - (sized[1] * 3 // 10 if column.stretch and not column.right else 0)

    def row_height(self) -> int:
        return self.line_height * 2 if self.two_lines else self.line_height

    def _note_widths(self, _place: int, old: int, new: int) -> None:
        if not self._fitting and old and new:
            self.own_widths = True

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()
            self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        head = self.header()
        self._columns = [
            (logical, head.sectionViewportPosition(logical), head.sectionSize(logical))
            for logical in (head.logicalIndex(v) for v in range(head.count()))
            if not head.isSectionHidden(logical)
        ]
        self._metrics = QFontMetrics(self.font())
        super().paintEvent(event)
        if not self.rows.order:
            painter = QPainter(self.viewport())
            painter.setPen(theme.color("muted"))
            words = "nothing matches the filter" if self.rows.filter_words else self.empty_words
            painter.drawText(self.viewport().rect().adjusted(16, 0, -16, 0), _CENTRE, words)

    empty_words = "nothing here"

    def drawRow(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        place = index.row()
        entry = self.rows.order[place]
        line: QRect = option.rect  # type: ignore[attr-defined]
        y, height = line.y(), line.height()
        if isinstance(entry, Heading):
            painter.fillRect(0, y, self.viewport().width(), height, theme.color("raised"))
            painter.setPen(theme.color("header"))
            words = f"{'▸' if entry.folded else '▾'}  {entry.title}   {entry.count}"
            painter.drawText(QRect(6, y, self.viewport().width(), height), _LEFT, words)
            self._draw_focus(painter, place, line)
            return
        selected = self.selectionModel().isSelected(index)
        ground = "selected" if selected else "hovered" if place == self._hovered else "panel"
        token = "selected_text" if selected else "text"
        if ground != "panel":
            painter.fillRect(0, y, self.viewport().width(), height, theme.color(ground))
        rows, height = self.rows, self.line_height
        right_edge = self.viewport().width()
        if self.two_lines:
            self._draw_knobs(painter, place)
        for logical, left, width in self._columns:
            if left + width < 0 or left > right_edge:
                continue
            column = rows.columns[logical]
            if column.kind == "spark":
                ink.draw_bars(
                    painter, QRect(left + 4, y + 4, width - 8, height - 8), entry.row.trend
                )
            elif column.kind == "strip":
                draw_strip(painter, QRect(left + 4, y + 2, width - 8, height - 4), entry.row)
            elif column.kind == "controls":
                self._draw_knobs(painter, place)
            else:
                self._draw_cell(painter, QRect(left, y, width, height), entry, logical, token)
        self._draw_focus(painter, place, line)

    def _draw_cell(
        self, painter: QPainter, box: QRect, entry: Record, logical: int, token: str
    ) -> None:
        ink.draw_words(
            painter,
            self._metrics,
            box,
            self.rows.cell(entry, logical),
            self.rows.tone(entry, logical),
            token,
            right=self.rows.columns[logical].right,
        )

    def _draw_knobs(self, painter: QPainter, place: int) -> None:
        for knob, rect in self.knob_rects(place):
            ink.draw_knob(painter, rect, knob, hot=self._hot == (place, knob.action))

    def _draw_focus(self, painter: QPainter, place: int, line: QRect) -> None:
        if place == self.currentIndex().row() and self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 1))
            painter.drawRect(QRect(0, line.y(), self.viewport().width() - 1, line.height() - 1))

    # Hover words ---------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self._knob_at(event.pos())
            words = (
                hit.tip
                if hit
                else self.rows.data(self.indexAt(event.pos()), Qt.ItemDataRole.ToolTipRole)
            )
            if words:
                if QtGui.Qt.mightBeRichText(words):
                    # What others wrote is shown as it stands.
                    words = QtGui.Qt.convertFromPlainText(words)
                QToolTip.showText(event.globalPos(), words, self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def tick(self, now: int) -> None:
        """Elapsed times of the rows in sight go on."""
        if not self.rows.order:
            self.rows.now = now
            return
        first = max(0, self.indexAt(QPoint(2, 2)).row())
        last = self.indexAt(QPoint(2, self.viewport().height() - 3)).row()
        self.rows.tick(now, first, last if last >= 0 else len(self.rows.order) - 1)

    def _choose_columns(self, spot: QPoint) -> None:
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place, column in enumerate(self.rows.columns):
            if not (column.about or column.title):
                continue
            entry = menu.addAction(column.about.split("\n")[0] or column.title)
            entry.setCheckable(True)
            entry.setChecked(not self.isColumnHidden(place))
            entry.toggled.connect(lambda shown, place=place: self.setColumnHidden(place, not shown))
        menu.popup(self.header().mapToGlobal(spot))
