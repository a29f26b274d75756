"""What a PBX tells over its line while it writes a log: the same, in other words, and not all."""

from random import Random

from hypothesis import strategies as st

from console.domain.links import Heard, Picture, Waiting
from console.domain.times import SECOND
from tests.console.sync.logs import Pbx

#: Rows that no event of the manager interface stands for.
SILENT = ("DID", "PAUSEALL", "UNPAUSEALL", "CONFIGRELOAD", "CALLBACKREQUEST", "AGENTLOGIN",
          "AGENTLOGOFF", "RINGCANCELED")  # fmt: skip
ABANDONS = ("EXITWITHTIMEOUT", "EXITEMPTY", "WITHDRAW")


class Steady(Pbx):
    """It is never restarted."""

    def rare(self) -> None:
        self.write("NONE", "NONE", "NONE", "CONFIGRELOAD", "")


@st.composite
def whole_logs(draw: st.DrawFn, kind: type[Pbx] = Pbx) -> list[str]:
    """Lines of one log at whose end nobody waits and nobody speaks."""
    pbx = kind(draw(st.randoms(use_true_random=False)))
    pbx.run(draw(st.integers(12, 45)))
    pbx.now += 5
    while pbx.calls:
        pbx.leave()
        pbx.end()
        pbx.now += 1
    pbx.now += 60
    pbx.write("NONE", "NONE", "NONE", "CONFIGRELOAD", "")
    return pbx.lines


def told_of(lines: list[str], chance: Random, off: int = 1) -> list[Heard]:
    """What is heard of a log's lines, in their order; seconds differ by up to `off`."""
    found: list[Heard] = []
    at = 0
    for line in lines:
        stamp, ref, queue, agent, verb, *params = line.split("|")
        if verb in SILENT:
            continue
        # Within a second of the log in its order.
        at = max(at + 1, int(stamp) * SECOND + chance.randrange(1000))
        second = at // SECOND + (chance.choice((0, 0, 0, -1, 1)) if off else 0)

        def tell(verb: str, *params: str, agent: str = agent) -> None:
            fields = (str(second), ref, queue, agent, verb, *params)  # noqa: B023
            found.append(Heard(at, "|".join(fields)))  # noqa: B023

        if verb in ("RINGNOANSWER", "CONNECT"):
            tell("AGENTCALLED", "")
            at += 1
        if verb in ABANDONS:
            tell("ABANDON", *params[-3:])
        elif verb == "EXITWITHKEY":
            tell("CALLERLEFT", "")
        elif verb == "ATTENDEDTRANSFER":
            tell("BLINDTRANSFER", "200", "x", *params[-3:])
        elif verb == "ADDMEMBER":
            tell(verb, "", agent=f"{agent},0,{agent}")
        else:
            tell(verb, *params)
    return found


def listed_after(lines: list[str], number: int) -> Picture:
    """What is listed of callers after so many lines of a log; nobody is a member."""
    waiting: dict[str, Waiting] = {}
    for line in lines[:number]:
        stamp, ref, queue, _agent, verb, *_params = line.split("|")
        if verb == "ENTERQUEUE":
            waiting[ref] = Waiting(queue, ref, int(stamp) * SECOND)
        elif verb == "CONNECT" or verb in (*ABANDONS, "ABANDON", "EXITWITHKEY"):
            waiting.pop(ref, None)
        elif verb == "QUEUESTART":
            waiting.clear()
    at = int(lines[number - 1].split("|", 1)[0]) * SECOND + SECOND - 1
    return Picture(at, (), tuple(waiting.values()), Pbx.QUEUES)
