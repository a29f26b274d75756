"""The score of a rehearsal: the mission, what came of it, what others would have made of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.rehearsals import (
    BEST,
    NOTHING,
    PLAYBOOK,
    Comparing,
    Comparison,
    GoalMet,
    Played,
    Score,
)
from widgets import texts
from widgets.models.score import goal_value, lines_of, score_model
from widgets.views.elided import Elided
from widgets.views.operation_clock import passed
from widgets.views.table import Table

SIGNS = {True: ("●", "reached"), False: ("▲", "not reached"), None: ("–", "not known")}
TONES = {True: "good", False: "bad", None: "muted"}
NOT_YET = "They play the same day when the rehearsal has ended."
#: Sentences of the verdict's grounds that are shown; the others are read when hovered.
REASONS = 3


class ScorePage(QWidget):
    """Beside the board: one press leads back to it."""

    review_pressed = Signal()
    again_pressed = Signal()
    another_pressed = Signal()
    past_pressed = Signal()
    left = Signal()
    compare_pressed = Signal()
    cancel_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setAccessibleName("Score of the rehearsal")
        self.score: Score | None = None
        self.comparison: Comparison | None = None
        self.title, self.verdict = _words(), _words()
        face = self.title.font()
        face.setPointSizeF(face.pointSizeF() * 1.4)
        face.setBold(True)
        self.title.setFont(face)
        self.goals = QVBoxLayout()
        self.goals.setSpacing(2)
        self.than = _words()
        self.than.setProperty("role", "title")
        self.than.hide()
        self.reasons = _words()
        self.reasons.setProperty("role", "muted")
        self.model = score_model()
        self.model.setParent(self)
        self.table = Table(self.model, "Figures of the score")
        self.table.empty_words = "The figures are being counted …"
        self.others = QPlainTextEdit()
        self.others.setReadOnly(True)
        self.others.setFrameShape(QFrame.Shape.NoFrame)
        self.others.setAccessibleName("What others did")
        self.others.setPlainText(NOT_YET)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.table, "Figures")
        self.tabs.addTab(self.others, "What others did")
        self.step = Elided()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(140)
        self.bar.setAccessibleName("Progress of the comparison")
        self.bar.hide()
        self.compare = QPushButton("Compare with others")
        self.compare.setToolTip(
            "Play the same day again: with nobody acting, with the whole playbook, and with the "
            "best plan that is found"
        )
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleName("Cancel the comparison")
        self.cancel.hide()
        self.review = QPushButton("Review document")
        self.review.setToolTip("All of it as a page to print or send, opened in the browser")
        self.again = QPushButton("Again, same seed")
        self.another = QPushButton("Another…")
        self.past = QPushButton("Past rehearsals…")
        self.back = QPushButton("Back to the board")
        self._arrange()
        for button, signal in (
            (self.review, self.review_pressed),
            (self.again, self.again_pressed),
            (self.another, self.another_pressed),
            (self.past, self.past_pressed),
            (self.back, self.left),
            (self.compare, self.compare_pressed),
            (self.cancel, self.cancel_pressed),
        ):
            button.clicked.connect(signal)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for button in (self.review, self.past, self.another, self.again, self.back):
            head.addWidget(button)
        card = QFrame()
        card.setObjectName("notice")
        told = QVBoxLayout(card)
        told.setContentsMargins(14, 10, 14, 10)
        told.setSpacing(8)
        told.addWidget(self.verdict)
        told.addLayout(self.goals)
        told.addWidget(self.than)
        told.addWidget(self.reasons)
        running = QHBoxLayout()
        running.addWidget(self.step, 1)
        for each in (self.bar, self.cancel, self.compare):
            running.addWidget(each)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(6, 6, 6, 6)
        lines.setSpacing(8)
        lines.addLayout(head)
        lines.addWidget(card)
        lines.addWidget(self.tabs, 1)
        lines.addLayout(running)

    # What is shown -------------------------------------------------------------------------------

    def begin(self, title: str) -> None:
        """Before the figures have come."""
        if self.score is None:
            self.title.setText(title)
            self.verdict.setText("What became of it is being counted …")

    def show_score(self, score: Score) -> None:
        self.score = score
        so_far = "" if score.finished else ", as far as it got"
        self.title.setText(f"{score.title}: how it went{so_far}")
        self.verdict.setText(score.verdict)
        while (item := self.goals.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for goal in score.goals:
            self.goals.addWidget(_goal(goal, score.finished))
        self.reasons.setText("\n".join(f"·  {each}" for each in score.reasons[:REASONS]))
        self.reasons.setToolTip("\n".join(score.reasons))
        self.reasons.setVisible(bool(score.reasons))
        self._fill()

    def show_comparing(self, comparing: Comparing) -> None:
        running = comparing.state == "running"
        self.bar.setVisible(running)
        self.cancel.setVisible(running)
        self.bar.setRange(0, max(1, comparing.total))
        self.bar.setValue(comparing.done)
        self.compare.setVisible(comparing.state in ("cancelled", "failed"))
        sign = "▲ " if comparing.state == "failed" else ""
        self.step.say(f"{sign}{comparing.words}")
        if comparing.comparison is not None:
            self.comparison = comparing.comparison
            self._fill()
        if comparing.state == "done" and self.comparison is not None:
            self.show_comparison(self.comparison)

    def show_comparison(self, comparison: Comparison) -> None:
        """Who would have made what of it, with how sure that is."""
        self.comparison = comparison
        self.bar.hide()
        self.cancel.hide()
        self.compare.hide()
        said = [
            each.words
            for player in (NOTHING, PLAYBOOK, BEST)
            if (each := comparison.difference(player)) is not None
        ]
        days = texts.plural(len(comparison.seeds), "such day", "such days")
        tip = "\n".join((*said, *comparison.notes, comparison.exact_words))
        self.step.say(
            f"Compared on {days}, {comparison.runs} runs in {comparison.seconds:.0f} s", tip
        )
        self.than.setText(comparison.verdict)
        self.than.setToolTip(tip)
        self.than.show()
        notes = "\n".join((comparison.exact_words, *comparison.notes))
        self.others.setPlainText(f"{chr(10).join(map(_did, comparison.rows))}\n{notes}")
        self._fill()

    def _fill(self) -> None:
        if self.score is not None:
            self.model.show_rows(lines_of(self.score, self.comparison))
            self.table.fit()

    def fail(self, words: str) -> None:
        self.verdict.setText(f"▲ {words}")


def _did(row: Played) -> str:
    """Who it was, what they knew, and each step with its time and what it was worth."""
    lines = [f"{row.title}: {row.how}"]
    for step in row.steps:
        at = "" if step.at_us is None else f"+{passed(step.at_us)} h" if step.at_us else "at once"
        when = step.when or at
        worth = f" ({step.worth})" if step.worth else ""
        lines.append(
            f"    ·  {when}:  {step.words}{worth}" if when else f"    ·  {step.words}{worth}"
        )
    return "\n".join(lines) + "\n"


def _goal(goal: GoalMet, finished: bool) -> QLabel:
    """Before the end a goal can only be kept so far: that is no praise yet."""
    reached = goal.reached if finished or goal.reached is None else None
    sign, word = SIGNS[goal.reached] if finished else ("◌", "so far")
    label = _words()
    label.setText(f"{sign}  {goal.words}  It was {goal_value(goal)}: {word}.")
    label.setProperty("role", TONES[reached])
    return label


def _words() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
