"""The bar of a rehearsal under the strip: what is played, its clock, how fast, what may happen."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.rehearsal import (
    BROKEN_OFF,
    BY_LEADER,
    ENDED,
    NEWS,
    OVER,
    PAUSED,
    PREPARING,
    Inject,
    RehearsalState,
)
from widgets import texts
from widgets.views.elided import Elided
from widgets.views.operation_clock import Gauge, passed

#: Seconds of the centre in each second of ours.
SPEEDS = (1, 10, 30, 60, 120, 300, 600)
#: A button that was armed and not pressed again lets go after this long.
ARMED_MS = 5000
HOUR = 3_600_000_000


def pace(times: float) -> str:
    return f"{times:g} ×"


class Twice(QPushButton):
    """Pressed once it is armed and says what for; pressed again it does it."""

    done = Signal()

    def __init__(self, words: str, armed: str, tip: str) -> None:
        super().__init__(words)
        self._words, self._armed_words = words, armed
        self.setToolTip(tip)
        self.setAccessibleName(f"{words.rstrip('…')}: {tip}")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ARMED_MS)
        self._timer.timeout.connect(self.disarm)
        self.clicked.connect(self._press)

    def is_armed(self) -> bool:
        return bool(self.property("armed"))

    def _press(self) -> None:
        if self.is_armed():
            self.disarm()
            self.done.emit()
        else:
            self.arm()

    def arm(self) -> None:
        """The next press, or Enter, does it."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._turn(True)
        self._timer.start()

    def disarm(self) -> None:
        self._timer.stop()
        self._turn(False)

    def _turn(self, armed: bool) -> None:
        if self.is_armed() == armed:
            return
        self.setProperty("armed", armed)
        self.setText(self._armed_words if armed else self._words)
        self.style().unpolish(self)
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_armed():
            self.disarm()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.disarm()
        super().focusOutEvent(event)


