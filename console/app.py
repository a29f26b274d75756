"""Puts the parts together; the only file that knows them all.

Everything here may take its time: run it on `worker`, never on the interface thread.
"""

import contextlib
import getpass
import json
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Cells
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from console import journal, outbox
from console.apart import Apart, Place, Wish, read
from console.commands import (
    Command,
    EditRoster,
    EndConnection,
    RemoveRoster,
    SetConnection,
    TiePerson,
)
from console.connectors import CATALOG as CONNECTORS
from console.connectors import KINDS
from console.connectors.connector import Connector, Option
from console.dispatch import Dispatch
from console.domain.acts import Candidate, FileResult, Preview, Progress, Receipt, Urgency
from console.domain.alarms import AlarmHistory, AlarmRow
from console.domain.board import Board, LogRow, QuarantineRow, SourceRow, Timeline, Trouble
from console.domain.customers import Mask, new_key
from console.domain.effects import Effect, EffectList
from console.domain.foreseen import Foreseen, Suggestion
from console.domain.foretold import Forecast, Judged, Outlook
from console.domain.freeing import ResourceList
from console.domain.imports import FoundFile, SourceDetail
from console.domain.obligations import Ledger
from console.domain.overrides import Displaced
from console.domain.parameters import Parameters
from console.domain.plans import Idea, Plan, PlanRow
from console.domain.playbooks import Review
from console.domain.records import ReportRow
from console.domain.resolution import Resolution
from console.domain.roster import Roster, RosterResult
from console.domain.tickets import TicketList
from console.domain.times import live_in, live_in_ours, now_us
from console.domain.urgency import candidates, urgency
from console.errors import ConsoleError, ExportError, NotAllowed, StoreError
from console.exports.export import Rejected
from console.exports.mapping import Mapping
from console.exports.roster_tables import entry_of
from console.forecasting import Forecasting
from console.lines import Line, Lines
from console.operations import Operations
from console.reads.alarms import past as past_alarms
from console.reads.alarms import standing as standing_alarms
from console.reads.board import board
from console.reads.customers import CustomerContact, contacts_of, customer_of, hidden
from console.reads.displaced import displaced
from console.reads.effects import SHOWN_H, Effects
from console.reads.live import LiveBoard
from console.reads.log import log
from console.reads.obligations import ledger
from console.reads.outlook import Outlooks
from console.reads.person_joins import roster
from console.reads.quarantine import quarantine
from console.reads.reports import reports
from console.reads.resources import resources
from console.reads.sources import files, folders_of_sources, holdings
from console.reads.tickets import has_tickets, limits_of, ticket_list, ticket_timeline
from console.reads.timelines import agent_timeline, contact_timeline, queue_timeline
from console.reads.trend import waiting_over
from console.reads.troubles import last_move, troubles
from console.reports import TOLD, drain, file_told, log_report
from console.secrets import Secrets
from console.settings import Settings, load
from console.store.engine import Store
from console.store.migrate import migrate
from console.sync.mappings import Mappings
from console.sync.upkeep import Hears, Upkeep
from console.thresholds import Thresholds
from console.twin.followed import clock_of
from console.twin.together import Together
from console.worker import Worker

if TYPE_CHECKING:
    from console.alarms.desk import Desk
    from console.domain.debt import DebtGauge, IssueList
    from console.lessons import Lessons
    from console.previews.foresight import Foresight
    from console.reads.debt import Debt

KEY_FILE = "customers.key"
#: Bytes of a file from which on its reading is shown as a progress.
LONG_READ = 8 << 20
#: Nothing competes with the first board; alarms are looked for afterwards.
ALARMS_AFTER_S = 4.0
#: How often a growing log is weighed anew for whose interface is whose.
JOIN_EVERY_S = 15.0
DATABASE = "coalface.db"
#: The playbook that a plan takes whole, to be compared with less.
WHOLE = "contact-debt"
#: So many agents are tried at most where it is looked how many to send.
MOST_SENT = 12
SETTINGS_FILE = "settings.toml"


