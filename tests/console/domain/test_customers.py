"""One customer is one customer, however their number or address is written."""

from pathlib import Path

import pytest

from console.app import Console
from console.domain.customers import Mask, new_key, normal_form, shown
from console.errors import ConsoleError

KEY = new_key(b"k" * 32, "GB")


@pytest.mark.parametrize(
    ("country", "forms"),
    [
        ("GB", ("+441632960123", "0044 1632 960123", "01632 960123", "tel:+44-1632-960123")),
        ("US", ("17035550123", "+17035550123", "(703) 555-0123", "sip:+17035550123@10.0.0.1")),
        ("", ("17035550123", "+1 703 555 0123", "0017035550123")),
        ("DE", ("+49 (0)30 1234567", "030 1234567", "4930 1234567")),
        ("", ("Ann <Ann@Example.org>", "ann@example.org", "mailto:ANN@EXAMPLE.ORG ")),
    ],
)
def test_forms_of_one_customer_are_one(country: str, forms: tuple[str, ...]) -> None:
    assert len({normal_form(form, country) for form in forms}) == 1
    mask = Mask(new_key(b"k" * 32, country))
    assert len({mask(form) for form in forms}) == 1


def test_different_customers_stay_different() -> None:
    forms = ["01632960123", "01632960124", "1002", "1003", "ann@example.org", "bob@example.org"]
    assert len({Mask(KEY)(form) for form in forms}) == len(forms)


def test_nobody_is_nobody() -> None:
    mask = Mask(KEY)
    assert [mask(each) for each in ("", "anonymous", "Restricted")] == [
        "",
        "anonymous",
        "Restricted",
    ]


def test_what_is_shown_identifies_nobody() -> None:
    mask = Mask(KEY)
    assert shown(mask("+441632960123")) == "…123"
    assert shown(mask("ann@example.org")) == "…@example.org"
    assert "1632960" not in mask("+441632960123")
    assert "ann" not in mask("ann@example.org")
    assert mask(mask("ann@example.org")) == mask("ann@example.org")


def test_an_old_key_makes_the_hashes_that_it_made() -> None:
    """What is in a database that was begun before there were normal forms must stay the same."""
    assert Mask(b"0" * 32)("+17035550123") != Mask(b"0" * 32)("17035550123")


def test_the_country_holds_from_the_first_contact_on(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    Console(tmp_path).close()
    settings.write_text('country = "GB"')
    console = Console(tmp_path)  # nothing is kept yet: it may be said now
    log = tmp_path / "in" / "queue_log"
    log.parent.mkdir()
    log.write_text("1655723960|1.1|sales|NONE|ENTERQUEUE||01632960123|1\n")
    console.sync([log])
    console.close()
    settings.write_text('country = "DE"')
    with pytest.raises(ConsoleError, match="cannot be changed"):
        Console(tmp_path)
    settings.write_text('country = "GB"')
    Console(tmp_path).close()
