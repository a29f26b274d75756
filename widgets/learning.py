"""What is learnt from rehearsals: the lobby, the score, past ones; asked for off the screen."""

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from console.domain.rehearsals import Comparing, Comparison, PastList, PastRehearsal
from console.errors import ConsoleError
from console.twin.places import REHEARSALS
from widgets import texts
from widgets.bridge import Bridge
from widgets.notices import Notices
from widgets.rehearsing import Rehearsing
from widgets.rostering import zone_of_desk

if TYPE_CHECKING:
    from widgets.views.lobby import Lobby
    from widgets.views.score import ScorePage

#: How often it is asked how far a comparison has come.
LOOK_MS = 500
RUNNING = "running"
#: Offered first: a centre in trouble, of a size that one person can lead.
REHEARSED = "billing-meltdown"


class Learning(QObject):
    made = Signal(object)  # the score's page

    def __init__(
        self, bridge: Bridge, notices: Notices, rehearsing: Rehearsing, window: QWidget
    ) -> None:
        super().__init__(window)
        self.bridge = bridge
        self.notices = notices
        self.rehearsing = rehearsing
        self.window = window
        self._page: ScorePage | None = None
        self.lobby: Lobby | None = None
        self.open_document = QDesktopServices.openUrl
        self._asked = False
        self._beat = QTimer(self)
        self._beat.setInterval(LOOK_MS)
        self._beat.timeout.connect(self._look)
        rehearsing.over.connect(self._count_again)

    @property
    def page(self) -> "ScorePage":
        """Made when it is first asked for: most windows never show it."""
        if self._page is None:
            from widgets.views.score import ScorePage

            page = self._page = ScorePage()
            page.again_pressed.connect(self.rehearsing.restart)
            page.another_pressed.connect(self.show_lobby)
            page.past_pressed.connect(lambda: self.show_lobby(1))
            page.compare_pressed.connect(self.compare)
            page.cancel_pressed.connect(self.cancel)
            page.review_pressed.connect(self.review)
            self.made.emit(page)
        return self._page

    # The lobby -----------------------------------------------------------------------------------

    def show_lobby(self, page: int = 0) -> "Lobby":
        """Open it, or bring it to the front."""
        from widgets.views.lobby import Lobby
        from widgets.views.past import Past

        lobby = self.lobby
        if lobby is None:
            past = Past(self._ask_past)
            past.here = str(self.rehearsing.folder or "")
            past.look_pressed.connect(self.look_at)
            past.delete_pressed.connect(self.delete)
            lobby = self.lobby = Lobby(self.bridge, past, self.rehearsing.is_on(), self.window)
            lobby.chosen.connect(self.rehearsing.start)
            lobby.finished.connect(self._lobby_gone)
            lobby.destroyed.connect(self._lobby_gone)
            choice = self.rehearsing.again()
            lobby.begin_choosing(choice.scenario if choice is not None else REHEARSED)
        lobby.tabs.setCurrentIndex(int(page))
        lobby.show()
        lobby.raise_()
        lobby.activateWindow()
        return lobby

    def _lobby_gone(self, *_: object) -> None:
        self.lobby = None

    # The score -----------------------------------------------------------------------------------

    def _lessons(self) -> Any:
        """On a reader's thread: it brings what plays a centre."""
        return self.bridge.console.lessons(self.rehearsing.folder)

    def show_score(self) -> None:
        """As far as it got; once it has ended also what others would have made of it."""
        state = self.rehearsing.state
        self.page.begin(state.title if state is not None else "")
        self.bridge.ask("score", lambda: self._lessons().score(), self.page.show_score, self._fail)
        if not self.rehearsing.is_over():
            self.page.step.say("What others would have made of it is compared when it has ended.")
            self.page.compare.hide()
        elif not self._asked:
            self._asked = True
            self.bridge.ask("", lambda: self._lessons().comparison(), self._take_comparison)

    def _count_again(self) -> None:
        self._asked = False

    def _fail(self, error: Exception) -> None:
        self.page.fail(str(error))

    def _take_comparison(self, found: Comparison | None) -> None:
        if found is not None:
            self.page.show_comparison(found)
        else:
            self.compare()

    def compare(self) -> None:
        """Let others play the same day, in a process of their own."""
        self.page.show_comparing(Comparing(RUNNING, "Others play the same day", 0, 0))
        self.bridge.ask("", lambda: self._lessons().begin_comparing(), lambda _: self._beat.start())

    def cancel(self) -> None:
        self.bridge.ask("", lambda: self._lessons().cancel_comparing(), lambda _: self._look())

    def _look(self) -> None:
        self.bridge.ask("comparing", lambda: self._lessons().comparing(), self._take_comparing)

    def _take_comparing(self, found: Comparing) -> None:
        if found.state != RUNNING:
            self._beat.stop()
        self.page.show_comparing(found)

    def review(self) -> None:
        """The review document, made and opened where pages are read."""
        self.page.review.setEnabled(False)

        def made(path: Path) -> None:
            self.page.review.setEnabled(True)
            if not self.open_document(QUrl.fromLocalFile(str(path))):
                self.notices.tell("The review is written", f"{path}")

        def failed(error: Exception) -> None:
            self.page.review.setEnabled(True)
            self.bridge.failed.emit(error)

        console, folder = self.bridge.console, self.rehearsing.folder
        self.bridge.ask("", lambda: console.write_review(folder, zone_of_desk()), made, failed)

    # Past ones -----------------------------------------------------------------------------------

    def _folder(self) -> Path | None:
        home = self.rehearsing.home
        return None if home is None else Path(home) / REHEARSALS

    def _ask_past(self) -> None:
        folder = self._folder()
        if folder is None:
            return

        def job() -> tuple[PastList, dict[str, int]]:
            from console.twin.past import past  # brings what plays a centre

            found = past(folder) if folder.is_dir() else PastList(str(folder), (), ())
            return found, {row.path: _size(Path(row.path)) for row in found.rehearsals}

        self.bridge.ask("past", job, self._take_past)

    def _take_past(self, found: tuple[PastList, dict[str, int]]) -> None:
        if self.lobby is not None:
            self.lobby.past.show_list(*found)

    def look_at(self, row: PastRehearsal) -> None:
        """Its board as it stood at its end, in a window of its own."""
        if not self.rehearsing.open_apart(["--watch", row.path]):
            self.notices.fail(
                ConsoleError(
                    "It could not be opened.", "", f"In a terminal: main.py --watch {row.path}"
                )
            )

    def delete(self, rows: Sequence[PastRehearsal]) -> None:
        """Off the disk, but only what lies where rehearsals are kept."""
        folder = self._folder()
        if folder is None:
            return

        def job() -> int:
            from console.twin.taken import is_taken

            gone = 0
            for path in (Path(row.path) for row in rows):
                if path.parent.resolve() == folder.resolve() and not is_taken(path):
                    shutil.rmtree(path)
                    gone += 1
            return gone

        def done(gone: int) -> None:
            self.notices.tell(f"{texts.plural(gone, 'rehearsal')} deleted")
            self._ask_past()

        self.bridge.ask("", job, done)

    def let_go(self) -> None:
        self._beat.stop()


def _size(folder: Path) -> int:
    """Bytes on the disk; what goes meanwhile counts as nothing."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(path) / name).stat().st_size
    return total
