"""Playbooks are files; a faulty one says what is wrong with it and stops nobody else."""

from pathlib import Path

import pytest

from console.domain.playbooks import ADVICE, COMMAND, PEOPLE
from console.domain.times import HOUR
from console.playbooks.acts import CATALOG
from console.playbooks.files import OWN, SHIPPED, read, read_all
from console.playbooks.spans import span_us

GOOD = """
title = "Storm"
hours = 6
[[section]]
title = "Callback"
[[section.item]]
id = "off"
do = "set_callback"
queues = "all"
offer = false
title = "Callback offer off"
why = "no more promises"
[[section.item]]
id = "ring"
people = "Ring the oldest"
owner = "Ann"
after = "90 min"
[[section.item]]
id = "calm"
advice = "Stay calm"
"""


def own(folder: Path, name: str, text: str) -> Path:
    (folder / OWN).mkdir(exist_ok=True)
    path = folder / OWN / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def item(text: str) -> str:
    return f'title = "Storm"\n[[section]]\ntitle = "S"\n[[section.item]]\n{text}'


def test_all_that_come_with_coalface_can_be_read() -> None:
    found, problems = read_all(None)
    assert problems == ()
    assert {playbook.name for playbook in found} == {path.stem for path in SHIPPED.glob("*.toml")}
    debt = next(playbook for playbook in found if playbook.name == "contact-debt")
    assert debt.planned_us == 48 * HOUR
    sections = list(dict.fromkeys(item.section for item in debt.items))
    assert sections == [
        "Callback", "Most urgent channel", "Other channels", "Staff hours", "Team leaders",
        "Administration", "Handling time", "What goes wrong",
    ]  # fmt: skip
    assert {item.act for item in debt.items if item.kind == COMMAND} == set(CATALOG)


def test_a_file_is_a_playbook_with_its_items_in_order(tmp_path: Path) -> None:
    found = read(own(tmp_path, "storm", GOOD), own=True)
    assert (found.name, found.title, found.planned_us, found.own) == (
        "storm",
        "Storm",
        6 * HOUR,
        True,
    )
    assert [item.kind for item in found.items] == [COMMAND, PEOPLE, ADVICE]
    off, ring, calm = found.items
    assert (off.act, off.words) == ("set_callback", {"queues": "all", "offer": False})
    assert (ring.title, ring.owner, ring.after_us) == ("Ring the oldest", "Ann", 3 * HOUR // 2)
    assert calm.title == "Stay calm"


def test_a_sites_own_replaces_or_adds_and_a_faulty_one_does_neither(tmp_path: Path) -> None:
    own(tmp_path, "outage", GOOD)
    own(tmp_path, "storm", GOOD)
    own(tmp_path, "contact-debt", "title = ")
    found, problems = read_all(tmp_path)
    by_name = {playbook.name: playbook for playbook in found}
    assert by_name["outage"].own and by_name["outage"].title == "Storm"
    assert by_name["storm"].own
    assert not by_name["contact-debt"].own
    (words,) = problems
    assert "contact-debt.toml" in words
    assert words.endswith("The one that came with Coalface is used instead.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = [", "It is not TOML: "),
        ('hours = 3\n[[section]]\ntitle="S"', "The playbook has no title."),
        ('title = "x"', "The playbook has no items."),
        ('title = "x"\nhours = true', "“hours” is a number from above 0 to 8784."),
        ('title = "x"\nhours = "2"', "The playbook: “hours” is a number."),
        ('title = "x"\nhour = 2', "The playbook: nobody reads “hour”, only “title”"),
        ('title = "x"\nsection = [1]', "Section 1 is no table."),
        (item('advice = "x"'), "Item 1 of “S” needs an “id”"),
        (item('id = "a"'), "Item “a” has one of “do”, “people” and “advice”, and only one."),
        (item('id = "a"\nadvice = "x"\npeople = "y"'), "and only one."),
        (item('id = "a"\nadvice = "x"\nwhose = "y"'), "Item “a”: nobody reads “whose”."),
        (item('id = "a"\nadvice = "x"\nafter = "soon"'), "“soon” is no time such as “2 h”"),
        (item('id = "a"\nadvice = 3'), "Item “a”: “advice” is a text."),
        (item('id = "a"\ndo = "dance"'), "nothing is called “dance”, only “set_callback”"),
        (item('id = "a"\ndo = "set_callback"\nqueues = "all"'), "one of “offer”, “dial” is needed"),
        (
            item('id = "a"\ndo = "set_callback"\nqueues = "some"\noffer = true'),
            "“queues” is one of “all”, “that take calls”",
        ),
        (item('id = "a"\ndo = "set_callback"\noffer = true'), "“queues” is missing"),
        (
            item('id = "a"\ndo = "set_channel"\nchannels = "all"\nstate = "shut"'),
            "“state” is one of “open”, “draining”, “closed”",
        ),
        (
            item('id = "a"\ndo = "send_agents"\nagents = "available"\nto = "urgent"\nshare = 0'),
            "“share” is a percentage from 1 to 100",
        ),
        (
            item('id = "a"\ndo = "set_callback"\nqueues = "all"\noffer = true'),
            "Item “a” needs a title",
        ),
        (
            item('id = "a"\nadvice = "x"\n[[section.item]]\nid = "a"\nadvice = "y"'),
            "Two items have the id “a”.",
        ),
    ],
)  # fmt: skip
def test_what_nobody_would_understand_is_said_in_a_sentence(
    tmp_path: Path, text: str, words: str
) -> None:
    own(tmp_path, "storm", text)
    found, problems = read_all(tmp_path)
    assert "storm" not in {playbook.name for playbook in found}
    assert len(found) == len(list(SHIPPED.glob("*.toml")))
    (problem,) = problems
    assert words in problem
    assert problem.startswith(str(tmp_path / OWN / "storm.toml"))


def test_a_file_that_is_no_text_is_no_playbook(tmp_path: Path) -> None:
    own(tmp_path, "storm", "").write_bytes(b"\xff\xfe\x00")
    own(tmp_path, "Big Storm", GOOD)
    _, problems = read_all(tmp_path)
    assert len(problems) == 2
    assert any("named with small letters" in words for words in problems)


def test_spans_are_hours_or_minutes() -> None:
    assert span_us("2 h") == 2 * HOUR
    assert span_us(" 1.5h ") == 3 * HOUR // 2
    for text in ("", "2", "2 days", "-1 h", "h"):
        with pytest.raises(ValueError):
            span_us(text)
