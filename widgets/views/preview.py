"""What a control will touch, in words, before it is done: Enter fires, Esc leaves."""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from console.domain.acts import Preview, Receipt
from widgets import orders, texts
from widgets.bridge import Bridge
from widgets.orders import Also, Order, Sending, Unclear
from widgets.views.choice import Choice
from widgets.views.enough import Enough
from widgets.views.foreseen import ForeseenPanel

#: The click that opened the preview must not fire it as well.
TOO_SOON_S = 0.35
LINES = 6


class PreviewPanel(QFrame):
    fired = Signal(object)  # Receipt
    left = Signal()
    refused = Signal(object)  # the exception
    moved = Signal()  # it came, went or grew

    def __init__(self, bridge: Bridge, floor: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self.floor = floor
        self.over = parent
        self.setObjectName("preview")
        self.setAccessibleName("Preview of a control")
        self.bridge = bridge
        self.order: Order | None = None
        self.command: Any = None
        self._sending_to: int | None = None
        self._asks_enough = False
        self._armed = self._firing = self._hasty = False
        self._ready_at = 0.0
        self._tall = 0
        self._return_to: QWidget | None = None

        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.title.setWordWrap(True)
        self.why = QLineEdit()
        self.why.setPlaceholderText("why (optional)")
        self.why.setToolTip("Kept in the journal beside what was done")
        self.why.setAccessibleName("Why, optional, for the journal")
        self.why.setFixedWidth(190)
        self.why.textEdited.connect(self._give_why)
        self.asked = QLineEdit()
        self.asked.setFixedWidth(290)
        self.asked.textEdited.connect(self._ask_again)
        # A choice that is taken from the list is no edit.
        self.asked.textChanged.connect(self._answer_chosen)
        self.also = QWidget()
        beside = QHBoxLayout(self.also)
        beside.setContentsMargins(0, 0, 0, 0)
        self.also_words = QLabel()
        self.also_choice = Choice()
        self.also_choice.setMinimumWidth(260)
        self.also_line = QLineEdit()
        self.also_line.setFixedWidth(380)
        self.also_choice.activated.connect(self._choose_also)
        self.also_line.textEdited.connect(self._ask_again)
        for each in (self.also_words, self.also_choice, self.also_line):
            beside.addWidget(each)
        beside.addStretch(1)
        self.leave_button = QPushButton("Leave · Esc")
        self.leave_button.setAccessibleName("Leave without doing it")
        self.fire_button = QPushButton()
        self.fire_button.setObjectName("fire")
        self.leave_button.clicked.connect(self.leave)
        self.fire_button.clicked.connect(self.fire)

        self.sending = QWidget()
        bar = QHBoxLayout(self.sending)
        bar.setContentsMargins(0, 0, 0, 0)
        self.target = Choice()
        self.target.setAccessibleName("Queue that the agents go to")
        self.target.setMinimumWidth(150)
        self.number = QSpinBox()
        self.number.setRange(1, 200)
        self.number.setAccessibleName("How many agents")
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setFixedWidth(56)
        fewer, more = QPushButton("−"), QPushButton("+")
        fewer.setAccessibleName("One agent fewer")
        more.setAccessibleName("One agent more")
        fewer.clicked.connect(self.number.stepDown)
        more.clicked.connect(self.number.stepUp)
        self.reasons = QLabel()
        self.reasons.setWordWrap(True)
        self.reasons.setAccessibleName("Why this queue")
        bar.addWidget(QLabel("send"))
        bar.addWidget(fewer)
        bar.addWidget(self.number)
        bar.addWidget(more)
        self.enough = Enough(bridge)
        self.enough.suggested.connect(self.number.setValue)
        bar.addWidget(self.enough)
        bar.addWidget(QLabel("to"))
        bar.addWidget(self.target)
        bar.addWidget(self.reasons, 1)
        self.number.valueChanged.connect(self._ask_sending)
        self.target.activated.connect(self._retarget)

        self.columns = [QLabel() for _ in range(3)]
        for label in self.columns:
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            label.setWordWrap(True)
        self.columns[2].setProperty("role", "warn")
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        for place, label in enumerate(self.columns):
            grid.addWidget(label, 0, place)
            grid.setColumnStretch(place, 1)

        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.asked)
        head.addWidget(self.why)
        head.addWidget(self.leave_button)
        head.addWidget(self.fire_button)
        lines = self.lines = QVBoxLayout(self)
        lines.setContentsMargins(10, 6, 10, 6)
        lines.setSpacing(4)
        lines.addLayout(head)
        lines.addWidget(self.also)
        lines.addWidget(self.sending)
        lines.addLayout(grid)
        self.foreseen = ForeseenPanel(bridge, self)
        # One after the other: readers are there for others too.
        self.foreseen.landed.connect(self._ask_enough)
        lines.addWidget(self.foreseen)
        parent.installEventFilter(self)
        for child in (
            self.asked, self.why, self.fire_button, self.leave_button, self.number, self.target,
            fewer, more, self.also_choice, self.also_line, self.enough, self.foreseen.more,
        ):  # fmt: skip
            child.installEventFilter(self)
        # As it is read: what is asked first, then why, then the buttons.
        order = (
            self.asked, self.also_choice, self.also_line, fewer, self.number, more, self.enough,
            self.target, self.foreseen.more, self.why, self.leave_button, self.fire_button,
        )  # fmt: skip
        for before, after in zip(order, order[1:], strict=False):
            QWidget.setTabOrder(before, after)
        self.hide()

    # Opening -------------------------------------------------------------------------------------

    def arm(self, order: Order) -> None:
        """Show what an order would touch."""
        self.columns[0].setMinimumHeight(0)
        self._open(order)
        self.sending.hide()
        self.title.setText(f"{order.verb} …")
        self._ask()

    def _answer_chosen(self, _: str) -> None:
        if self.order is not None and self.order.choices and self.isVisible():
            self._ask_again("")

    def _ask_again(self, _: str) -> None:
        self.command = None
        self._hasty = self._armed = False
        self.fire_button.setEnabled(False)
        self._ask()

    def _ask(self) -> None:
        order, answers = self.order, [self.asked.text().strip()]
        if order is None:
            return
        if order.also is not None:
            answers.append(self._also_answer(order.also))
        if order.needs_why:
            answers.append(self.why.text().strip())

        def job() -> tuple[Any, Preview]:
            try:
                command = order.make(*answers)
            except Unclear as error:
                return None, Preview(order.verb, refused=str(error))
            look = order.looks or self.bridge.console.preview
            return command, look(command)

        self.bridge.ask("preview", job, self._show, self._fail)

    def _give_why(self, words: str) -> None:
        if self.order is not None and self.order.needs_why:
            self._ask_again(words)

    def _also_answer(self, also: Also) -> str:
        if also.choices:
            return str(self.also_choice.currentData())
        return self.also_line.text().strip()

    def _choose_also(self) -> None:
        self._show_asked()
        if not self.asked.isHidden():
            self.asked.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask_again("")

    def _show_asked(self) -> None:
        """The first question is asked only where the answer to the second opens it."""
        order = self.order
        asked = order is not None and bool(order.asks)
        if order is not None and order.also is not None and order.also.opens:
            asked = asked and self._also_answer(order.also) == order.also.opens
        self.asked.setVisible(asked)

    def _open_also(self, also: Also | None) -> None:
        self.also.setVisible(also is not None)
        self.also_choice.clear()
        self.also_line.clear()
        if also is None:
            return
        self.also_words.setText(also.asks if also.choices else "")
        self.also_words.setVisible(bool(also.choices))
        self.also_choice.setVisible(bool(also.choices))
        self.also_choice.setAccessibleName(also.asks)
        self.also_line.setVisible(not also.choices)
        self.also_line.setPlaceholderText(also.asks)
        self.also_line.setAccessibleName(also.asks)
        self.also_line.setText(also.answer)
        for value, words in also.choices:
            self.also_choice.addItem(words, value)
        self.also_choice.setCurrentIndex(max(0, self.also_choice.findData(also.answer)))

    def arm_sending(self, queue_id: int | None, wanted: int) -> None:
        """Show who could be sent to a queue, or to the most urgent one."""
        # Room for all lines at once, so that + and − stay under the mouse that presses them.
        self.columns[0].setMinimumHeight((LINES + 1) * self.fontMetrics().lineSpacing())
        self._open(None)
        self._sending_to = queue_id
        self.number.blockSignals(True)
        self.number.setValue(wanted)
        self.number.blockSignals(False)
        self.title.setText("Looking for agents …")
        self.sending.show()
        self._ask_sending()

    def _open(self, order: Order | None) -> None:
        if not self.isVisible():
            self._return_to = QApplication.focusWidget()
        self.order, self.command = order, None
        self.foreseen.end()
        self.enough.end()
        self._armed = self._hasty = False
        self._ready_at = time.monotonic() + TOO_SOON_S
        self.why.clear()
        needed = order is not None and order.needs_why
        self.why.setPlaceholderText("why" if needed else "why (optional)")
        self.asked.clear()
        asks = order.asks if order else ""
        if order is not None and order.answer:
            self.asked.setText(order.answer)
            self.asked.selectAll()
        self.asked.setCompleter(_completer(order.choices, self.asked) if order else None)  # type: ignore[arg-type]  # None takes it away
        self.asked.setPlaceholderText(asks)
        self.asked.setAccessibleName(asks)
        self._open_also(order.also if order else None)
        self._show_asked()
        for label in self.columns:
            label.clear()
        self._dress_button("…", enabled=False)
        self._tall = 0
        self.place()
        self.show()
        # What is asked for is typed at once; else the answer to Enter is shown first.
        first = self.leave_button if self.asked.isHidden() else self.asked
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_sending(self) -> None:
        board, console = self.bridge.board, self.bridge.console
        if board is None:
            return
        target, wanted = self._sending_to, self.number.value()
        self.bridge.ask(
            "preview",
            lambda: orders.plan_sending(console, board, target, wanted),
            self._show_sending,
            self._fail,
        )

    def _retarget(self, place: int) -> None:
        self._sending_to = self.target.itemData(place)
        self._ask_sending()

    # Showing -------------------------------------------------------------------------------------

    def _show(self, made: tuple[Any, Preview]) -> None:
        self.command, preview = made
        verb = self.order.verb if self.order else preview.title
        self._show_words(preview, verb, list(preview.costs))

    def _show_sending(self, plan: Sending) -> None:
        self.command = plan.command
        self.target.blockSignals(True)
        self.target.clear()
        for urgency in plan.urgencies:
            self.target.addItem(f"{urgency.queue} ({urgency.score:.0f})", urgency.queue_id)
        if plan.target is not None:
            # Another queue may be the most urgent one a moment later: they go to the one shown.
            self._sending_to = plan.target.queue_id
            self.target.setCurrentIndex(self.target.findData(plan.target.queue_id))
            reasons = ", ".join(
                f"{r.words} +{r.points:.0f}" for r in plan.target.reasons if round(r.points)
            )
            place = plan.urgencies.index(plan.target) + 1
            rank = "most urgent" if place == 1 else f"urgency rank {place}"
            points = f"{plan.target.score:.0f} points"
            self.reasons.setText(f"{rank}, {points}: {reasons}" if reasons else f"{rank}, {points}")
            self._asks_enough = bool(plan.candidates)
        self.target.blockSignals(False)
        where = plan.target.queue if plan.target else ""
        sent = len(plan.candidates)
        verb = f"Send {texts.plural(sent, 'agent')} to {where}"
        who = [f"{c.agent}: {c.state.replace('_', ' ')}, goes {c.when}" for c in plan.candidates]
        costs = [f"{c.agent}: {c.cost}" for c in plan.candidates if c.cost]
        if sent and sent < self.number.value():
            who.append(f"nobody else can be sent ({sent} of {self.number.value()})")
        preview = plan.preview
        self._show_words(
            Preview(
                preview.title, tuple(who) or preview.touches, (), preview.warnings, preview.refused
            ),
            verb,
            costs or list(preview.costs),
        )

    def _show_words(self, preview: Preview, verb: str, costs: list[str]) -> None:
        self.title.setText(preview.title[:1].upper() + preview.title[1:])
        self._fill(0, "touches", list(preview.touches))
        self._fill(1, "costs", costs)
        wrong = [f"▲ {preview.refused}"] if preview.refused else []
        self._fill(2, "", wrong + [f"◆ {words}" for words in preview.warnings])
        self.columns[2].setVisible(bool(wrong or preview.warnings))
        self._foresee(preview)
        self._dress_button(verb, enabled=not preview.refused and self.command is not None)
        self.place()
        own = (self.number, self.target, self.asked, self.why, self.also_choice, self.also_line)
        writing = any(each.hasFocus() for each in own)
        if self.fire_button.isEnabled() and not writing:
            self.fire_button.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._hasty:
            self._hasty = False
            self.fire()

    def _foresee(self, preview: Preview) -> None:
        """What the forecast says of it comes later; nothing waits for that."""
        order, made = self.order, self.command
        if preview.refused or made is None:
            self.foreseen.end()
        elif order is not None and order.foresees is not None:
            see = order.foresees
            self.foreseen.begin(made, lambda overtaken: see(made, overtaken))
        else:
            self.foreseen.begin(made)

    def _ask_enough(self) -> None:
        if self._asks_enough and self._sending_to is not None and not self.sending.isHidden():
            self.enough.ask(self._sending_to)

    def _fill(self, place: int, heading: str, lines: list[str]) -> None:
        shown = lines[:LINES]
        if len(lines) > LINES:
            shown[-1] = f"and {len(lines) - LINES + 1} more"
        label = self.columns[place]
        label.setVisible(bool(lines))
        label.setText("\n".join([heading, *shown] if heading else shown))
        label.setToolTip("\n".join(lines[:60]))

    def _dress_button(self, verb: str, enabled: bool) -> None:
        dangerous = self.order is not None and self.order.dangerous
        if dangerous and not self._armed:
            words = f"Arm: {verb} · Enter"
        elif dangerous:
            words = f"▲ {verb} now · Enter"
        else:
            words = f"{verb} · Enter"
        self._verb = verb
        self.fire_button.setText(words)
        self.fire_button.setAccessibleName(words)
        self.fire_button.setEnabled(enabled)
        self.fire_button.setProperty("armed", "true" if self._armed else "false")
        self.fire_button.style().unpolish(self.fire_button)
        self.fire_button.style().polish(self.fire_button)

    def _fail(self, error: Exception) -> None:
        self._close()
        self.refused.emit(error)

    # Firing and leaving --------------------------------------------------------------------------

    def fire(self) -> None:
        """Do it; a dangerous one is armed by the first press and fired by the second."""
        if not self.isVisible():
            return
        if not self.fire_button.isEnabled():
            # Enter after the last letter, before its preview has come.
            writing = self.asked.hasFocus() or self.also_line.hasFocus()
            self._hasty = writing and self.command is None
            return
        now = time.monotonic()
        if now < self._ready_at:
            return
        if self.order is not None and self.order.dangerous and not self._armed:
            self._armed = True
            self._ready_at = now + TOO_SOON_S
            self._dress_button(self._verb, enabled=True)
            return
        if self._firing:
            return
        self._firing = True
        command, why = self.command, self.why.text().strip()
        own = self.order.does if self.order is not None else None
        do = own or self.bridge.console.do
        # Not disabled: a disabled button loses the focus to whatever comes next.
        self.fire_button.setText("…")
        self.bridge.act(lambda: do(command, why), self._done, self._fail)

    def _done(self, receipt: Receipt) -> None:
        self._close()
        self.fired.emit(receipt)
        self.bridge.note_change()

    def leave(self) -> None:
        """Nothing was done."""
        if self._firing:
            return
        self._close()
        self.left.emit()

    def _close(self) -> None:
        self._firing = False
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        self.hide()
        self.moved.emit()
        self.order = self.command = None
        self.foreseen.end()
        self.enough.end()
        if had_focus and self._return_to is not None and self._return_to.isVisible():
            self._return_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self._return_to = None

    def place(self) -> None:
        """Lie over the foot of the window: nothing moves under the mouse when it comes or goes."""
        floor = self.floor()
        area = self.over.rect()
        # Words that came just now are counted, not those of the last time.
        self.lines.activate()
        tall = self.lines.totalHeightForWidth(area.width() - 12)
        # Once grown it stays so: what is under the mouse does not move while words come and go.
        tall = self._tall = max(tall, self.lines.totalMinimumSize().height(), self._tall)
        self.setGeometry(6, floor - tall, area.width() - 12, tall)
        self.raise_()
        self.moved.emit()

    def _writes(self, event: QKeyEvent) -> bool:
        """Typing at a button is meant for the line beside it, not for pressing the button."""
        text = event.text()
        if not text.isprintable() or not text:
            return False
        if not text.isspace():
            line = self.why if self.asked.isHidden() else self.asked
            line.setFocus(Qt.FocusReason.OtherFocusReason)
            line.insert(text)
            if line is self.asked:
                self._ask_again("")
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.over:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self.place()
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if watched is self.leave_button and not self.fire_button.isEnabled():
                    return True
                if watched is self.leave_button and self.leave_button.hasFocus():
                    self.leave()
                elif not event.isAutoRepeat():
                    self.fire()
                return True
            if watched in (self.fire_button, self.leave_button) and self._writes(event):
                return True
        return super().eventFilter(watched, event)


def _completer(choices: tuple[str, ...], owner: QWidget) -> QCompleter | None:
    """Offers what contains the letters typed."""
    if not choices:
        return None
    completer = QCompleter(choices, owner)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    return completer
