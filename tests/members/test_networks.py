"""Networks and practices from ePCN.xlsx: what is read, what is stored, and what is left out and said."""

from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from portal.members import epcn
from portal.members.actions.networks import Tally, import_networks
from portal.members.epcn import WorkbookRefusedError, read
from portal.members.models import AuditEntry, Network, NetworkPractice, Practice, Region
from portal.members.rules.boards import BOARDS, board_of
from portal.models import PageChange

NETWORK_HEADINGS = (
    "PCN Code",
    "PCN\r\nName",
    "Current\r\nSub ICB Loc Code",
    "Sub ICB\r\nLocation",
    "Open Date",
    "Close  Date",
    "Postcode",
)
PARTNER_HEADINGS = (
    "Partner\r\nOrganisation\r\nCode",
    "Partner\r\nName",
    "Something new",
    "PCN Code",
    "PCN Name",
    "Practice to PCN\r\nRelationship\r\nStart Date",
    "Practice to PCN\r\nRelationship\r\nEnd Date",
)
LONDON = "NHS SOUTH EAST LONDON ICB - 72Q"
HARBOUR = ("U12345", "HARBOUR PCN", "72Q", LONDON, 20190701, None, "SE1 1AA")
HEATH = ("U54321", "HEATH PCN", "15N", "NHS DEVON ICB - 15N", "20200401", "20230331", "EX1 1AA")
QUAY = ("A81001", "QUAY SURGERY", "x", "U12345", "HARBOUR PCN", 20190701, None)
MILL = ("A81002", "MILL PRACTICE", "x", "U12345", "HARBOUR PCN", 20190701, 20210331)


def write(
    folder: Path,
    networks: Any = (HARBOUR, HEATH),
    partners: Any = (QUAY, MILL),
    *,
    network_headings: Any = NETWORK_HEADINGS,
    partner_headings: Any = PARTNER_HEADINGS,
) -> Path:
    """A workbook as the organisation data service makes it."""
    book = Workbook()
    book.active.title = "Notes"
    for title, headings, rows in (
        ("PCNDetails", network_headings, networks),
        ("PCN Core Partner Details", partner_headings, partners),
    ):
        sheet = book.create_sheet(title)
        for row in (headings, *rows):
            sheet.append(row)
    path = folder / "ePCN.xlsx"
    book.save(path)
    return path


def bring_in(path: Path, now: datetime, **options: Any) -> Any:
    return import_networks(workbook=read(path), by=None, now=now, **options)


def periods() -> list[tuple[str, str, date, date | None]]:
    rows = NetworkPractice.objects.order_by("network__code", "practice__code", "starts_on")
    return list(rows.values_list("network__code", "practice__code", "starts_on", "ends_on"))


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (
            "NHS SOUTH EAST LONDON ICB - 72Q",
            ("NHS South East London Integrated Care Board", Region.LONDON),
        ),
        ("NHS Sussex Integrated Care Board", ("NHS Sussex Integrated Care Board", Region.SOUTH_EAST)),
        (
            "NHS  STAFFORDSHIRE AND STOKE-ON-TRENT ICB - 05D",
            ("NHS Staffordshire and Stoke-on-Trent Integrated Care Board", Region.MIDLANDS),
        ),
        (
            "NHS CORNWALL AND THE ISLES OF SCILLY ICB - 11N",
            ("NHS Cornwall and the Isles of Scilly Integrated Care Board", Region.SOUTH_WEST),
        ),
        ("NHS ATLANTIS ICB - 99Z", ("ATLANTIS", None)),
        ("NHS WEST ESSEX CCG", ("WEST ESSEX CCG", None)),
    ],
)
def test_board_and_region_of_a_sub_icb_location(location: str, expected: tuple) -> None:
    assert board_of(location) == expected


def test_every_board_is_in_one_region_and_is_found_by_the_name_that_files_give_it() -> None:
    named = [(name, region) for region, names in BOARDS.items() for name in names]

    assert (len(named), len({name for name, _ in named}), len(BOARDS)) == (42, 42, 7)
    assert [
        name for name, region in named if board_of(f"NHS {name.upper()} ICB - 00X")[1] is not region
    ] == []


