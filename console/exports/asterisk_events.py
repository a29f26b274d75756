"""The events of Asterisk's queue_log, versions 1.4 to 23, and what each one means.

Source: every ``ast_queue_log()`` call of Asterisk's branches, and the vendors' events that are
written through ``QueueLog()``. An event that is not listed is kept and counted, without a meaning.
"""

from console.domain import facts

#: Fewest parameters with which any version writes the event; a cut line often has fewer.
CALL_EVENTS: dict[str, int] = {
    "ENTERQUEUE": 2,
    "CONNECT": 1,
    "COMPLETEAGENT": 2,
    "COMPLETECALLER": 2,
    "ABANDON": 3,
    "EXITWITHTIMEOUT": 1,
    "EXITWITHKEY": 2,
    "EXITEMPTY": 3,
    "RINGNOANSWER": 1,
    "RINGCANCELED": 1,
    "BLINDTRANSFER": 4,
    "ATTENDEDTRANSFER": 4,
    "TRANSFER": 2,
    "WITHDRAW": 3,
    "AGENTDUMP": 0,
    "SYSCOMPAT": 0,
    "JOINEMPTY": 0,
    "LEAVEEMPTY": 0,
    "FULL": 0,
    "CLOSED": 0,
    "DIVERT_CA_RATIO": 0,
    "DIVERT_HOLDTIME": 0,
    "WRAPUPSTART": 1,
    "DID": 0,
}

AGENT_EVENTS: dict[str, int] = {
    "ADDMEMBER": 0,
    "REMOVEMEMBER": 0,
    "PAUSE": 0,
    "UNPAUSE": 0,
    "PAUSEALL": 0,
    "UNPAUSEALL": 0,
    "PENALTY": 1,
    "RINGINUSE": 1,
    "AGENTLOGIN": 1,
    "AGENTLOGOFF": 2,
    "AGENTCALLBACKLOGIN": 1,
    "AGENTCALLBACKLOGOFF": 2,
}

LIFE_CYCLE = ("QUEUESTART", "CONFIGRELOAD")

#: The queue or the PBX was restarted: what was open before has no end in the log.
RESTART = "QUEUESTART"

#: Ways out of a queue without an agent.
EXITS: dict[str, str] = {
    "ABANDON": facts.ABANDONED,
    "EXITWITHTIMEOUT": facts.TIMEOUT,
    "EXITWITHKEY": facts.EXIT_KEY,
    "EXITEMPTY": facts.EXIT_EMPTY,
    "LEAVEEMPTY": facts.EXIT_EMPTY,
    "WITHDRAW": facts.WITHDRAWN,
    "AGENTDUMP": facts.DUMPED,
    "SYSCOMPAT": facts.DUMPED,
}

#: Ends of a conversation. The number is where, from the end of the parameters, the stated hold
#: time stands; the call time follows it. ATTENDEDTRANSFER has a varying number before them.
ENDS = ("COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER")

#: Turned away before entering: Wazo and XiVO write these without an ENTERQUEUE.
REFUSALS: dict[str, str] = {
    "JOINEMPTY": facts.BLOCKED,
    "FULL": facts.SATURATED,
    "DIVERT_CA_RATIO": facts.SATURATED,
    "DIVERT_HOLDTIME": facts.SATURATED,
    "CLOSED": facts.CLOSED,
}

#: What only the manager interface tells of a call: it rings at an agent; it left its queue, no
#: telling how; it was listed as waiting.
CALLED = "AGENTCALLED"
LEFT = "CALLERLEFT"
AS_LISTED = "WAITING"

#: What it lists of its members, and that it listed all of some queues: no line of a log can have
#: such names. Who a member is stays known when the log tells of its coming, which names nobody.
MEMBER_LISTED = ":MEMBER"
STATE_LISTED = ":STATE"
LISTED_ALL = ":PICTURE"
NAMED = ":NAMED"

#: What stands in the callid column when the event is about no call.
NO_CALL = ("NONE", "MANAGER", "CLI", "REALTIME", "")
NONE = ("NONE", "")


def has_meaning(verb: str) -> bool:
    return verb in CALL_EVENTS or verb in AGENT_EVENTS or verb in LIFE_CYCLE
