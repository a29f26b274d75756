"""What a person can do with one click, in the order of the palette."""

from console.commands.add_obligation import AddObligation
from console.commands.answer_report import AnswerReport
from console.commands.call_in import CallIn
from console.commands.cancel_blocks import CancelBlocks
from console.commands.close_report import CloseReport
from console.commands.command import Command
from console.commands.connections import EndConnection, SetConnection, SwitchConnection
from console.commands.edit_obligation import EditObligation
from console.commands.edit_roster import EditRoster
from console.commands.end_obligation import EndObligation
from console.commands.join_customers import JoinCustomers
from console.commands.mark_issues import JoinIssues, SplitIssue
from console.commands.move_agents import MoveAgents
from console.commands.operations import (
    AssignItem,
    CloseOperation,
    ExtendOperation,
    PlanItems,
    StartOperation,
    TickItem,
)
from console.commands.remove_roster import RemoveRoster
from console.commands.reopen_report import ReopenReport
from console.commands.report_trouble import ReportTrouble
from console.commands.restore import RestoreAll
from console.commands.send_agents import SendAgents
from console.commands.set_callback import SetCallback
from console.commands.set_callback_limit import SetCallbackLimit
from console.commands.set_channel import SetChannel
from console.commands.set_parameter import DropParameter, SetParameter
from console.commands.set_penalty import SetPenalty
from console.commands.snooze_alarms import SnoozeAlarms
from console.commands.sources import (
    ForgetSource,
    PauseSource,
    RenameSource,
    RereadSource,
    SetSourceZone,
)
from console.commands.take_alarms import TakeAlarms
from console.commands.tie_person import TiePerson

CATALOG: tuple[type[Command], ...] = (
    SetCallback,
    SetCallbackLimit,
    SetChannel,
    SendAgents,
    MoveAgents,
    SetPenalty,
    RestoreAll,
    CancelBlocks,
    CallIn,
    AddObligation,
    EditObligation,
    EndObligation,
    TakeAlarms,
    SnoozeAlarms,
    ReportTrouble,
    AnswerReport,
    CloseReport,
    ReopenReport,
    EditRoster,
    RemoveRoster,
    TiePerson,
    JoinCustomers,
    SplitIssue,
    JoinIssues,
    SetParameter,
    DropParameter,
    PauseSource,
    RenameSource,
    SetSourceZone,
    RereadSource,
    ForgetSource,
    SetConnection,
    SwitchConnection,
    EndConnection,
    StartOperation,
    PlanItems,
    TickItem,
    AssignItem,
    ExtendOperation,
    CloseOperation,
)