@pytest.mark.django_db
def test_both_sheets_are_read_by_their_headings(tmp_path: Path, now: datetime) -> None:
    done = bring_in(write(tmp_path), now)

    assert list(
        Network.objects.order_by("code").values_list(
            "code", "name", "board", "region", "starts_on", "ends_on"
        )
    ) == [
        (
            "U12345",
            "HARBOUR PCN",
            "NHS South East London Integrated Care Board",
            "london",
            date(2019, 7, 1),
            None,
        ),
        (
            "U54321",
            "HEATH PCN",
            "NHS Devon Integrated Care Board",
            "south-west",
            date(2020, 4, 1),
            date(2023, 4, 1),
        ),
    ]
    assert list(Practice.objects.order_by("code").values_list("code", "name")) == [
        ("A81001", "QUAY SURGERY"),
        ("A81002", "MILL PRACTICE"),
    ]
    assert periods() == [
        ("U12345", "A81001", date(2019, 7, 1), None),
        ("U12345", "A81002", date(2019, 7, 1), date(2021, 4, 1)),
    ]
    assert (done.networks, done.practices, done.periods) == (Tally(2), Tally(2), Tally(2))
    assert (done.faults, done.warnings) == ([], [])


@pytest.mark.django_db
def test_same_file_twice_changes_nothing(tmp_path: Path, now: datetime) -> None:
    path = write(tmp_path)
    bring_in(path, now)
    before = (
        list(Network.objects.values()),
        list(Practice.objects.values()),
        list(NetworkPractice.objects.values()),
    )

    again = bring_in(path, now)

    assert before == (
        list(Network.objects.values()),
        list(Practice.objects.values()),
        list(NetworkPractice.objects.values()),
    )
    assert (again.networks, again.practices, again.periods) == (
        Tally(0, 0, 2),
        Tally(0, 0, 2),
        Tally(0, 0, 2),
    )
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_import_leaves_an_entry_with_the_counts_and_makes_kept_pages_void(
    tmp_path: Path, now: datetime
) -> None:
    pages = PageChange.objects.count()

    bring_in(write(tmp_path), now)

    entry = AuditEntry.objects.get()
    tally = {"added": 2, "changed": 0, "unchanged": 0}
    assert (entry.action, entry.at, entry.details) == (
        "network.imported",
        now,
        {"networks": tally, "practices": tally, "periods": tally},
    )
    assert PageChange.objects.count() == pages + 1


@pytest.mark.django_db
def test_practice_that_moves_leaves_one_period_and_begins_another(tmp_path: Path, now: datetime) -> None:
    bring_in(write(tmp_path), now)
    left = (*QUAY[:6], 20260228)
    joined = ("A81001", "QUAY SURGERY", "x", "U54321", "HEATH PCN", 20260301, None)

    done = bring_in(write(tmp_path, partners=[left, joined]), now)

    assert periods() == [
        ("U12345", "A81001", date(2019, 7, 1), date(2026, 3, 1)),
        ("U12345", "A81002", date(2019, 7, 1), date(2021, 4, 1)),
        ("U54321", "A81001", date(2026, 3, 1), None),
    ]
    assert done.periods == Tally(1, 1, 0)


@pytest.mark.django_db
def test_practice_that_comes_back_has_two_periods(tmp_path: Path, now: datetime) -> None:
    bring_in(write(tmp_path), now)
    back = (*MILL[:5], 20240101, None)

    bring_in(write(tmp_path, partners=[QUAY, back, MILL]), now)

    assert periods()[1:] == [
        ("U12345", "A81002", date(2019, 7, 1), date(2021, 4, 1)),
        ("U12345", "A81002", date(2024, 1, 1), None),
    ]


@pytest.mark.django_db
def test_start_that_is_put_right_in_the_file_moves_the_period(tmp_path: Path, now: datetime) -> None:
    bring_in(write(tmp_path), now)
    earlier = (*QUAY[:5], 20190615, None)

    done = bring_in(write(tmp_path, partners=[earlier, MILL]), now)

    assert periods()[0] == ("U12345", "A81001", date(2019, 6, 15), None)
    assert done.periods == Tally(0, 1, 1)


