"""Every setting, declared once, with its sentence."""

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from console.errors import ConsoleError


def setting(default: Any, sentence: str) -> Any:
    """A field whose sentence is shown on the settings page and in the guide."""
    return field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True, slots=True)
class Settings:
    service_level_s: int = setting(20, "Seconds within which an answer counts as in service level.")
    window_s: int = setting(1800, "Length of the rolling window of the board's figures, seconds.")
    short_abandon_s: int = setting(
        5, "A caller who leaves within this many seconds is a short abandon."
    )
    lost_end_s: int = setting(
        24 * 3600,
        "A contact open for longer than this is taken for one whose end was never written.",
    )
    quiet_member_s: int = setting(
        12 * 3600,
        "An agent known only from past contacts, or of a silent source, is unknown after so many "
        "seconds.",
    )
    unconfirmed_s: int = setting(
        60, "A command without an answer for this many seconds is shown as unconfirmed."
    )
    stale_s: int = setting(60, "A source that has written nothing for this long looks stale.")
    ticket_ageing_days: int = setting(7, "An open ticket that is this many days old ages.")
    ticket_agents: int = setting(
        3, "An open ticket that this many agents have touched bounces between them."
    )
    ticket_touches: int = setting(
        5, "So does one that was touched this often, each time after somebody else."
    )
    ticket_changes: int = setting(4, "So does one whose status has changed this often.")
    ticket_notes_days: int = setting(
        7, "A solved ticket without a note is listed for this many days."
    )
    ticket_note_chars: int = setting(
        20, "A ticket's notes count as complete from this many characters on."
    )
    resources_h: int = setting(
        4, "The resource finder counts the minutes that could be freed within this many hours."
    )
    rest_h: int = setting(
        11,
        "Hours of rest between shifts, without which nobody is called in (11 by the European "
        "Working Time Directive, article 3).",
    )
    alarm_wait_s: int = setting(
        180,
        "A wait beyond what customers expect, or nobody free while they wait, is an alarm after so "
        "many seconds.",
    )
    alarm_promise_h: int = setting(
        4, "A callback promised for no stated time is stale after so many hours."
    )
    alarm_reports: int = setting(
        3, "So many reports of the same kind within 20 minutes are an alarm; 0: never."
    )
    alarm_quarantine: int = setting(
        20, "So many lines of a source put aside within 30 minutes are an alarm; 0: never."
    )
    alarm_sound: bool = setting(False, "A new alarm beeps.")
    issue_window_h: int = setting(
        48,
        "A contact belongs to the same issue as the customer's last one if that ended within this "
        "many hours before.",
    )
    show_customers: bool = setting(
        False, "Keep customers' numbers readable instead of as keyed hashes."
    )
    country: str = setting(
        "", "Country (two letters, such as GB) of telephone numbers that are written without one."
    )

    @classmethod
    def sentences(cls) -> dict[str, str]:
        return {f.name: f.metadata["sentence"] for f in fields(cls)}


def load(file: Path) -> Settings:
    """The settings that a TOML file states; the defaults where it says nothing or is not there.

    Raises ConsoleError naming the line to mend: a setting nobody reads is worse than an error.
    """
    try:
        stated = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise ConsoleError(
            "The settings cannot be read.",
            f"{file}: {error.strerror or error}.",
            "Check its rights.",
        ) from error
    except ValueError as error:
        raise ConsoleError(
            "The settings cannot be read.", f"{file}: {error}.", "Mend or remove that line."
        ) from error
    known = {f.name: f for f in fields(Settings)}
    for name, value in stated.items():
        if name not in known:
            raise ConsoleError(
                f"There is no setting “{name}”.", str(file), f"Known are: {', '.join(known)}."
            )
        wanted = type(known[name].default)
        if type(value) is not wanted or (wanted is int and value < 0) or _no_country(name, value):
            raise ConsoleError(
                f"The setting “{name}” cannot be {value!r}.",
                str(file),
                f"It is {_FORMS[wanted]}.",
            )
    return Settings(**stated)


_FORMS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number, 0 or more",
    str: 'two capital letters, such as "GB", or ""',
}


def _no_country(name: str, value: Any) -> bool:
    return name == "country" and not re.fullmatch(r"([A-Z]{2})?", value)


def default_data_dir() -> Path:
    """Where this user's data lives unless ``--data`` says otherwise."""
    from platformdirs import user_data_path

    return user_data_path("coalface", appauthor=False)
