"""Which agents are whom: by ids, the nearer statement first, by a unique name, and by hand."""

import pytest

from console.domain.roster import Join, Person
from console.reads.person_joins import Known, Tie, join


def agent(number: int, *texts: str, name: str = "", source: str = "pbx") -> Known:
    ids = {"pbx": 1, "pbx2": 2, "desk": 3}
    platform = "zendesk" if source == "desk" else "asterisk"
    texts = tuple(text for text in (*texts, name) if text)
    return Known(
        number, ids[source], source, platform, texts[0], name or texts[0], frozenset(texts)
    )


def only(found: list[Join]) -> Join:
    (one,) = found
    return one


ANN = Person("1", "Ann Example", ids=(("pbx", "400"), ("zendesk", "Ann@X.example")))
BO = Person("2", "Bo", ids=(("*", "bo"), ("asterisk", "PJSIP/7")))


@pytest.mark.parametrize(
    ("known", "person", "reason"),
    [
        (agent(1, "PJSIP/400"), "1",
         "the roster has “400” for pbx, the account of PJSIP/400"),
        (agent(1, "SIP/400-0000001f"), "1",
         "the roster has “400” for pbx, the account of SIP/400-0000001f"),
        (agent(1, "Local/400@agents/n"), "1",
         "the roster has “400” for pbx, the account of Local/400@agents/n"),
        (agent(1, "400"), "1", "the roster has “400” for pbx"),
        (agent(1, "PJSIP/400", source="pbx2"), None, "no id or name of the roster fits"),
        (agent(1, "99", "ann@x.EXAMPLE", source="desk"), "1",
         "the roster has “ann@x.EXAMPLE” for the platform zendesk"),
        (agent(1, "ann@x.example"), None, "no id or name of the roster fits"),
        (agent(1, "PJSIP/7", source="pbx2"), "2",
         "the roster has “PJSIP/7” for the platform asterisk"),
        (agent(1, "bo", source="desk"), "2", "the roster has “bo” for any system"),
        (agent(1, "Bo", source="desk"), "2", "the only one called Bo"),
        (agent(1, "PJSIP/bo"), None, "no id or name of the roster fits"),
        (agent(1, "x9", name="ANN EXAMPLE", source="desk"), "1", "the only one called ANN EXAMPLE"),
    ],
)  # fmt: skip
def test_by_ids_and_names(known: Known, person: str | None, reason: str) -> None:
    found = only(join([ANN, BO], [known], {}))
    assert (found.person, found.reason, found.by_hand) == (person, reason, False)


def test_the_nearer_statement_holds() -> None:
    staff = [
        Person("any", ids=(("*", "PJSIP/1"),)),
        Person("platform", ids=(("Asterisk", "PJSIP/1"),)),
        Person("source", ids=(("PBX", "1"),)),
    ]
    assert only(join(staff, [agent(1, "PJSIP/1")], {})).person == "source"
    assert only(join(staff[:2], [agent(1, "PJSIP/1")], {})).person == "platform"
    assert only(join(staff[:1], [agent(1, "PJSIP/1")], {})).person == "any"
    whole = [*staff, Person("whole", ids=(("pbx", "PJSIP/1"),))]
    assert only(join(whole, [agent(1, "PJSIP/1")], {})).person == "whole"


def test_what_fits_two_fits_none() -> None:
    staff = [Person("1", "Ann", ids=(("pbx", "4"),)), Person("2", "Bo", ids=(("pbx", "4"),))]
    found = only(join(staff, [agent(1, "4", name="Ann")], {}))
    assert (found.person, found.reason) == (None, "the roster gives the same id to Ann and Bo")
    twins = [Person("1", "Kim"), Person("2", "kim")]
    assert only(join(twins, [agent(1, "x", name="Kim")], {})).reason == "2 persons are called Kim"
    namesakes = [agent(1, "x", name="Kim"), agent(2, "y", name="Kim")]
    for found in join([Person("1", "Kim")], namesakes, {}):
        assert (found.person, found.reason) == (None, "several agents of pbx are called Kim")
    apart = [agent(1, "x", name="Kim"), agent(2, "y", name="Kim", source="desk")]
    assert [j.person for j in join([Person("1", "Kim")], apart, {})] == ["1", "1"]


def test_by_hand_comes_first() -> None:
    known = agent(1, "PJSIP/400", "Somebody")
    tied = only(join([ANN, BO], [known], {(1, "Somebody"): Tie("2", "sits there", 1)}))
    assert (tied.person, tied.name, tied.by_hand) == ("2", "Bo", True)
    assert tied.reason == "tied by hand: sits there"
    apart = only(join([ANN, BO], [known], {(1, "PJSIP/400"): Tie(None, "", 1)}))
    assert (apart.person, apart.reason, apart.by_hand) == (None, "kept apart by hand", True)
    later = {(1, "PJSIP/400"): Tie(None, "", 1), (1, "Somebody"): Tie("1", "", 2)}
    assert only(join([ANN, BO], [known], later)).person == "1"
    other_source = {(2, "PJSIP/400"): Tie(None, "", 1)}
    assert only(join([ANN, BO], [known], other_source)).person == "1"


def test_a_tie_to_somebody_who_left_is_told() -> None:
    found = only(join([BO], [agent(1, "PJSIP/400")], {(1, "PJSIP/400"): Tie("1", "", 1)}))
    assert found.person is None
    assert found.reason.startswith("tied by hand to 1, who is not in the roster; no id")
