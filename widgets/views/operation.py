"""The operation: choose a playbook, tick what is to be done, fire it, see what becomes of it."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from console.domain.board import Board
from console.domain.foreseen import PartForeseen, PostureForeseen
from console.domain.playbooks import OperationRow, PlaybookRow, Playbooks, Review
from console.domain.times import now_us
from widgets import texts
from widgets.bridge import Bridge
from widgets.models import foreseen
from widgets.models.operation import (
    KNOBS,
    OperationLine,
    lines_of_operation,
    lines_of_review,
    operation_model,
)
from widgets.views.choice import Choice
from widgets.views.elided import Elided
from widgets.views.foreseen import BREATH_MS, COMPUTING, FAILED
from widgets.views.ink import Knob
from widgets.views.panel import Asked

#: The playbook that is shown first, where there is one of that name.
FIRST = "contact-debt"
NO_PLAYBOOK = "no playbook can be read"
NO_BOARD = "the board is not there yet"
TIPS = {
    "revert": "Take this one back; what has left is asked back",
    "retry_op": "Send again what was refused or not answered",
    "tick": "It has been done",
    "untick": "It has not been done after all",
    "owner": "Say who sees to it",
}


class Operation(Asked):
    name = "operation"
    title = "Operation"
    wanted = False
    arm_pressed = Signal()
    revert_pressed = Signal()
    close_pressed = Signal()
    extend_pressed = Signal()
    add_pressed = Signal()
    pressed = Signal(str, object)  # revert, retry_op, tick, untick or owner; the item
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, operation_model(), parent)
        self.playbooks: tuple[PlaybookRow, ...] = ()
        self.review: Review | None = None
        self.running: OperationRow | None = None
        self.later = False  # what the running operation has not done yet is being ticked
        self._adds: dict[str, PartForeseen] = {}
        self._opened: set[str] = set()
        self._sections: dict[str, int] = {}
        self.model.group_order = lambda title: self._sections.get(title, len(self._sections))
        self.table.knobs = self.knobs_of
        self.table.empty_words = NO_BOARD
        self.table.setSelectionMode(self.table.SelectionMode.SingleSelection)
        self._add_tools()
        self.foretold = Elided()
        self.foretold.setAccessibleName("What the forecast says of all that is ticked")
        self.foot.addWidget(self.foretold, 1)
        self.foretold.hide()
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._foresee)
        self._widths: dict[str, int] = {}
        self.measure()
        self.model.set_grouped(True)
        self.table.sort_by(next(n for n, c in enumerate(self.model.columns) if c.id == "order"))
        self.table.opened.connect(self.fold)
        self.table.clicked.connect(self._click)
        self.table.pressed_knob.connect(lambda act, row: self.pressed.emit(act, row.item))
        space = QShortcut(QKeySequence(Qt.Key.Key_Space), self.table)
        space.setContext(Qt.ShortcutContext.WidgetShortcut)
        space.activated.connect(lambda: self.turn(self.table.current_row()))
        bridge.opened.connect(self.load)
        bridge.board_shown.connect(self._first_look)
        self.dress()

    def _add_tools(self) -> None:
        self.choice = Choice()
        self.choice.setAccessibleName("Playbook")
        self.choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.choice.setMinimumContentsLength(14)
        self.choice.activated.connect(lambda _: self.ask_review())
        self.told = Elided()
        self.told.setAccessibleName("What the playbook is for, or how the operation stands")
        self.tools.addWidget(self.choice)
        self.tools.addWidget(self.told, 1)
        self.again = self._button("Look again", "Hold the playbook against the board of now")
        self.again.clicked.connect(self.ask_review)
        self.steps = self._button("Later steps", "Tick what the operation has not done yet")
        self.steps.setCheckable(True)
        self.steps.toggled.connect(self._turn_later)
        self.add = self._button("Add…", "Write down something for people to do")
        self.add.clicked.connect(self.add_pressed)
        self.extend = self._button("Extend…", "Say how long the operation is planned for")
        self.extend.clicked.connect(self.extend_pressed)
        self.revert = self._button(
            "Revert all…", "Take back all that the operation did (Ctrl+Shift+F10)"
        )
        self.revert.clicked.connect(self.revert_pressed)
        self.shut = self._button("Close…", "The operation is over")
        self.shut.clicked.connect(self.close_pressed)
        self.fire = self._button("Arm…", "See what all that is ticked would do, then fire it")
        self.fire.setObjectName("fire")
        self.fire.clicked.connect(self.arm_pressed)

    def _button(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        self.tools.addWidget(button)
        return button

    def measure(self) -> None:
        """Room for two controls, in the face in use."""
        self._widths = self.knob_widths(KNOBS)
        self._give_controls(self.running is None or self.later)

    def _give_controls(self, ticking: bool) -> None:
        """None of them is there before it is fired."""
        wide = self._widths["untick"] + self._widths["owner"] + 14
        self.give_controls(0 if ticking else wide)

    # Loading -------------------------------------------------------------------------------------

    def load(self) -> None:
        """The playbooks that there are; then the first of them is held against the board."""
        console = self.bridge.console
        if console is None or not self.is_seen():
            return
        self.bridge.ask("playbooks", console.operations.playbooks, self._show_playbooks)

    def _show_playbooks(self, found: Playbooks) -> None:
        chosen = self.choice.currentData() or self._wanted
        self.playbooks = found.rows
        self.choice.clear()
        for row in found.rows:
            self.choice.addItem(row.title, row.name)
            own = "the site's own" if row.own else "came with Coalface"
            self.choice.setItemData(
                self.choice.count() - 1,
                f"{row.summary}\n{own}: {row.path}",
                Qt.ItemDataRole.ToolTipRole,
            )
        place = max(0, self.choice.findData(chosen))
        self.choice.setCurrentIndex(place if found.rows else -1)
        self._problems = found.problems
        self.table.empty_words = NO_BOARD if found.rows else NO_PLAYBOOK
        if self.running is None and self.review is None:
            self.ask_review()
        else:
            self.show_lines()

    _problems: tuple[str, ...] = ()
    _wanted = FIRST

    def choose_playbook(self, name: str) -> None:
        """Review that one, where none runs already."""
        self._wanted = name
        place = self.choice.findData(name)
        if place >= 0:
            self.choice.setCurrentIndex(place)
            self.ask_review()

    def ask_review(self) -> None:
        """Hold the playbook against the board; nothing is done."""
        console, board = self.bridge.console, self.bridge.board
        running = self.running
        name = running.playbook if running is not None else self.choice.currentData()
        if console is None or board is None or not name:
            return
        number = running.id if running is not None else None
        self.bridge.ask(
            "review", lambda: console.operations.review(name, board, number), self.take_review
        )

    def _first_look(self, _: Board) -> None:
        """The list was opened before there was a board."""
        if self.is_seen() and self.running is None and self.review is None and self.playbooks:
            self.ask_review()

    def tick(self, now: int) -> None:
        """What is due becomes so without anything having happened."""
        super().tick(now)
        minute = now // 60_000_000
        if self.is_seen() and self.running is not None and minute != self._minute:
            self._minute = minute
            self.show_lines()

    _minute = 0

    def take_review(self, review: Review) -> None:
        if review.operation_id != (self.running.id if self.running is not None else None):
            return
        if self.review is None or self.review.playbook != review.playbook:
            self._opened.clear()
        self.review = review
        self.show_lines()
        self._foresee()

    def _foresee(self) -> None:
        """What the forecast says of all that is ticked, and of each item beside the others."""
        review, console = self.review, self.bridge.console
        if review is None or console is None or not self.is_seen():
            return
        self.foretold.show()
        self.foretold.say(COMPUTING)

        def landed(found: PostureForeseen | None) -> None:
            if found is None or review is not self.review:
                return
            self._adds = {part.key: part for part in found.parts}
            words = foreseen.whole(found.whole, self.bridge.now())
            self.foretold.say(foreseen.head(found.whole), words)
            self.foretold.setProperty("role", foreseen.ROLES.get(found.whole.verdict, "muted"))
            self.foretold.style().polish(self.foretold)
            self.show_lines()

        self.bridge.ask(
            "foresee review",
            lambda: console.foresight.foresee_review(review, lambda: review is not self.review),
            landed,
            lambda _: self.foretold.say(FAILED),
        )

    def take_operation(self, row: OperationRow | None) -> None:
        """The operation that runs, or None; asked for whenever something happened."""
        before, self.running = self.running, row
        if before is not None and row is not None and len(_fired(row)) > len(_fired(before)):
            self.steps.setChecked(False)
        if (before is None) != (row is None):
            self.review = None
            self._adds.clear()
            self._opened.clear()
            self.steps.setChecked(False)
            if row is None and self.is_seen():
                self.ask_review()
        if before != row or row is None:
            self.show_lines()

    def show_lines(self) -> None:
        """Fill the table with what is of interest now."""
        lines: Sequence[OperationLine] = ()
        if self.running is not None and not self.later:
            # Operations go by this machine's time, also where a past log is played.
            lines = lines_of_operation(self.running, self._opened, now_us())
        elif self.review is not None:
            lines = lines_of_review(self.review, self._opened, self._adds)
        self._sections = {line.section: n for n, line in reversed(list(enumerate(lines)))}
        self.model.show_rows(lines)
        self.table.rearrange()
        self.dress()
        self.loaded.emit()

    def dress(self) -> None:
        """Tools and words for how things stand."""
        running, review = self.running, self.review
        ticking = running is None or self.later
        self.foretold.setVisible(ticking and review is not None)
        self._show_columns(ticking)
        tools = (self.again, self.fire, self.steps, self.add, self.extend, self.revert, self.shut)
        held = next((button for button in tools if button.hasFocus()), None)
        self.choice.setVisible(running is None)
        self.again.setVisible(ticking)
        self.fire.setVisible(ticking)
        self.steps.setVisible(running is not None)
        for button in (self.add, self.extend, self.revert, self.shut):
            button.setVisible(running is not None and not self.later)
        chosen = len(review.chosen) if review is not None else 0
        self.fire.setText(f"Arm {texts.plural(chosen, 'control')}…" if chosen else "Arm…")
        self.fire.setEnabled(review is not None and (chosen > 0 or running is None))
        if running is not None:
            self.revert.setEnabled(bool(running.in_effect))
        if held is not None and held.isHidden():
            # Not to the next button: after Close that would be Arm, one Enter away.
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.told.say(*self._words())

    def _show_columns(self, ticking: bool) -> None:
        """What an item would add is told before, since when it stands after."""
        places = {column.id: place for place, column in enumerate(self.model.columns)}
        hidden = {places["adds"]: not ticking, places["since"]: ticking}
        if any(self.table.isColumnHidden(place) != hide for place, hide in hidden.items()):
            for place, hide in hidden.items():
                self.table.setColumnHidden(place, hide)
            self._give_controls(ticking)
            self.table.fit()

    def _words(self) -> tuple[str, str]:
        running, review = self.running, self.review
        if running is not None and not self.later:
            return told(running), "\n".join((*running.overrides[:20], *running.unowned))
        if self._problems and running is None:
            count = texts.plural(len(self._problems), "playbook")
            return f"◆ {count} cannot be read", "\n".join(self._problems)
        if review is None:
            return "", ""
        at = f"as of {texts.clock(review.at)}"
        row = next((row for row in self.playbooks if row.name == review.playbook), None)
        if running is not None:
            return f"what {running.name} has not done yet, {at}", ""
        summary = row.summary if row is not None else ""
        hours = f"planned for {review.planned_us / 3_600_000_000:g} h"
        return f"{at} · {hours} · {summary}", "Nothing has happened yet"

    # Ticking and folding -------------------------------------------------------------------------

    def _click(self, index: QModelIndex | QPersistentModelIndex) -> None:
        if self.model.columns[index.column()].id == "box":
            self.turn(self.model.row_at(index.row()))

    def turn(self, line: OperationLine | None) -> None:
        """Tick an item or leave it out, where it can be ticked at all."""
        if line is None or self.review is None or line.box not in ("☑", "☐"):
            return
        keys = {item.key for item in self.review.items if item.included} ^ {line.key}
        self.review = self.review.ticked(keys)
        self.show_lines()
        self.foretold.say(COMPUTING)
        self._breath.start()

    def fold(self, line: OperationLine) -> None:
        """Show what an item touches below it, or hide it again."""
        self._opened ^= {line.key}
        self.show_lines()

    def _turn_later(self, later: bool) -> None:
        self.later = later
        self.review = None
        self.show_lines()
        if later:
            self.ask_review()

    def knobs_of(self, row: OperationLine) -> tuple[Knob, ...]:
        return tuple(Knob(act, KNOBS[act], self._widths[act], tip=TIPS[act]) for act in row.knobs)


def _fired(row: OperationRow) -> list[int]:
    return [item.journal_id for item in row.items if item.journal_id is not None]


def told(row: OperationRow) -> str:
    """How an operation stands, in one line."""
    states: dict[str, int] = {}
    people = [item for item in row.items if item.kind == "people"]
    for item in row.items:
        if item.journal_id is not None:
            states[item.state] = states.get(item.state, 0) + 1
    parts = [f"{number} {state}" for state, number in states.items()]
    if people:
        done = sum(item.state == "done" for item in people)
        parts.append(f"people {done} of {len(people)} done")
    if row.overrides:
        parts.append(f"{texts.plural(len(row.overrides), 'thing')} otherwise than usual")
    if row.unowned:
        parts.append(f"◆ {len(row.unowned)} owed without an owner")
    return f"{row.name}: {' · '.join(parts)}"