class Console:
    """One console on one database. `data` holds everything that is this user's."""

    def __init__(
        self,
        data: Path,
        url: str | None = None,
        settings: Settings | None = None,
        *,
        apart: bool = False,
    ) -> None:
        """`apart`: exports are read in a process of its own, as a window wants it."""
        self.data = data
        _private_folder(data)
        self.settings = settings or load(data / SETTINGS_FILE)
        self.store = Store(url or f"sqlite:///{data / DATABASE}")
        migrate(self.store)
        self.worker = Worker()
        self._refuse_a_change_of_mask()
        key = _key(data / KEY_FILE, self.settings.country)
        self._mask = Mask(key, readable=self.settings.show_customers)
        self._refuse_a_change_of_country(key)
        self._apart: Apart | None = None
        if apart:
            key = (data / KEY_FILE).read_bytes()
            self._apart = Apart(Place(self.store.url, key, self.settings.show_customers))
        self.who = getpass.getuser()
        self._secrets = Secrets(str(data.resolve()))
        self._lines = Lines(
            self.store, data / "outbox", self._secrets, lambda: self.dispatch.hear()
        )
        self.dispatch = Dispatch(
            self.store, self._lines, self.settings, self.worker, lambda text: self._mask(text)
        )
        self.thresholds = Thresholds(self.store)
        self.operations = Operations(self.store, data, self.settings, self.who, self.dispatch.wake)
        self.forecasting = Forecasting(
            self.store, self.settings, self.worker.read, self.worker.urgent, self._gauge
        )
        self._outlooks = Outlooks(self.settings, self._gauge)
        self._board: Board | None = None  # the newest that was shown
        self._alarms_from = time.monotonic() + ALARMS_AFTER_S
        self._watching: list[object] = []
        self._clock: Callable[[], int] = now_us
        self._rehearsing = False
        self._together = Together(data, self._folders)
        self._closing = threading.Event()
        self._effects = Effects(self.settings)
        self._debt_kept: Debt | None = None
        self._debt_lock = threading.Lock()
        self._lessons: dict[Path, Lessons] = {}
        self._lessons_lock = threading.Lock()
        self.mappings = Mappings(data / "mappings")
        self.upkeep = Upkeep(self.store, self.worker.write, self._read_again, self._closing.is_set)
        self._follow_clock(data)
        self._file_reports()
        self._file_told()

    def _refuse_a_change_of_mask(self) -> None:
        """Lines hidden in another way would be taken for other lines, and counted twice."""
        with self.store.read() as session:
            kept = hidden(session)
        if kept is not None and kept is self.settings.show_customers:
            self.store.close()
            raise ConsoleError(
                "Customers cannot be shown or hidden after the first contact.",
                f"{self.data} keeps them {'hidden' if kept else 'readable'}.",
                f"Put show_customers = {str(not kept).lower()} into settings.toml, or read the "
                "exports into a new folder with --data.",
            )

    def _refuse_a_change_of_country(self, key: bytes) -> None:
        """The same number would be taken for another customer's."""
        country = self.settings.country
        if self._mask.country == country:
            return
        with self.store.read() as session:
            kept = hidden(session)
        if kept is None and len(key) > 32:
            (self.data / KEY_FILE).write_bytes(new_key(key[:32], country))
            self._mask = Mask(new_key(key[:32], country), readable=self.settings.show_customers)
            return
        self.store.close()
        raise ConsoleError(
            "The country of customers' numbers cannot be changed after the first contact.",
            f"{self.data} was begun with “{self._mask.country or 'none'}”.",
            f'Put country = "{self._mask.country}" into settings.toml, or read the exports into '
            "a new folder with --data.",
        )

    def close(self) -> None:
        """Stop watching, finish what was begun, let go of the database."""
        self._closing.set()
        for watching in self._watching:
            watching.stop()  # type: ignore[attr-defined]  # a Watcher or a Replay
        self.dispatch.close()
        self.worker.close()
        if self._rehearsing:
            live_in_ours()
        if self._apart is not None:
            self._apart.close()
        self._lines.close()
        self.store.close()

    def lessons(self, folder: Path) -> "Lessons":
        """What the rehearsal in this folder teaches, with the records that are kept here of it."""
        with self._lessons_lock:
            found = self._lessons.get(folder)
            if found is None:
                from console.lessons import Lessons  # brings what plays a centre

                found = self._lessons[folder] = Lessons(folder, self.store, self.data)
            return found

    def write_review(self, folder: Path, zone: ZoneInfo | None = None) -> Path:
        """The review of the rehearsal in this folder as a page in the data folder; its path."""
        from console.documents.forms import written
        from console.lessons import review_of

        path = self.data / "review.html"
        paper = review_of(self.store, self.settings, self.now(), zone, lessons=self.lessons(folder))
        path.write_text(written(paper, path), "utf-8")
        return path

    def now(self) -> int:
        """The present of this console, microseconds UTC: a replay, or a rehearsal that is
        followed, may have its own clock."""
        return self._clock()

    # --- exports in

    def sync(
        self,
        paths: Sequence[Path],
        zone: str | None = None,
        source: str | None = None,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        quiet_unknown: bool = False,
        join: bool = True,
        mappings: Sequence[Mapping] = (),
    ) -> list[FileResult]:
        """Read files, and the files of folders, once.

        `zone` is for formats that write local times; a queue_log file has UTC. `mappings` are tried
        before those that are kept.
        """
        self._together.check(paths)
        all_mappings = (*mappings, *self.mappings.known())
        wish = Wish(
            tuple(paths), source, zone, all_mappings, quiet_unknown, join, progress is not None
        )

        def stopped() -> bool:
            return cancelled() or self._closing.is_set()

        if self._apart is not None:
            results = self._apart.sync(wish, progress, stopped)
        else:
            results = read(self.store, self._mask, wish, progress, stopped)
        self.upkeep.note(results)
        if any(result.accepted for result in results):
            self.dispatch.confirm()
        if any(result.accepted and result.format == TOLD for result in results):
            self._file_told()
        return results

    def _read_again(self, paths: Sequence[Path]) -> list[FileResult]:
        return self.sync(paths, progress=self.upkeep.hears.progress, quiet_unknown=True)

    def watch(
        self,
        folders: Sequence[Path],
        on_change: Callable[[], None],
        on_problem: Callable[[ConsoleError], None],
        progress: Callable[[Progress | None], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        on_question: Callable[[FileResult], None] | None = None,
    ) -> None:
        """Read what is in the folders and whatever changes there, until `close`.

        The callbacks come from other threads. `progress` gets None when a long read is over;
        `on_question` gets what can be read only after somebody has said something about it.
        """
        from console.sync.watch import Watcher

        self._together.check(folders)
        self.hear(on_change, on_problem, progress)
        self.upkeep.follow(folders)
        for folder in folders:
            self._follow_clock(folder)
        long_read = threading.Event()

        def note(step: Progress) -> None:
            # A tail of a few lines is no news; a month of logs is.
            if progress is not None and (step.total > LONG_READ or long_read.is_set()):
                long_read.set()
                progress(step)

        joined_at = 0.0

        def changed(paths: list[Path]) -> bool:
            """False where the same files must be looked at again."""
            nonlocal joined_at
            if self._closing.is_set():
                return True
            join = time.monotonic() - joined_at > JOIN_EVERY_S
            if join:
                joined_at = time.monotonic()
            try:
                job = self.worker.write(
                    self.sync, paths, None, None, note, cancelled, quiet_unknown=True, join=join
                )
                results = job.result()
            except ConsoleError as error:
                on_problem(error)
                return False
            except RuntimeError:
                if self._closing.is_set():
                    return True
                raise
            finally:
                if progress is not None and long_read.is_set():
                    long_read.clear()
                    progress(None)
            for result in results:
                if on_question is not None and (result.needs_zone or result.unmapped):
                    on_question(result)
                elif result.problem and not result.unmapped:
                    on_problem(ExportError(result.problem))
            if any(result.accepted or result.quarantined for result in results):
                on_change()
            return True

        watcher = Watcher(folders, changed)
        self._watching.append(watcher)
        watcher.start()

    def _folders(self) -> list[str]:
        with self.store.read() as session:
            return folders_of_sources(session)

    def _follow_clock(self, folder: Path) -> None:
        """In a rehearsal the present is its own: all that is noted, and all waits, go by that."""
        clock = None if self._clock is not now_us else clock_of(folder)
        if clock is None:
            return
        self._watching.append(clock)
        self._clock = clock.now
        self._rehearsing = True
        live_in(clock.now, clock.pace)
        self.upkeep.rehearses = True

    def hear(
        self,
        on_change: Callable[[], None],
        on_problem: Callable[[ConsoleError], None],
        progress: Callable[[Progress | None], None] | None = None,
    ) -> None:
        """Who is told what comes of acts on sources, from another thread; what was begun at an
        earlier time is carried on."""
        self.upkeep.hears = Hears(on_change, on_problem, progress or (lambda _: None))
        self.dispatch.told, self.dispatch.failed = on_change, on_problem
        self.upkeep.resume()

    def source(self, source_id: int) -> SourceDetail:
        """What is kept of one source, and its files."""
        with self.store.read() as session:
            return SourceDetail(
                source_id, holdings(session, source_id), tuple(files(session, source_id))
            )

    def look_at(
        self, paths: Sequence[Path], cancelled: Callable[[], bool] = lambda: False
    ) -> list[FoundFile]:
        """What files, and the files of folders, are, told by their beginnings; reads nothing in."""
        from console.sync.look import look_at

        self._together.check(paths, reads=False)
        return look_at(self.store, paths, self.mappings.tables(), cancelled)

    def replay(self, file: Path, speed: float = 1.0) -> Path:
        """Write a past log again as if it happened now, with the roster in the folder `roster`
        beside it; returns the folder to watch."""
        from console.sync.replay import ROSTER, Replay, write_roster

        replay = Replay(file, self.data / "replay" / str(now_us()) / "sample", speed)
        self._clock = replay.now
        self.upkeep.rehearses = True
        self._watching.append(replay)
        write_roster(file.parent / ROSTER, replay.path.parent, replay.shift_s)
        replay.start()
        return replay.path.parent

    def retry_quarantine(self, ids: Sequence[int] | None = None) -> int:
        """Try kept lines again; how many could be taken."""
        from console.sync.files import retry_quarantine

        return retry_quarantine(self.store, self._mask, ids)

    # --- rosters in and out

    def import_roster(self, path: Path, zone: ZoneInfo | None = None) -> RosterResult:
        """Read people, shifts, customers and targets; what cannot be taken is in the result."""
        from console.sync.roster_intake import import_roster  # brings what reads workbooks

        self._together.check([path])
        return import_roster(self.store, self._mask, path, zone, now_us())

    def write_templates(self, folder: Path) -> list[Path]:
        from console.sync.roster import write_templates

        return write_templates(folder)

    def export_roster(self, folder: Path, zone: ZoneInfo | None = None) -> list[Path]:
        from console.sync.roster import export_roster

        return export_roster(self.store, folder, zone)

    def roster(self, from_at: int, to_at: int, known: object = None) -> Roster | None:
        """All of the roster, shifts of that range only; None where `known` is its version still."""
        with self.store.read() as session:
            return roster(session, from_at, to_at, known)

    def edit_roster(
        self, table: str, cells: Cells[str, str], zone: ZoneInfo | None, key: str = ""
    ) -> tuple[Receipt, tuple[str, ...]]:
        """State what a form says, its cells by field, with what there is to beware of.

        NotAllowed with the column where a cell cannot be taken.
        """
        try:
            entry = entry_of(table, cells, self._mask, zone, key)
        except Rejected as error:
            raise NotAllowed("This cannot be taken.", str(error)) from error
        command = EditRoster(entry, self.who)
        warnings = self.preview(command).warnings
        return self.do(command), warnings

    def remove_roster(self, table: str, keys: Sequence[str]) -> Receipt:
        return self.do(RemoveRoster(table, tuple(keys), self.who))

    def tie_person(self, agent_id: int, how: str, person: str, reason: str) -> Receipt:
        return self.do(TiePerson(agent_id, how, self.who, person, reason))

    # --- questions

    def board(self, at: int | None = None) -> Board:
        """Everything as of `at` (default: now), past instants too."""
        with self.store.read() as session:
            return board(session, self.now() if at is None else at, self.settings)

    def live(self) -> "Live":
        """The present board, again and again; each refresh asks only for what changed."""
        return Live(self)

    def waiting_over(self, instants: Sequence[int]) -> list[tuple[int, dict[int, int]]]:
        """How many waited in each queue (by id) at each of these instants, in order."""
        with self.store.read() as session:
            return waiting_over(session, instants, self.settings)

    def log(self, limit: int = 200, search: str = "") -> list[LogRow]:
        """Interventions and reports in one timeline, newest first."""
        with self.store.read() as session:
            return log(session, limit, search, self.now())

    def effects(self, hours: float = SHOWN_H, known: object = None) -> EffectList | None:
        """What became of what the acts of the last hours aimed at; None where `known` is its
        version still."""
        with self.store.read() as session:
            return self._effects.all(session, self.now(), hours, known)

    def effects_of(self, journal_id: int) -> tuple[Effect, ...]:
        """The same of one act, however old."""
        with self.store.read() as session:
            return self._effects.of(session, self.now(), journal_id)

    def reports(self, search: str = "", state: str = "") -> list[ReportRow]:
        with self.store.read() as session:
            return reports(session, search, state)

    def quarantine(self) -> list[QuarantineRow]:
        with self.store.read() as session:
            return quarantine(session)

    def timeline_of_agent(self, agent_id: int, hours: float = 8) -> Timeline:
        with self.store.read() as session:
            return agent_timeline(session, agent_id, self.now(), hours)

    def customer_key(self, text: str) -> str:
        """A customer as they are kept, by a number, an address or a contact's id."""
        with self.store.read() as session:
            return customer_of(session, text.strip()) or self._mask(text.strip())

    def contacts_of(self, customer: str) -> list[CustomerContact]:
        """A customer's contacts in all systems, newest first; `customer` as `customer_key` says."""
        with self.store.read() as session:
            return contacts_of(session, customer)

    def timeline_of_contact(self, contact: str, queue_id: int | None = None) -> Timeline:
        with self.store.read() as session:
            return contact_timeline(session, contact, queue_id)

    def timeline_of_queue(self, queue_id: int, hours: float = 1) -> Timeline:
        with self.store.read() as session:
            return queue_timeline(session, queue_id, self.now(), hours, self.settings)

    def has_tickets(self) -> bool:
        with self.store.read() as session:
            return has_tickets(session)

    def tickets(self, name: str = "open", known: object = None) -> TicketList | None:
        """One list of tickets, with the counts of all; None where `known` is its version still."""
        with self.store.read() as session:
            return ticket_list(session, self.now(), limits_of(self.settings), name, known)

    def timeline_of_ticket(self, source_id: int, ref: str) -> Timeline:
        with self.store.read() as session:
            return ticket_timeline(session, source_id, ref)

    def urgency(self, of: Board) -> list[Urgency]:
        """Queues by urgency, the most urgent first, with the reasons."""
        return urgency(of)

    def candidates(self, of: Board, queue_id: int, n: int) -> list[Candidate]:
        """The best `n` agents to send to a queue, with what each costs."""
        return candidates(of, queue_id, n)

    def resources(self, of: Board, known: object = None) -> ResourceList | None:
        """What could be freed now, the most minutes first; None where `known` is its version."""
        with self.store.read() as session:
            return resources(session, of, self.settings, known)

    def debt(self, known: object = None) -> "DebtGauge | None":
        """The gauge of contact debt; None where `known` is its version still."""
        with self.store.read() as session:
            return self._debt().gauge(session, self.now(), known)

    def issues(self, known: object = None) -> "IssueList | None":
        """The issues with the most attempts and those open longest; None where `known` is the
        list's version still."""
        with self.store.read() as session:
            return self._debt().issues(session, self.now(), known)

    def _gauge(self, session: Session, now: int) -> "DebtGauge | None":
        return self._debt().gauge(session, now)

    def _debt(self) -> "Debt":
        with self._debt_lock:
            if self._debt_kept is None:
                from console.reads.debt import Debt  # brings numpy, which no start needs

                self._debt_kept = Debt(self.settings)
            return self._debt_kept

    def parameters(self, known: object = None) -> Parameters | None:
        """What a forecast takes for granted: measured, assumed or set by hand; None where `known`
        is its version still. The first takes up to some seconds."""
        from console.reads.parameters import parameters  # brings numpy, which no start needs

        with self.store.read() as session:
            found = parameters(session, self.now(), self.settings)
        return None if found.version == known else found

    def obligations(self, known: object = None) -> Ledger | None:
        """What was put off and is owed; None where `known` is the ledger's version still."""
        with self.store.read() as session:
            return ledger(session, self.now(), known)

    # --- alarms

    @cached_property
    def alarms(self) -> "Desk":
        """Who looks for alarms; made when that is due, for no start needs it."""
        from console.alarms.desk import Desk

        return Desk(
            self.store, self.settings, self.worker.read, self.parameters, self.debt, self.judged
        )

    def dressed(self, found: Board) -> Board:
        """The board with each source's line, and alarms with the numbers of the moment."""
        self._board = replace(found, sources=tuple(map(self.placed, found.sources)))
        looks = "alarms" in self.__dict__  # made already
        return self.alarms.dressed(self._board) if looks else self._board

    def bounds(self) -> Cells[str, Resolution]:
        """At most how much is settled, of channels whose exports do not state it."""
        return self.alarms.bounds if "alarms" in self.__dict__ else {}

    def _look_for_alarms(self) -> bool:
        if self._board is None or time.monotonic() < self._alarms_from:
            return False
        return self.alarms.look(self._board, self.now())

    def alarm_history(self) -> AlarmHistory:
        """The newest alarms, ended ones too, and what is known of backlogs that feed themselves."""
        with self.store.read() as session:
            rows = past_alarms(session)
        return AlarmHistory(rows, self.alarms.spoken())

    def alarms_now(self) -> tuple[AlarmRow, ...]:
        """Those that stand after one look at everything. Waits: for answers without a screen."""
        board = self.board()
        placed = replace(board, sources=tuple(map(self.placed, board.sources)))
        self.alarms.look_once(placed, self.now())
        with self.store.read() as session:
            return standing_alarms(session)

    # --- the forecast

    def outlook(self, known: object = None) -> Outlook | None:
        """The newest forecast with what was before it and how good earlier ones were; None where
        `known` is its version still."""
        with self.store.read() as session:
            return self._outlooks.of(session, self.now(), known)

    def payoff(self, known: object = None) -> tuple[object, str, str] | None:
        """A version, when the debt is paid in a few words, and a sentence behind them; None where
        `known` is the version still."""
        with self.store.read() as session:
            return self._outlooks.payoff(session, known)

    def forecast(self) -> Forecast | None:
        """A forecast of now, made for this question and not kept; None where nothing can be
        foretold."""
        return self.forecasting.make(self.now())

    def judged(self, hours: float = 72.0) -> Judged:
        """The kept forecasts of the last hours against what came."""
        with self.store.read() as session:
            return self._outlooks.judged(session, self.now(), hours)

    # --- acts

    def preview(self, command: Command) -> Preview:
        """Who and what a command would touch, in words. Changes nothing."""
        with self.store.read() as session:
            return command.preview(session)

    @cached_property
    def foresight(self) -> "Foresight":
        """What the forecast says of acts."""
        from console.previews.foresight import Foresight  # brings numpy
        from console.reads.present import Presents

        presents = Presents(self.settings)
        return Foresight(self.store, presents, self.now, self.who, self.settings.rest_h)

    def foresee(
        self, command: Command, overtaken: Callable[[], bool] = lambda: False
    ) -> Foreseen | None:
        """What a command would bring in two days; None where nobody waits for it any more."""
        return self.foresight.foresee(command, overtaken)

    def suggest(
        self, of: Board, queue_id: int, overtaken: Callable[[], bool] = lambda: False
    ) -> Suggestion | None:
        """How many agents to send to a queue, by the forecast."""
        return self.foresight.suggest(queue_id, self.candidates(of, queue_id, MOST_SENT), overtaken)

    def plan(self, of: Board, wanted: Sequence[Idea] | None = None) -> Plan:
        """What could be done now, side by side: `wanted` ideas, or those of the moment."""
        return self.foresight.plan(of, self.resources(of), self._whole_playbook(of), wanted)

    def best_plan(self, of: Board, overtaken: Callable[[], bool] = lambda: False) -> PlanRow | None:
        """The best that is found by adding one idea after another; None where nothing helps."""
        return self.foresight.best(of, self.resources(of), overtaken)

    def commands_of(self, idea: Idea, of: Board) -> list[Command]:
        """What does an idea, on this board; none where no control does it."""
        whole = self._whole_playbook(of)
        return self.foresight.commands(idea, of, self.resources(of), whole)

    def review_of(self, idea: Idea, of: Board) -> Review:
        """Several ideas as an operation that can be armed."""
        return self.operations.gathered(idea.name, self.commands_of(idea, of), of)

    def _whole_playbook(self, of: Board) -> Review | None:
        try:
            return self.operations.review(WHOLE, of)
        except ConsoleError:
            return None  # the site has put it away, or it cannot be read

    def do(self, command: Command, why: str = "") -> Receipt:
        """Record a command and lay out its messages. NotAllowed where its preview refuses."""
        return self._attended(journal.run(self.store, command, self.who, why))

    def undo(self, journal_id: int | None = None) -> Receipt:
        """Take back one act, or the newest. CannotUndo where what it changed has moved on."""
        return self._attended(journal.undo(self.store, journal_id, self.who))

    def redo(self) -> Receipt:
        return self._attended(journal.redo(self.store, self.who))

    def _attended(self, receipt: Receipt) -> Receipt:
        """What an act asks for is begun: of sources in a while, its messages at once."""
        self.upkeep.attend(receipt.journal_id)
        self.dispatch.wake()
        return receipt

    def can_undo(self) -> str:
        """What `undo` would take back, in words; empty when there is nothing."""
        return journal.can_undo(self.store)

    def can_redo(self) -> str:
        return journal.can_redo(self.store)

    def report(
        self,
        what: str,
        agent: str = "",
        contact: str = "",
        category: str = "",
        severity: str = "",
    ) -> str:
        """Write down what went wrong; on the disk when this returns. Returns the report's id."""
        report_id = log_report(self.data, self.who, what, agent, contact, category, severity)
        self.worker.urgent(self._file_reports)
        return report_id

    def _file_reports(self) -> bool:
        """Reports that are on the disk only go into the database; later, where it is busy."""
        try:
            return drain(self.store, self.data) > 0
        except StoreError:
            return False

    def _file_told(self) -> None:
        """So are those that came in files of the site; the next file tries again."""
        with contextlib.suppress(StoreError):
            file_told(self.store)

    def pump(self) -> bool:
        """Send what is due, take answers, notice what is late; True when anything changed."""
        filed = self._file_reports()
        turned = self.thresholds.look(self.now())
        foretold = self.forecasting.look(self.now())
        alarmed = self._look_for_alarms()
        return self.dispatch.pump() or filed or turned or foretold or alarmed

    def troubles(self, after: int | None) -> tuple[int, tuple[Trouble, ...]]:
        """Acts that came to trouble after that revision, and the revision to ask from next; None
        asks from now on."""
        with self.store.read() as session:
            now = last_move(session)
            return now, () if after in (None, now) else troubles(session, after)

    def displaced(self, channel: str) -> Displaced | None:
        """Where the customers of a channel went since it lets nobody in; None where it is open."""
        with self.store.read() as session:
            return displaced(session, channel, self.now())

    # --- lines to platforms

    def placed(self, row: SourceRow) -> SourceRow:
        """The same row with what only this console knows: whether it is followed, and its line."""
        row = self.upkeep.placed(row)
        link = self._lines.link_of(row.source_id)
        if link is None or (row.line, row.line_words) == (link.state, link.words):
            return row
        return replace(row, line=link.state, line_words=link.words)

    def kinds(self) -> tuple[type[Connector], ...]:
        """What a source can be connected by; each says what it asks for."""
        return tuple(kind for kind in CONNECTORS if kind.settings)

    def lines(self) -> tuple[Line, ...]:
        """How each source with a connection is told, and how its line stands."""
        return self._lines.stand()

    def connect(
        self,
        source: str,
        kind: str,
        settings: Cells[str, Option],
        secrets: Cells[str, str],
        why: str = "",
    ) -> tuple[Receipt, bool]:
        """Connect a source's platform; False where a secret lasts only until this console closes,
        since the system has no keyring. A secret that is "" stays as it is."""
        self._together.check_connection()
        receipt = self.do(SetConnection(source, kind, json.dumps(dict(settings))), why)
        (line,) = [line for line in self.lines() if line.source == source.strip()]
        kept = [self._secrets.put(line.source_id, n, text) for n, text in secrets.items() if text]
        self.dispatch.renew(line.source_id)
        return receipt, all(kept)

    def disconnect(self, source_id: int) -> Receipt:
        (line,) = [line for line in self.lines() if line.source_id == source_id]
        receipt = self.do(EndConnection(source_id))
        for setting in KINDS[line.kind].settings:
            if setting.secret:
                self._secrets.drop(source_id, setting.name)
        return receipt

    def retry(self, message_id: str) -> None:
        """Send a refused, cancelled or unconfirmed message again."""
        outbox.retry(self.store, message_id, self.who)
        self.dispatch.wake()

    def drop(self, message_id: str) -> None:
        """Let an open message be."""
        outbox.drop(self.store, message_id, self.who)


class Live:
    """One screen's look at the present; refreshes run one after another."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._memory = LiveBoard(console.settings)
        self._lock = threading.Lock()

    def refresh(self) -> Board:
        with self._lock, self._console.store.read() as session:
            self._memory.bounds = self._console.bounds()
            found = self._memory.refresh(session, self._console.now())
        return self._console.dressed(found)


def _private_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o700)
    except OSError as error:
        raise StoreError(
            "The data folder cannot be used.",
            f"{data}: {error.strerror or error}.",
            "Choose another with --data.",
        ) from error


def _key(file: Path, country: str) -> bytes:
    """The key of the hashes under which customers are kept; made once, never leaves the folder."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        key = new_key(secrets.token_bytes(32), country)
        file.touch(mode=0o600)
        file.write_bytes(key)
        return key


__all__ = ["Console"]
