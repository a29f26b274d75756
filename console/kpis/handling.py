"""How long agents spent on a contact."""

from console.kpis.kpi import BOTH, Kpi, mean_s, seconds

AHT_S = Kpi(
    "aht_s",
    "Average handling time",
    "s",
    "(Talk + wrap-up where the source writes it) / contacts whose conversation is over. Talk is "
    "booked where the contact entered, wrap-up where it began. Time on hold is inside talk.",
    "Genesys, Amazon",
    lambda s: mean_s(s.talk_us + s.wrapup_us, s.talks),
    BOTH,
)
TALK_S = Kpi(
    "talk_s",
    "Average talk",
    "s",
    "Talk / contacts whose conversation is over.",
    "Genesys, Asterisk (talk time, there a moving average)",
    lambda s: mean_s(s.talk_us, s.talks),
    BOTH,
)
ACW_S = Kpi(
    "acw_s",
    "Average after-contact work",
    "s",
    "Wrap-up / wrap-ups that began in the interval. Unknown where the source wrote none.",
    "Genesys; Wazo (WRAPUPSTART)",
    lambda s: mean_s(s.wrapup_us, s.wrapups),
    BOTH,
)
CONVERSATION_S = Kpi(
    "conversation_s",
    "Conversation",
    "s",
    "Talk of the contacts that entered in the interval, in sum.",
    "Wazo (conversation time)",
    lambda s: seconds(s.talk_us),
    BOTH,
)