class Pace(QComboBox):
    """How fast; a wheel that passes over it changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        for times in SPEEDS:
            self.addItem(pace(times), times)
        self.setAccessibleName("Speed of the rehearsal: seconds of the centre in each second")
        self.setToolTip("Seconds of the centre in each second")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def show_speed(self, times: float) -> None:
        place = self.findData(int(times)) if times == int(times) else -1
        if place < 0:
            self.addItem(pace(times), times)
            place = self.count() - 1
        if self.currentIndex() != place and not self.view().isVisible():
            self.setCurrentIndex(place)


class RehearsalBar(QFrame):
    """Hidden in real operation."""

    speed_chosen = Signal(float)
    pause_pressed = Signal()
    inject_chosen = Signal(str)
    restart_pressed = Signal()
    another_pressed = Signal()
    end_pressed = Signal()
    score_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rehearsal")
        self.setAccessibleName("Rehearsal")
        self.state: RehearsalState | None = None
        self._failed, self._warning = False, ""
        self.mark = QLabel("◆ REHEARSAL")
        self.mark.setProperty("role", "rehearsal")
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("role", "title")
        self.clock, self.gauge = QLabel(), Gauge()
        self.clock.setTextFormat(Qt.TextFormat.PlainText)
        time = QVBoxLayout()
        time.setSpacing(0)
        time.addWidget(self.clock)
        time.addWidget(self.gauge)
        self.words = Elided()
        self.speed = Pace()
        self.pause = QPushButton("‖ Pause")
        self.inject = QPushButton("Inject ▾")
        self.inject.setToolTip("Let something happen in the centre")
        self.inject.setAccessibleName("Inject: let something happen in the centre")
        self.restart = Twice(
            "Restart", "Begin again?", "The same rehearsal from its beginning, with the same seed"
        )
        self.another = QPushButton("Another…")
        self.another.setToolTip("Choose another rehearsal (F4)")
        self.another.setAccessibleName("Choose another rehearsal")
        self.end = Twice("End…", "End it now?", "End the rehearsal now and see the score")
        self.score = QPushButton("Score")
        self.score.setToolTip("What became of the mission, and what others would have made of it")
        self.score.setAccessibleName("Show the score")
        line = self.line = QHBoxLayout(self)
        line.setContentsMargins(8, 2, 8, 2)
        line.setSpacing(8)
        line.addWidget(self.mark)
        line.addWidget(self.title)
        line.addLayout(time)
        line.addWidget(self.words, 1)
        for each in (
            self.speed, self.pause, self.inject, self.score, self.end, self.restart, self.another
        ):  # fmt: skip
            line.addWidget(each)
        self.speed.activated.connect(
            lambda _: self.speed_chosen.emit(float(self.speed.currentData()))
        )
        self.pause.clicked.connect(self.pause_pressed)
        self.inject.clicked.connect(self.choose_inject)
        self.restart.done.connect(self.restart_pressed)
        self.another.clicked.connect(self.another_pressed)
        self.end.done.connect(self.end_pressed)
        self.score.clicked.connect(self.score_pressed)
        self.hide()

    # Room ----------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """A narrow window shows less of it; the bar does not hold it open."""
        return QSize(420, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Leave out what is in the menu or the window's title too, until the rest fits."""
        spare = (self.another, self.restart, self.mark, self.title, self.score)
        for each in spare:
            each.setVisible(True)
        for each in spare:
            if self.line.minimumSize().width() <= self.width():
                break
            each.setVisible(False)

    # What is shown -------------------------------------------------------------------------------

    def begin(self, title: str, speed: float) -> None:
        """The window is there before the rehearsal is."""
        self.title.setText(title)
        self.speed.show_speed(speed)
        self.gauge.hide()
        self.words.say("getting ready …")
        self._enable(None)
        self.show()

    def show_state(self, state: RehearsalState) -> None:
        self.state = state
        if self.title.text() != state.title:
            self.title.setText(state.title)
        self.title.setToolTip("\n".join((state.story, *(f"◆ {goal}" for goal in state.goals))))
        gone, whole = state.at - state.start, state.until - state.start
        words = f"T+{passed(gone)} of {passed(whole)}"
        if self.clock.text() != words:
            self.clock.setText(words)
            self.clock.setAccessibleName(f"Rehearsal at {words}, {self._standing(state)}")
        self.gauge.show()
        self.gauge.share = min(1.0, gone / whole) if whole > 0 else 0.0
        self.gauge.update()
        self.speed.show_speed(state.speed)
        paused = state.state == PAUSED
        self.pause.setText("▶ Go on" if paused else "‖ Pause")
        self.pause.setAccessibleName("Let the rehearsal go on" if paused else "Pause the rehearsal")
        self.pause.setToolTip("Ctrl+Shift+Space")
        if not self._failed:
            self.words.say(*self._news(state))
            self._enable(state)
        self.show()

    def warn(self, words: str) -> None:
        """Said instead of the news, until it is over: then `words` are empty."""
        if words != self._warning:
            self._warning = words
            if self.state is not None and not self._failed:
                self.words.say(*self._news(self.state))

    def fail(self, words: str, detail: str) -> None:
        """The rehearsal's process is gone."""
        self._failed = True
        self._enable(None)
        self.restart.setEnabled(True)
        self.score.setEnabled(self.state is not None)
        self.words.say(f"▲ {words}", detail)
        self.words.setProperty("role", "bad")
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)

    def _standing(self, state: RehearsalState) -> str:
        if state.state == PREPARING:
            return f"getting ready, {texts.percent(100 * state.prepared)}"
        if state.state == PAUSED:
            return "‖ paused: nothing happens"
        if state.state == ENDED:
            how = {
                OVER: "■ over: its time is up",
                BY_LEADER: "■ ended by you",
                BROKEN_OFF: "▲ broken off",
            }.get(state.end, f"■ ended: {state.end}" if state.end else "■ ended")
            return f"{how}. Nothing is obeyed any more"
        return f"{pace(state.speed)} as fast"

    def _news(self, state: RehearsalState) -> tuple[str, str]:
        """How it stands, and what the story has told last; all of it when hovered."""
        told = [
            each
            for each in state.turns
            if not each.inject
            or any(i.name == each.inject and i.kind == NEWS for i in state.injects)
        ]
        lines = [f"T+{passed(each.at - state.start)}  {each.words}" for each in told]
        if self._warning and state.state not in (PAUSED, ENDED):
            return f"▲ {self._warning}", "\n".join(lines)
        if state.state in (PAUSED, ENDED, PREPARING) or not told:
            return self._standing(state), "\n".join(lines)
        newest = max(told, key=lambda each: each.at)
        return f"News: {newest.words}", "\n".join(lines)

    def _enable(self, state: RehearsalState | None) -> None:
        ended = state is not None and state.state == ENDED
        leads = state is not None and not ended
        for button in (self.speed, self.pause):
            button.setEnabled(leads)
        self.inject.setEnabled(leads and state is not None and bool(state.injects))
        for button in (self.speed, self.pause, self.inject, self.end):
            if button.isHidden() != ended:
                button.setVisible(not ended)
                self.fit()
        self.end.setEnabled(leads)
        self.restart.setEnabled(state is not None)
        self.score.setEnabled(state is not None)

    # Injects -------------------------------------------------------------------------------------

    def choose_inject(self) -> None:
        menu = self.menu_of_injects()
        menu.popup(self.inject.mapToGlobal(self.inject.rect().bottomLeft()))

    def menu_of_injects(self) -> QMenu:
        """What may be let happen; what is in force cannot be let happen again."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        state = self.state
        for inject in state.injects if state is not None else ():
            entry = menu.addAction(_entry(inject, state.at if state else 0))
            entry.setToolTip(inject.words)
            entry.setEnabled(inject.until is None)
            entry.triggered.connect(lambda _=False, name=inject.name: self.inject_chosen.emit(name))
        return menu


def _entry(inject: Inject, now: int) -> str:
    title = inject.title.replace("&", "&&")
    if inject.until is not None:
        return f"{title}  ·  in force, {texts.duration((inject.until - now) / 1_000_000)} left"
    return f"{title}  ·  {inject.hours:g} h" if inject.hours else title
