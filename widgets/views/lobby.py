"""F4: choose what is rehearsed, how fast and which course of it; look back at past rehearsals."""

import random
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from console.twin.stories import Story, stories, story_of
from widgets import texts
from widgets.bridge import Bridge
from widgets.rehearsing import Choice as Chosen
from widgets.views.choice import Choice
from widgets.views.past import Past
from widgets.views.rehearsal_bar import SPEEDS, pace

#: Chosen at first: a minute in two seconds.
AT_FIRST = 30
GREATEST_SEED = 1_000_000
_STORY = Qt.ItemDataRole.UserRole
STAYS = "It opens in a window of its own. This one stays as it is, with your own queues."
LEAVES = "This window closes then. What was played in it is kept among the past rehearsals."


class Lobby(QDialog):
    """Beside the board, not before it."""

    chosen = Signal(object)  # what is to be rehearsed

    def __init__(self, bridge: Bridge, past: Past, rehearses: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.past = past
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Rehearse")
        self.resize(960, 600)
        self.list = QListWidget()
        self.list.setAccessibleName("Scenarios")
        self.list.setMinimumWidth(250)
        self.list.setSpacing(1)
        self.title, self.story, self.goals, self.facts = (_words() for _ in range(4))
        face = self.title.font()
        face.setPointSizeF(face.pointSizeF() * 1.4)
        face.setBold(True)
        self.title.setFont(face)
        self.facts.setProperty("role", "muted")
        self.speed = Choice()
        for times in SPEEDS:
            minutes = f"{60 / times:g} s" if times > 1 else "a minute"
            self.speed.addItem(f"{pace(times)}  (a minute of the centre in {minutes})", times)
        self.speed.setCurrentIndex(SPEEDS.index(AT_FIRST))
        self.speed.setAccessibleName("Speed")
        self.seed = QLineEdit()
        self.seed.setAccessibleName("Seed: a whole number, empty for the scenario's own")
        self.dice = QPushButton("Random")
        self.dice.setToolTip("Another course of the same day")
        self.dirt = QCheckBox("Spoil the exports as real ones are: late, twice, cut, damaged")
        self.hint = _words()
        self.hint.setProperty("role", "muted")
        self.hint.setText(LEAVES if rehearses else STAYS)
        self.file = QPushButton("From a file…")
        self.file.setToolTip("A scenario of your own; docs/scenarios.md says how to write one")
        self.go = QPushButton("Begin")
        self.go.setDefault(True)
        self.shut = QPushButton("Close")
        self.shut.setAutoDefault(False)
        for button in (self.dice, self.file):
            button.setAutoDefault(False)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._page(), "Begin a rehearsal")
        self.tabs.addTab(past, "Past rehearsals")
        lines = QVBoxLayout(self)
        lines.addWidget(self.tabs)
        foot = QHBoxLayout()
        foot.addWidget(self.hint, 100)
        foot.addStretch(1)
        foot.addWidget(self.shut)
        foot.addWidget(self.go)
        lines.addLayout(foot)
        self.list.currentItemChanged.connect(lambda *_: self._show())
        self.list.itemActivated.connect(lambda _: self.begin())
        self.dice.clicked.connect(
            lambda: self.seed.setText(str(random.randrange(1, GREATEST_SEED)))
        )
        self.seed.textChanged.connect(lambda _: self._check())
        self.file.clicked.connect(self._choose_file)
        self.go.clicked.connect(self.begin)
        self.shut.clicked.connect(self.close)
        self.tabs.currentChanged.connect(self._turn)
        self.go.setEnabled(False)

    def _page(self) -> QWidget:
        page = QWidget()
        told = QWidget()
        words = QVBoxLayout(told)
        words.setContentsMargins(4, 4, 12, 4)
        words.setSpacing(10)
        for each in (self.title, self.facts, self.story, self.goals):
            words.addWidget(each)
        words.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(told)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setAccessibleName("The story")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        seed = QHBoxLayout()
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.dice)
        form.addRow("Speed", self.speed)
        form.addRow("Seed", seed)
        form.addRow("", self.dirt)
        right = QVBoxLayout()
        right.addWidget(scroll, 1)
        right.addLayout(form)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.file)
        line = QHBoxLayout(page)
        line.setContentsMargins(6, 8, 6, 6)
        line.setSpacing(14)
        line.addLayout(left, 2)
        line.addLayout(right, 5)
        return page

    def begin_choosing(self, at: str = "") -> None:
        """Ask for what there is; `at` is selected first."""
        self.bridge.ask("", stories, lambda found: self._fill(found, at))
        self.past.load()

    def _fill(self, found: Sequence[Story], at: str) -> None:
        for story in found:
            self._add(story)
        names = [story.said for story in found]
        self.list.setCurrentRow(names.index(at) if at in names else 0)
        self.list.setFocus()

    def _add(self, story: Story) -> QListWidgetItem:
        about = (
            "cannot be played"
            if story.problem
            else f"{_hours(story.hours)}, {texts.count(story.agents)} agents"
        )
        item = QListWidgetItem(f"{story.title}\n{about}")
        item.setData(_STORY, story)
        item.setSizeHint(QSize(200, 2 * self.fontMetrics().height() + 10))
        self.list.addItem(item)
        return item

    def story_chosen(self) -> Story | None:
        item = self.list.currentItem()
        return item.data(_STORY) if item is not None else None

    def _show(self) -> None:
        story = self.story_chosen()
        if story is None:
            return
        self.title.setText(story.title)
        self.story.setText(f"▲ {story.problem}" if story.problem else story.story)
        goals = "\n".join(f"◆  {goal}" for goal in story.goals)
        self.goals.setText(f"Your mission\n{goals}" if goals else "")
        self.facts.setText("" if story.problem else _facts(story))
        first = f"{story.seeds[0]}, the scenario's own" if story.seeds else ""
        self.seed.setPlaceholderText(first)
        self._check()

    def _check(self) -> None:
        story, text = self.story_chosen(), self.seed.text().strip()
        clear = not text or text.isdecimal()
        self.seed.setToolTip("" if clear else "A seed is a whole number")
        self.seed.setProperty("tone", "" if clear else "bad")
        self.go.setEnabled(story is not None and not story.problem and clear)

    def _turn(self, place: int) -> None:
        beginning = place == 0
        self.go.setVisible(beginning)
        self.hint.setVisible(beginning)
        if not beginning:
            self.past.load()

    def _choose_file(self) -> None:
        chooser = QFileDialog(self, "A scenario")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setNameFilters(["Scenarios (*.toml)"])
        chooser.fileSelected.connect(self.take_file)
        chooser.open()

    def take_file(self, name: str) -> None:
        """A scenario of one's own joins the list; what is wrong with it is said there."""

        def taken(story: Story) -> None:
            self.list.setCurrentItem(self._add(story))

        self.bridge.ask("", lambda: story_of(name), taken)

    def begin(self) -> None:
        story, text = self.story_chosen(), self.seed.text().strip()
        if story is None or not self.go.isEnabled():
            return
        seed = int(text) if text else None
        speed = float(self.speed.currentData())
        self.chosen.emit(Chosen(story.said, speed, seed, self.dirt.isChecked()))
        self.close()


def _words() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _hours(hours: float) -> str:
    days = hours / 24
    return texts.plural(int(days), "day") if days == int(days) and days else f"{hours:g} hours"


def _facts(story: Story) -> str:
    lead = f", of which {story.lead_h:g} h have happened when you take over" if story.lead_h else ""
    channels = ", ".join(story.channels)
    return f"{_hours(story.hours)}{lead} · {texts.count(story.agents)} agents · {channels}"
