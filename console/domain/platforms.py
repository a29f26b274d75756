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
}


def title_of(platform: str) -> str:
    """The name to show; a platform that a mapping names is called as it says."""
    return TITLES.get(platform, platform)


__all__ = ["TITLES", "title_of"]
