"""A table that nobody prepared for: what its columns are, and what is left to ask."""

import random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import encode
from console.exports.excel_damage import damage
from console.exports.export import Rejected
from console.exports.mapped_table import MappedTable
from console.exports.mapping import OFFSETS, ROWS, problems, read, write
from console.exports.mapping_guess import LIKELY, SURE, Guess, guess
from console.exports.table_pieces import Look
from tests.console.exports.tables import opened, sample

#: A list of calls in each language: delimiter, header, two rows.
LISTS = {
    "English": "Start Time,Queue,Agent,Caller ID,Wait Time,Talk Time,Result\n"
    "2026-03-05 09:00:12,Sales,Ann,17035550101,0:21,3:10,Answered\n"
    "2026-03-05 09:10:12,Sales,,17035550102,0:31,0:00,Abandoned\n",
    "German": "Anrufzeit;Warteschlange;Bearbeiter;Rufnummer;Wartezeit;Gesprächszeit;Ergebnis\n"
    "05.03.2026 09:00:12;Verkauf;Anna;03055500101;0:21;3:10;Angenommen\n"
    "15.03.2026 09:10:12;Verkauf;;03055500102;0:31;0:00;Aufgegeben\n",
    "French": "Date et heure;File d'attente;Conseiller;Numéro;Temps d'attente;Durée de "
    "conversation;Statut\n05/03/2026 09:00:12;Ventes;Anne;0155500101;00:21;03:10;Répondu\n"
    "15/03/2026 09:10:12;Ventes;;0155500102;00:31;00:00;Abandonné\n",
    "Spanish": "Fecha y hora;Cola;Agente;Teléfono;Tiempo de espera;Tiempo de conversación;Estado\n"
    "05/03/2026 09:00:12;Ventas;Ana;915550101;00:21;03:10;Atendida\n"
    "15/03/2026 09:10:12;Ventas;;915550102;00:31;00:00;Abandonada\n",
    "Italian": "Data e ora;Coda;Operatore;Chiamante;Tempo di attesa;Durata conversazione;Esito\n"
    "05/03/2026 09:00:12;Vendite;Ada;0655500101;00:21;03:10;Risposta\n"
    "15/03/2026 09:10:12;Vendite;;0655500102;00:31;00:00;Abbandonata\n",
    "Portuguese": "Data e hora;Fila;Atendente;Telefone;Tempo de espera;Tempo de conversa;Situação\n"
    "05/03/2026 09:00:12;Vendas;Ana;1155500101;00:21;03:10;Atendida\n"
    "15/03/2026 09:10:12;Vendas;;1155500102;00:31;00:00;Abandonada\n",
    "Dutch": "Begintijd;Wachtrij;Medewerker;Telefoonnummer;Wachttijd;Gesprekstijd;Uitkomst\n"
    "05-03-2026 09:00:12;Verkoop;Jan;0205550101;00:21;03:10;Beantwoord\n"
    "15-03-2026 09:10:12;Verkoop;;0205550102;00:31;00:00;Opgehangen\n",
    "Polish": "Data i godzina;Kolejka;Konsultant;Numer telefonu;Czas oczekiwania;Czas rozmowy;"
    "Wynik\n2026-03-05 09:00:12;Sprzedaż;Jan;48225550101;00:21;03:10;Odebrane\n"
    "2026-03-15 09:10:12;Sprzedaż;;48225550102;00:31;00:00;Porzucone\n",
}
FIELDS = ("started", "queue", "agent", "customer", "wait", "talk", "outcome")


def of(text: str, zone: str = "Europe/Berlin") -> Guess:
    seen, rows = opened(text.encode())
    return guess(seen, rows, name="list", zone=zone)


def open_questions(told: Guess) -> dict[str, tuple[str, str]]:
    return {each.setting: (each.taken, each.other) for each in told.undecided}


