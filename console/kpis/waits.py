"""How long customers waited."""

from console.kpis.kpi import BOTH, Kpi, mean_s, seconds

ASA_S = Kpi(
    "asa_s",
    "Average speed of answer",
    "s",
    "Queue wait of the answered / answered whose wait is known. The wait that the source states, "
    "else the difference of its stamps.",
    "Genesys, Amazon",
    lambda s: mean_s(s.wait_answered_us, s.waits_answered),
    BOTH,
)
AVERAGE_WAIT_S = Kpi(
    "average_wait_s",
    "Average wait of all",
    "s",
    "Wait of all that were offered, however they left / offered whose wait is known.",
    "Wazo (AWT), which cuts it to whole seconds",
    lambda s: mean_s(
        s.wait_answered_us + s.wait_abandoned_us + s.wait_flow_out_us,
        s.waits_answered + s.waits_abandoned + s.waits_flow_out,
    ),
)
LONGEST_WAIT_S = Kpi(
    "longest_wait_s",
    "Longest wait",
    "s",
    "The longest wait of any contact that entered in the interval and has left the queue.",
    "Amazon (queue answer time, maximum)",
    lambda s: seconds(s.longest_wait_us),
    BOTH,
)