@pytest.mark.django_db
def test_what_the_file_no_longer_names_stays(tmp_path: Path, now: datetime) -> None:
    bring_in(write(tmp_path), now)

    bring_in(write(tmp_path, networks=[HARBOUR], partners=[QUAY]), now)

    assert (Network.objects.count(), Practice.objects.count(), NetworkPractice.objects.count()) == (2, 2, 2)


@pytest.mark.django_db
def test_bad_rows_are_named_and_the_rest_goes_on(tmp_path: Path, now: datetime) -> None:
    networks = [
        HARBOUR,
        ("12345", "NO LETTER", "", LONDON, 20190701, None),
        ("U22222", "", "", LONDON, 20190701, None),
        (),
        ("U33333", "ODD DATE", "", LONDON, 20191301, None),
        ("U44444", "BACKWARDS", "", LONDON, 20200401, 20200331),
        (*HARBOUR[:4], 20180701, 20190630),
    ]
    partners = [
        QUAY,
        ("A8100", "SHORT", "", "U12345", "", 20190701, None),
        ("A81003", "NO START", "", "U12345", "", None, None),
        ("A81004", "NOWHERE", "", "U99999", "", 20190701, None),
        ("A81001", "QUAY SURGERY", "", "U12345", "", 20190701, 20200101),
    ]

    done = bring_in(write(tmp_path, networks, partners), now)

    assert [str(fault) for fault in done.faults] == [
        "Sheet “PCNDetails”, row 3: “12345” is not the code of a network, such as U12345.",
        "Sheet “PCNDetails”, row 4: the network has no name.",
        "Sheet “PCNDetails”, row 6: the open date “20191301” is not a date such as 20190701.",
        "Sheet “PCNDetails”, row 7: the close date is before the open date.",
        "Sheet “PCNDetails”, row 8: network U12345 is in row 2 too, and that one was used.",
        "Sheet “PCN Core Partner Details”, row 3: “A8100” is not the code of a practice, such as A81001.",
        "Sheet “PCN Core Partner Details”, row 4: the start date is empty.",
        "Sheet “PCN Core Partner Details”, row 5: network U99999 is not known: it is not in the sheet “PCNDetails”.",
        "Sheet “PCN Core Partner Details”, row 6: practice A81001 joins U12345 on the same day in row 2, and that one was used.",
    ]
    assert (Network.objects.count(), Practice.objects.count()) == (1, 1)
    assert periods() == [("U12345", "A81001", date(2019, 7, 1), None)]


@pytest.mark.django_db
def test_board_that_is_not_known_is_warned_of_and_leaves_the_region_as_it_is(
    tmp_path: Path, now: datetime
) -> None:
    Network.objects.create(code="U12345", name="Harbour", region="london")
    rows = [
        (*HARBOUR[:3], "NHS ATLANTIS ICB - 99Z", *HARBOUR[4:]),
        (*HEATH[:3], "NHS ATLANTIS ICB - 99Z", *HEATH[4:]),
    ]

    done = bring_in(write(tmp_path, rows, ()), now)

    assert done.warnings == [
        "The board “ATLANTIS” is not known, so its region cannot be told. Networks: 2. Set their region by hand."
    ]
    assert list(Network.objects.order_by("code").values_list("board", "region")) == [
        ("ATLANTIS", "london"),
        ("ATLANTIS", ""),
    ]


@pytest.mark.django_db
def test_file_from_before_boards_leaves_boards_as_they_are(tmp_path: Path, now: datetime) -> None:
    Network.objects.create(code="U12345", name="Harbour", region="london", board="NHS South East London")
    headings = (
        "PCN Code",
        "PCN Name",
        "Current Clinical Commissioning Group Code",
        "",
        "Open Date",
        "Close Date",
    )

    done = bring_in(write(tmp_path, [HARBOUR[:6]], (), network_headings=headings), now)

    assert done.warnings == [
        "The sheet “PCNDetails” has no column “Sub ICB Location”. Boards and regions stay as they are."
    ]
    assert list(Network.objects.values_list("name", "board", "region")) == [
        ("HARBOUR PCN", "NHS South East London", "london")
    ]