@pytest.mark.parametrize("language", LISTS)
def test_a_list_of_calls_in_every_language(language: str) -> None:
    told = of(LISTS[language])
    header = LISTS[language].split("\n")[0].replace(";", ",").split(",")
    assert told.mapping.rows == "contacts"
    assert {name: columns[0] for name, columns in told.mapping.columns.items()} == dict(
        zip(FIELDS, header, strict=True)
    )
    assert all(choice.confidence in (SURE, LIKELY) for choice in told.choices)
    assert set(told.mapping.words["outcome"].values()) == {"answered", "abandoned"}
    assert problems(told.mapping) == []
    assert not told.unknown


@pytest.mark.parametrize("language", LISTS)
def test_columns_are_found_in_any_order(language: str) -> None:
    lines = LISTS[language].splitlines()
    mark = ";" if ";" in lines[0] else ","
    order = list(range(7))
    random.Random(language).shuffle(order)
    turned = "\n".join(mark.join(line.split(mark)[place] for place in order) for line in lines)
    assert of(turned + "\n").mapping.columns == of(LISTS[language]).mapping.columns


def test_each_choice_says_why_and_what_else() -> None:
    told = of(LISTS["English"])
    wait = next(choice for choice in told.choices if choice.column == "Wait Time")
    assert (wait.field, wait.confidence) == ("wait", SURE)
    assert "name" in wait.reason and "%" in wait.reason


def test_the_zone_is_never_guessed() -> None:
    told = of(LISTS["English"])
    assert told.mapping.zone == "Europe/Berlin"
    assert open_questions(told)["zone"] == ("Europe/Berlin", "")
    stated = of(LISTS["English"].replace(":12,Sales", ":12Z,Sales"))
    assert stated.mapping.zone == OFFSETS
    assert "zone" not in open_questions(stated)


@pytest.mark.parametrize(
    ("dates", "zone", "order", "other"),
    [
        (("25/03/2026", "05/03/2026"), "UTC", "dmy", None),
        (("3/25/2026", "3/5/2026"), "UTC", "mdy", None),
        (("2026-03-05", "2026-03-06"), "UTC", "ymd", None),
        (("05/03/2026", "06/03/2026"), "America/New_York", "mdy", "dmy"),
        (("05/03/2026", "06/03/2026"), "Europe/London", "dmy", "mdy"),
        (("05.03.2026", "06.03.2026"), "America/New_York", "dmy", "mdy"),
        (("25/03/2026", "03/25/2026"), "UTC", "dmy", "mdy"),
    ],
)
def test_the_order_of_dates_by_evidence(
    dates: tuple[str, str], zone: str, order: str, other: str | None
) -> None:
    rows = "".join(f"{day} 09:00,Ann,{n}:10,0:20\n" for n, day in enumerate(dates))
    told = of("Start,Agent,Talk,Wait\n" + rows, zone)
    assert told.mapping.dates == order
    assert open_questions(told).get("dates") == (None if other is None else (order, other))


@pytest.mark.parametrize(
    ("header", "cells", "form", "open_question"),
    [
        ("Talk", ("0:10", "65:11"), "m:ss", False),
        ("Talk", ("0:10", "5:11"), "m:ss", True),
        ("Talk (hh:mm)", ("0:10", "5:11"), "h:mm", False),
        ("Talk", ("0:00:10", "0:05:11"), "h:mm:ss", False),
        ("Talk", ("0:10", "1:05:11"), "m:ss", False),
        ("Talk (s)", ("10", "311"), "seconds", False),
        ("Talk", ("10", "311"), "seconds", True),
        ("talk_ms", ("10000", "311000"), "milliseconds", False),
        ("Talk", ("10000", "31100"), "milliseconds", True),
        ("Talk", ("0.5", "5.18"), "minutes", True),
        ("Talk", ("0.0005", "0.0021"), "days", True),
    ],
)
def test_the_form_of_durations(
    header: str, cells: tuple[str, str], form: str, open_question: bool
) -> None:
    rows = "".join(f"2026-03-05 09:0{n}:00,Ann,{cell}\n" for n, cell in enumerate(cells))
    told = of(f"Start,Agent,{header}\n{rows}")
    assert told.mapping.form("talk") == form
    assert ("duration" in open_questions(told)) == open_question


