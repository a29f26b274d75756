"""The plan: what could be done now, side by side with doing nothing, and why in this order."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from console.domain.plans import BEST, Idea, Plan, PlanRow, ranked
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.plan import INDEX_TIP, PlanLine, indexes, lines_of, plan_model, rights, whole
from widgets.views.choice import Choice
from widgets.views.elided import Elided
from widgets.views.foreseen import show_whole
from widgets.views.panel import Asked

#: So many beside doing nothing.
MOST = 10
#: A number that is still being turned is not computed for.
BREATH_MS = 300
#: Lower than so many lines of text, what an hour is worth is only told when hovered.
LOW_LINES = 19
#: Older than this, the plan is of another hour.
OLD_US = 10 * 60_000_000
ENDS = ((None, "the whole time"), (4.0, "4 h"), (8.0, "8 h"), (24.0, "24 h"))
COMPUTING = "◌ computing what each would bring …"
FAILED = "▲ the plan could not be made: Look again tries it again"


class PlanPanel(Asked):
    name = "plan"
    title = "Plan"
    wanted = False
    arm_pressed = Signal(object)  # Idea
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, plan_model(), parent)
        self.plan: Plan | None = None
        self._serial = 0
        self.table.empty_words = COMPUTING
        self.table.setSelectionMode(self.table.SelectionMode.SingleSelection)
        self.told = Elided()
        self.told.setAccessibleName("Of when the plan is, and in what order it stands")
        self.again = self._button("Look again", "Compare anew from how it stands now")
        self.again.clicked.connect(self.ask)
        self.tools.addWidget(self.told, 1)
        self.tools.addWidget(self.again)
        self._add_words()
        self._add_foot()
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._weigh_changed)
        self._changing: Idea | None = None
        self.table.sort_by(next(n for n, c in enumerate(self.model.columns) if c.id == "order"))
        self.chosen.connect(self.dress)
        self.table.opened.connect(lambda _: self.press_arm())
        for keys, act in (
            (Qt.Key.Key_Space, self.open_whole),
            (Qt.Key.Key_Delete, self.remove),
            (Qt.Key.Key_Plus, lambda: self._step(1)),
            (Qt.Key.Key_Minus, lambda: self._step(-1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)
        bridge.board_shown.connect(lambda _: self.load())
        self.dress()

    def _button(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _add_words(self) -> None:
        """Under the table: the callback setting that is right, and what an hour is worth."""
        self.right, self.index = Elided(), Elided()
        self.right.setAccessibleName("Which callback setting is right now")
        self.index.setAccessibleName("What an agent's hour resolves in each channel")
        lines = self.layout()
        assert isinstance(lines, QVBoxLayout)
        for label in (self.right, self.index):
            label.setContentsMargins(6, 1, 6, 0)
            label.hide()
            lines.insertWidget(lines.count() - 1, label)

    def _add_foot(self) -> None:
        self.number = QSpinBox()
        self.number.setRange(1, 500)
        self.number.setAccessibleName("How many, of what is selected")
        self.number.setToolTip("How many, of what is selected; + and − in the table do it too")
        self.number.valueChanged.connect(self._turn_number)
        self.until = Choice()
        self.until.setAccessibleName("For how long, of what is selected")
        for value, words in ENDS:
            self.until.addItem(words, value)
        self.until.activated.connect(self._turn_end)
        self.more = self._button("All of it…", "All that the forecast says of it (Space)")
        self.more.clicked.connect(self.open_whole)
        self.add = self._button("Add", "Compare something else as well")
        self.others = QMenu(self.add)
        self.others.aboutToShow.connect(self._fill_others)
        self.add.setMenu(self.others)
        self.out = self._button("Remove", "Leave it out of the comparison (Del)")
        self.out.clicked.connect(self.remove)
        self.arm = self._button("Arm…", "Its ordinary preview comes first (Enter)")
        self.arm.setObjectName("fire")
        self.arm.clicked.connect(self.press_arm)
        change = QHBoxLayout()
        change.setSpacing(6)
        self.number_words = QLabel("number")
        self.until_words = QLabel("for")
        for each in (self.number_words, self.number, self.until_words, self.until):
            change.addWidget(each)
        self.foot.setContentsMargins(6, 3, 6, 3)
        self.foot.addLayout(change)
        self.foot.addStretch(1)
        for each in (self.more, self.add, self.out, self.arm):
            self.foot.addWidget(each)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the rows have it; the callback setting is always said."""
        super().resizeEvent(event)
        self._fit_words()

    def _fit_words(self) -> None:
        low = self.height() < LOW_LINES * self.fontMetrics().lineSpacing()
        self.index.setVisible(bool(self.index.text()) and not low)
        self.right.setToolTip(f"{self.right.text()}\n{self.index.text()}".strip())

    # Asking --------------------------------------------------------------------------------------

    def load(self) -> None:
        """The first time that somebody sees it; later when they say so, since rows that move
        under the eyes of who compares them help nobody."""
        if self.plan is None and self.is_seen() and not self._asking:
            self.ask()
        elif self.plan is not None:
            self._tell_age()

    def ask(self) -> None:
        """Compare anew: what the person has chosen, else what is proposed."""
        console, board = self.bridge.console, self.bridge.board
        if console is None or board is None:
            return
        kept = self.plan.rows if self.plan is not None and self._edited else ()
        wanted = [row.idea for row in kept if row.idea.key != BEST] or None
        self._asking = True
        self._serial += 1
        mine = self._serial
        self.told.say(COMPUTING)

        def failed(_: Exception) -> None:
            self._asking = False
            if mine == self._serial:
                self.told.say(FAILED)
                self.table.empty_words = FAILED
                self.table.viewport().update()

        def landed(plan: Plan) -> None:
            self._asking = False
            if mine == self._serial:
                self.show_plan(plan)
                self._look_for_best()

        self.bridge.ask("plan", lambda: console.plan(board, wanted), landed, failed)

    _edited = False

    def _look_for_best(self) -> None:
        console, board, mine = self.bridge.console, self.bridge.board, self._serial
        if board is None or self.plan is None or self.plan.nothing is None:
            return
        self.bridge.ask(
            "best plan",
            lambda: console.best_plan(board, lambda: mine != self._serial),
            lambda row: self._take_best(row, mine),
            lambda _: None,  # what was compared stands without it
        )

    def _take_best(self, row: PlanRow | None, mine: int) -> None:
        if row is not None and mine == self._serial:
            self._put(row)
        self.loaded.emit()

    # Showing -------------------------------------------------------------------------------------

    def show_plan(self, plan: Plan) -> None:
        self.plan = plan
        self.table.empty_words = plan.why_none or COMPUTING
        words, wrong = rights(plan)
        self.right.say(words)
        self.right.setVisible(bool(words))
        self.right.setProperty("role", "warn" if wrong else "muted")
        self.right.style().polish(self.right)
        self.index.say(indexes(plan), INDEX_TIP)
        self._fit_words()
        self.show_lines()

    def show_lines(self) -> None:
        if self.plan is None:
            return
        now = self.bridge.now()
        self.model.show(self.model.compare(lines_of(self.plan, now), self.plan))
        self.table.rearrange()
        self._tell_age()
        self.dress()

    def _tell_age(self) -> None:
        plan = self.plan
        if plan is None or plan.basis is None:
            self.told.say(plan.why_none if plan is not None else "")
            return
        now = self.bridge.now()
        old = now - plan.basis.at > OLD_US
        age = f", {texts.age(plan.basis.at, now)} ago" if now - plan.basis.at > 60_000_000 else ""
        mark = "◆ " if old else ""
        at = f"{mark}from how it stood at {texts.clock(plan.basis.at, seconds=False)}{age}"
        ahead = f"the next {plan.basis.hours:.0f} h"
        assumed = "\n".join(plan.basis.assumptions)
        self.told.say(f"{at} · {ahead} · order: {plan.reason}", f"Assumed:\n{assumed}")

    def chosen_line(self) -> PlanLine | None:
        line = self.table.current_row()
        return line if isinstance(line, PlanLine) else None

    def chosen_idea(self) -> Idea | None:
        line = self.chosen_line()
        return line.idea if line is not None else None

    def dress(self) -> None:
        """The tools for what is selected."""
        line, idea = self.chosen_line(), self.chosen_idea()
        counted, timed = idea is not None and idea.most is not None, idea is not None and idea.timed
        for each in (self.number, self.number_words):
            each.setEnabled(counted)
        for each in (self.until, self.until_words):
            each.setEnabled(timed)
        if idea is not None and idea.most is not None and self._changing is None:
            self.number.blockSignals(True)
            self.number.setMaximum(idea.most)
            self.number.setValue(idea.number or 1)
            self.number.blockSignals(False)
        place = self.until.findData(idea.until_h if idea is not None else None)
        self.until.setCurrentIndex(max(0, place))
        self.more.setEnabled(line is not None)
        self.out.setEnabled(idea is not None)
        said = idea is not None and idea.said
        self.arm.setEnabled(idea is not None and not said)
        self.arm.setToolTip(
            "No control does this: it has to be said to people"
            if said
            else "Its ordinary preview comes first (Enter)"
        )
        rows = self.plan.rows if self.plan is not None else ()
        self.add.setEnabled(self.plan is not None and len(rows) < MOST and bool(self.plan.others))

    # Changing ------------------------------------------------------------------------------------

    def _turn_number(self, number: int) -> None:
        idea = self._changing or self.chosen_idea()
        if idea is not None and idea.most is not None:
            self._change(idea.with_number(number))

    def _step(self, step: int) -> None:
        if self.number.isEnabled():
            self.number.stepBy(step)

    def _turn_end(self) -> None:
        idea = self._changing or self.chosen_idea()
        if idea is not None and idea.timed:
            self._change(idea.with_end(self.until.currentData()))

    def _change(self, idea: Idea) -> None:
        self._changing = idea
        self._breath.start()

    def _weigh_changed(self) -> None:
        idea, self._changing = self._changing, None
        if idea is not None:
            self.weigh(idea)

    def weigh(self, idea: Idea) -> None:
        """Compare one more, or the same with another number."""
        console, board, mine = self.bridge.console, self.bridge.board, self._serial
        if console is None or board is None:
            return
        self._edited = True
        self.told.say(COMPUTING)

        def landed(plan: Plan) -> None:
            if mine == self._serial and plan.rows:
                self._put(plan.rows[0])

        self.bridge.ask(
            f"plan {idea.key}", lambda: console.plan(board, [idea]), landed,
            lambda _: self.told.say(FAILED),
        )  # fmt: skip

    def _put(self, row: PlanRow) -> None:
        """In the place of the one of its key, or as one more."""
        plan = self.plan
        if plan is None:
            return
        rows = [one for one in plan.rows if one.idea.key != row.idea.key]
        if len(rows) >= MOST:
            return
        others = tuple(one for one in plan.others if one.key != row.idea.key)
        self.plan = replace(plan, rows=ranked((*rows, row)), others=others)
        chosen = self.chosen_idea()
        self.show_lines()
        if chosen is not None:
            self.table.choose(chosen.key)

    def remove(self) -> None:
        plan, idea = self.plan, self.chosen_idea()
        if plan is None or idea is None:
            return
        self._edited = True
        rows = tuple(row for row in plan.rows if row.idea.key != idea.key)
        self.plan = replace(plan, rows=rows, others=(*plan.others, idea))
        self.show_lines()

    def _fill_others(self) -> None:
        self.others.clear()
        for idea in self.plan.others if self.plan is not None else ():
            title = idea.title.replace("&", "&&")
            self.others.addAction(title, lambda idea=idea: self.weigh(idea))

    # Reading and arming --------------------------------------------------------------------------

    def open_whole(self) -> None:
        line = self.chosen_line()
        if line is not None:
            show_whole(self, line.title, whole(line))

    def press_arm(self) -> None:
        idea = self.chosen_idea()
        if idea is not None and not idea.said:
            self.arm_pressed.emit(idea)

    def all_lines(self) -> Sequence[PlanLine]:
        return [row for row in self.model.rows() if isinstance(row, PlanLine)]
