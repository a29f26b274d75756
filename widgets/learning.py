"""What is learnt from rehearsals: the lobby, the score, past ones; asked for off the screen."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from console.domain.rehearsals import PastRehearsal
from console.errors import ConsoleError
from widgets.bridge import Bridge
from widgets.notices import Notices
from widgets.rehearsing import Rehearsing
from widgets.views.lobby import Lobby
from widgets.views.past import Past
from widgets.views.score import ScorePage

#: How often it is asked how far a comparison has come.
LOOK_MS = 500


class Learning(QObject):
    shown = Signal()  # the score page wants to be seen

    def __init__(
        self, bridge: Bridge, notices: Notices, rehearsing: Rehearsing, window: QWidget
    ) -> None:
        super().__init__(window)
        self.bridge = bridge
        self.notices = notices
        self.rehearsing = rehearsing
        self.window = window
        self.page = ScorePage()
        self.lobby: Lobby | None = None

    # The lobby -----------------------------------------------------------------------------------

    def show_lobby(self, page: int = 0) -> Lobby:
        """Open it, or bring it to the front."""
        lobby = self.lobby
        if lobby is None:
            past = Past(self._ask_past)
            past.here = str(self.rehearsing.folder or "")
            past.look_pressed.connect(self._look_at)
            past.delete_pressed.connect(self._delete)
            lobby = self.lobby = Lobby(self.bridge, past, self.rehearsing.is_on(), self.window)
            lobby.chosen.connect(self.rehearsing.start)
            lobby.finished.connect(self._lobby_gone)
            lobby.destroyed.connect(self._lobby_gone)
            choice = self.rehearsing.choice
            lobby.begin_choosing(choice.scenario if choice is not None else "")
        lobby.tabs.setCurrentIndex(page)
        lobby.show()
        lobby.raise_()
        lobby.activateWindow()
        return lobby

    def _lobby_gone(self, *_: object) -> None:
        self.lobby = None

    # The score -----------------------------------------------------------------------------------

    def show_score(self) -> None:
        state = self.rehearsing.state
        self.page.begin(state.title if state is not None else "")

    # Past ones -----------------------------------------------------------------------------------

    def _ask_past(self) -> None: ...

    def _look_at(self, row: PastRehearsal) -> None:
        if not self.rehearsing.open_apart(["--watch", row.path]):
            self.notices.fail(
                ConsoleError(
                    "It could not be opened.", "", f"In a terminal: main.py --watch {row.path}"
                )
            )

    def _delete(self, rows: Sequence[PastRehearsal]) -> None: ...