def test_minutes_or_hours_by_the_times_of_the_row() -> None:
    told = of(
        "Start,End,Duration,Agent\n2026-03-05 09:00:00,2026-03-05 09:03:10,3:10,Ann\n"
        "2026-03-05 09:10:00,2026-03-05 09:15:00,5:00,Ben\n"
    )
    assert told.mapping.form("duration") == "m:ss"
    assert "duration" not in open_questions(told)
    told = of(
        "Start,End,Duration,Agent\n2026-03-05 09:00:00,2026-03-05 12:10:00,3:10,Ann\n"
        "2026-03-05 09:10:00,2026-03-05 14:10:00,5:00,Ben\n"
    )
    assert told.mapping.form("duration") == "h:mm"


@pytest.mark.parametrize(
    ("cells", "delimiter", "mark", "open_question"),
    [
        (("1,5", "2,25"), ";", ",", False),
        (("1.5", "2.25"), ",", ".", False),
        (("1.234", "2.345"), ";", ",", True),
        (("1.234,5", "2"), ";", ",", False),
        (("12", "15"), ";", ",", False),
    ],
)
def test_the_decimal_mark(
    cells: tuple[str, str], delimiter: str, mark: str, open_question: bool
) -> None:
    rows = "".join(delimiter.join(("2026-03-05 09:00:00", "Ann", cell)) + "\n" for cell in cells)
    told = of(delimiter.join(("Start", "Agent", "Talk min")) + "\n" + rows)
    assert told.mapping.decimal == mark
    assert ("decimal" in open_questions(told)) == open_question


def test_each_kind_of_rows_is_told_apart() -> None:
    expected = {
        "anrufe.csv": "contacts",
        "calls_us.csv": "contacts",
        "appels.tsv": "contacts",
        "tickets.csv": "tickets",
        "agent_states.csv": "agent states",
        "waiting.csv": "counts",
    }
    assert {name: sample(name)[0].mapping.rows for name in expected} == expected


def test_a_date_and_a_time_of_day_are_one() -> None:
    assert sample("anrufe.csv")[0].mapping.columns["started"] == ("Datum", "Uhrzeit")
    assert sample("appels.tsv")[0].mapping.columns["started"] == ("Date", "Heure")


def test_ids_tell_rows_apart_only_if_they_differ() -> None:
    head = "Call ID,Start,Queue,Agent\n"
    rows = "1,2026-03-05 09:00,A,Ann\n2,2026-03-05 09:00,A,Ben\n"
    assert of(head + rows).mapping.key == ("Call ID",)
    assert of(head + rows.replace("2,", "1,", 1)).mapping.key != ("Call ID",)
    assert of(head.replace("Call ID,", "Nr,") + rows).mapping.key in (None, ("Nr",))


def test_numbers_of_the_rows_are_no_ids() -> None:
    rows = "".join(f"{n},2026-03-05 09:0{n}:00,Ann,0:10\n" for n in range(1, 8))
    told = of("ID,Start,Agent,Talk\n" + rows)
    assert "id" not in told.mapping.columns and told.mapping.key is None
    assert "repeat" in told.choices[0].reason
    told = of("ID,Start,Agent,Talk\n" + rows.replace("1,2026", "9001,2026"))
    assert told.mapping.key == ("ID",)


def test_yes_and_no_mean_what_the_column_asks() -> None:
    head = "Start,Agent,Talk,Answered (Y/N)\n"
    told = of(head + "2026-03-05 09:00,Ann,0:10,Y\n2026-03-05 09:01,Ben,,N\n")
    assert told.mapping.words["outcome"] == {"y": "answered", "n": "not answered"}
    told = of(head.replace("Answered (Y/N)", "Abandoned") + "2026-03-05 09:00,Ann,0:10,Nein\n")
    assert told.mapping.words["outcome"] == {"nein": ""}


