"""What the systems that write exports are called."""

TITLES: dict[str, str] = {
    "asterisk": "Asterisk",
    "amazon_connect": "Amazon Connect",
    "genesys_cloud": "Genesys Cloud",
    "zendesk": "Zendesk",
    "twilio": "Twilio TaskRouter",
    "nice_cxone": "NICE CXone",
    "five9": "Five9",
    "freshdesk": "Freshdesk",
    "intercom": "Intercom",
    "talkdesk": "Talkdesk",
    "reports": "Reports",
}

#: Formats that tell of a contact while it waits. From the others a contact is known when it is
#: over: that nobody is seen waiting says nothing.
TELL_WAITING = frozenset(
    (
        "asterisk_queue_log", "asterisk_queue_log_realtime", "amazon_connect_contact_events",
        "genesys_conversation_events", "twilio_taskrouter", "zendesk_tickets", "zendesk_csv",
        "freshdesk", "intercom", "intercom_csv",
    )
)  # fmt: skip


def title_of(platform: str) -> str:
    """The name to show; a platform that a mapping names is called as it says."""
    return TITLES.get(platform, platform)


__all__ = ["TELL_WAITING", "TITLES", "title_of"]