def test_dates_may_be_numbers_texts_or_dates(tmp_path: Path) -> None:
    rows = [
        ("U00001", "A", "", "", 20190701, None),
        ("U00002", "A", "", "", "20190701", " "),
        ("U00003", "A", "", "", date(2019, 7, 1), None),
        ("U00004", "A", "", "", 20190701.0, ""),
    ]

    workbook = read(write(tmp_path, rows, ()))

    assert [(row.starts_on, row.ends_on) for row in workbook.networks] == [(date(2019, 7, 1), None)] * 4


def test_missing_columns_are_named_in_one_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, (), (), network_headings=("PCN Code", "Open Date"))

    with pytest.raises(
        WorkbookRefusedError, match=r"^The sheet “PCNDetails” lacks the columns “PCN Name”, “Close Date”\.$"
    ):
        read(path)


def test_missing_sheet_is_named(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "other.xlsx")

    with pytest.raises(
        WorkbookRefusedError, match=r"^The file has no sheet “PCNDetails”\. Use the file ePCN\.xlsx"
    ):
        read(tmp_path / "other.xlsx")


@pytest.mark.parametrize("content", [b"", b"PCN Code,PCN Name\r\n", b"PK\x03\x04 not a zip file"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ePCN.xlsx"
    path.write_bytes(content)

    with pytest.raises(WorkbookRefusedError, match=r"^This is not an Excel workbook"):
        read(path)


def test_zip_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "ePCN.xlsx", "w") as archive:
        archive.writestr("readme.txt", "nothing")

    with pytest.raises(WorkbookRefusedError, match=r"^This is not an Excel workbook"):
        read(tmp_path / "ePCN.xlsx")


def test_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epcn, "MOST_UNPACKED_BYTES", 1024 * 1024)
    with ZipFile(tmp_path / "ePCN.xlsx", "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (1024 * 1024 + 1))

    with pytest.raises(WorkbookRefusedError, match=r"^The file unpacks to more than 1 MB\.$"):
        read(tmp_path / "ePCN.xlsx")


def test_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path)
    monkeypatch.setattr(epcn, "MOST_BYTES", path.stat().st_size - 1)

    with pytest.raises(WorkbookRefusedError, match=r"^The file is larger than 0 MB\.$"):
        read(path)


def test_sheet_with_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, [HARBOUR, HEATH])
    monkeypatch.setattr(epcn, "MOST_ROWS", 3)
    assert len(read(path).networks) == 2
    monkeypatch.setattr(epcn, "MOST_ROWS", 2)

    with pytest.raises(WorkbookRefusedError, match=r"^The sheet “PCNDetails” has more than 2 rows\.$"):
        read(path)


@pytest.mark.django_db
def test_dry_run_says_what_would_happen_and_changes_nothing(tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    path = write(tmp_path, [HARBOUR, ("X", "BAD", "", LONDON, 20190701, None)], [QUAY])

    call_command("import_networks", str(path), "--dry-run", stdout=out, stderr=err)

    assert out.getvalue().splitlines() == [
        "What would change",
        "                              added  changed  unchanged",
        "  networks                        1        0          0",
        "  practices                       1        0          0",
        "  practices in networks           1        0          0",
        "  rows left out                   1",
        "This was a dry run. Nothing was changed.",
    ]
    assert err.getvalue() == (
        "Left out: Sheet “PCNDetails”, row 3: “X” is not the code of a network, such as U12345.\n"
    )
    assert (Network.objects.count(), Practice.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_command_brings_in_and_says_what_cannot_be_read(tmp_path: Path) -> None:
    call_command("import_networks", str(write(tmp_path)), stdout=StringIO())

    assert Network.objects.count() == 2
    with pytest.raises(CommandError, match=r"^There is no file “.*”\.\nNothing was changed\.$"):
        call_command("import_networks", str(tmp_path / "missing.xlsx"))