def test_words_that_are_not_known_are_asked_for() -> None:
    assert sample("tickets.csv")[0].unknown == {"status": ("Eskalation",)}
    assert sample("agent_states.csv")[0].unknown == {"status": ("Proyecto X",)}


def test_an_unknown_language_is_told_by_its_cells() -> None:
    told = of(
        "Začátek;Konec;Číslo;Zpráva\n05.03.2026 09:00;05.03.2026 09:05;+420225550101;x\n"
        "25.03.2026 09:10;25.03.2026 09:15;+420225550102;y\n"
    )
    assert told.mapping.columns["started"] == ("Začátek",)
    assert told.mapping.columns["customer"] == ("Číslo",)


def test_dates_that_a_spreadsheet_changed_about_are_noticed() -> None:
    told = of(
        "Start,Agent,Talk\n13/03/2026 09:00,Ann,0:10\n14/03/2026 09:00,Ann,0:10\n"
        "2026-03-04 09:00:00,Ben,0:10\n2026-03-05 09:00:00,Ben,0:10\n"
    )
    assert told.mapping.turned_dates == "refuse"
    assert open_questions(told)["turned_dates"] == ("refuse", "turn")


def test_a_table_without_a_header_is_asked_about() -> None:
    told = of("2026-03-05 09:00;17;+49305550101\n2026-03-05 09:10;18;+49305550102\n")
    assert told.mapping.header_line == -1
    assert told.mapping.columns["started"] == ("column 1",)


def test_a_guess_takes_its_own_file() -> None:
    for name in ("anrufe.csv", "tickets.csv", "agent_states.csv", "waiting.csv"):
        told, rows = sample(name)
        assert MappedTable(told.mapping).mapping.header <= set(rows[0])


def test_a_name_can_say_the_zone() -> None:
    told = of(LISTS["English"].replace("Start Time", "Start Time (UTC)"))
    assert told.mapping.zone == "UTC"
    assert "zone" not in open_questions(told)


def test_sums_over_intervals_are_pointed_out() -> None:
    told = of(
        "Queue,StartInterval,Contacts handled,Average wait,Agents\n"
        "Sales,2026-03-05 09:00,12,20,4\nSales,2026-03-05 09:30,14,30,4\n"
    )
    assert "rows" in open_questions(told)


def test_shapes_of_telephone_systems() -> None:
    told = of(
        "Users,Date,Duration,Direction,ANI,DNIS,Queue,Wrap-up,Media Type,Total Talk,Total Hold,"
        "Abandoned,Conversation ID\n"
        "Ann,05.03.26 09:00,191233,Inbound,tel:+49305550101,tel:+4930,A,Sold,voice,170000,0,NO,a1\n"
        ",05.03.26 09:01,161233,Inbound,tel:+49305550102,tel:+4930,A,,voice,,,YES,a2\n"
    )
    named = {name: columns[0] for name, columns in told.mapping.columns.items()}
    assert named == {
        "id": "Conversation ID", "channel": "Media Type", "direction": "Direction",
        "queue": "Queue", "agent": "Users", "customer": "ANI", "called": "DNIS", "started": "Date",
        "duration": "Duration", "talk": "Total Talk", "hold": "Total Hold",
        "outcome": "Abandoned", "disposition": "Wrap-up",
    }  # fmt: skip
    assert told.mapping.duration == "milliseconds"
    told = of(
        "calldate,src,dst,channel,duration,billsec,disposition,uniqueid\n"
        "2026-03-05 09:00:12,0305550101,600,SIP/x-1,65,60,ANSWERED,1.1\n"
        "2026-03-05 09:01:12,0305550102,600,SIP/x-2,65,0,NO ANSWER,1.2\n"
    )
    assert (told.mapping.channel, told.mapping.columns["talk"]) == ("voice", ("billsec",))


ODD = [
    "", "-", "1", "²", "٣٤", "45321.5", "2026-03-05 09:00:00", "25/03/2026", "09:00", "3:10",
    "1.234,5", "4.4E+11", "Ann", "a@b.c", "=SUM(A1)", "#N/A", "Total", "Ja", "inf", "1e400",
    "x" * 255, "P", "+", "01.03.2026 09:00 CEST", "½ h", "'", "2026-02-30", "12:30 pm", "-5",
    "1_000", "tel:",
]  # fmt: skip
NAMES = ["Start", "Datum", "Uhrzeit", "Queue", "Agent", "Phone", "Wait", "Talk", "Status", "ID",
         "Subject", "Created", "Waiting", "Ended", "Answered", "Channel", "Since", "?"]  # fmt: skip


@given(st.data())
def test_no_table_is_beyond_words(data: st.DataObject) -> None:
    header = data.draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=8, unique=True))
    cells = st.lists(st.sampled_from(ODD), min_size=len(header), max_size=len(header))
    rows = data.draw(st.lists(cells, min_size=1, max_size=5))
    kind = data.draw(st.one_of(st.none(), st.sampled_from(ROWS)))
    seen = Look("utf-8", ";", True, 0, tuple(header))
    mapping = guess(seen, rows, zone="Europe/Berlin", kind=kind).mapping
    assert read(write(mapping)) == mapping
    told = [dict(zip(header, row, strict=True)) for row in rows]
    damage(told, mapping)
    if problems(mapping):
        return
    table = MappedTable(mapping)
    for row in told:
        try:
            for said in table.take_row(row, lambda number: "~", ZoneInfo("UTC")):
                encode(said.said)
        except Rejected as problem:
            assert str(problem)


def test_the_kind_can_be_said() -> None:
    seen, rows = opened(LISTS["English"].encode())
    assert guess(seen, rows, zone="UTC", kind="agent states").mapping.rows == "agent states"


def test_whom_a_call_went_out_to_is_its_customer() -> None:
    told = of(
        "direction,from,to,datetime (UTC),user,duration (in call)\n"
        "inbound,33612345678,33187654321,2026-03-03 09:15:02,Ann,60\n"
        "outbound,33187654321,33612345679,2026-03-03 09:25:00,Ann,50\n"
    )
    assert told.mapping.columns["called"] == ("to",)
    # Where a column has the customer whatever the direction, that is the one.
    named = of(
        "Call Type,Customer Number,Destination,Start,Agent,Talk\n"
        "inbound,33612345678,33187654321,2026-03-03 09:15:02,Ann,60\n"
    )
    assert "called" not in named.mapping.columns


def test_an_average_is_no_time_of_day() -> None:
    told = of(
        "Date,Time,Split/Skill,Avg Speed Ans,ACD Calls,Avg ACD Time,Aban Calls\n"
        "3/15/2026,8:00AM- 8:30AM,Billing,:12,34,3:12,2\n"
        "3/15/2026,8:30AM- 9:00AM,Billing,:20,44,2:50,3\n"
    )
    assert told.mapping.columns["started"] == ("Date",)
    [rows] = [each for each in told.undecided if each.setting == "rows"]
    assert "Such a report cannot be read" in rows.why


def test_a_state_stands_in_every_row_a_reason_in_few() -> None:
    told = of(
        "Agent,State,Start,End,Reason\n"
        "Joe,Idle,2026-05-04 08:00:00,2026-05-04 08:10:12,\n"
        "Joe,Sonderfall,2026-05-04 08:10:12,2026-05-04 08:14:00,\n"
        "Joe,Make Busy,2026-05-04 08:14:00,2026-05-04 08:30:00,Lunch\n"
    )
    assert told.mapping.columns["status"] == ("State",)
