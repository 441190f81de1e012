from __future__ import annotations

import unicodedata

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from survey.errors import ImportChangedError, ImportRefusedError
from survey.import_problems import rejected_rows
from survey.models.account import Account
from survey.models.audit import AuditEvent
from survey.models.people import Channel, Person, Unit
from survey.roles import Role
from survey.services.accounts import create_account
from survey.services.importing import ImportPreview, check_people, import_people
from survey.spreadsheets import read_csv
from tests.conftest import NOON

HEADING = "id,name,email,manager_id,unit,language,channel"
GOOD = (
    "1,Lan Trần,lan@firm.vn,,Plant,vi,",
    "2,Minh Vũ,minh@firm.vn,1,Plant,en,email",
    "3,Hoa Lê,,1,Plant,vi,slip",
)


def table(*rows: str, heading: str = HEADING):
    return read_csv("\n".join((heading, *rows)).encode())


def check(session: Session, *rows: str) -> ImportPreview:
    return check_people(session, table(*rows))


def places(preview: ImportPreview) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.column) for problem in preview.problems]


def words(preview: ImportPreview) -> str:
    return " | ".join(p.text % p.fields for p in preview.problems)


def person(session: Session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.number == number)).one()


def test_people_lines_units_and_channels_are_stored(session: Session) -> None:
    preview = import_people(session, table(*GOOD), now=NOON)
    assert preview.new == ("Lan Trần", "Minh Vũ", "Hoa Lê")
    hoa = person(session, "3")
    assert (hoa.channel, hoa.email, hoa.language) == (Channel.SLIP, None, "vi")
    assert hoa.manager.name == "Lan Trần"
    assert session.scalars(select(Unit.name)).all() == ["Plant"]


def test_checking_stores_nothing(session: Session) -> None:
    assert len(check(session, *GOOD).people) == 3
    assert session.scalars(select(Person)).all() == []
    assert session.scalars(select(Unit)).all() == []


def test_one_problem_keeps_the_whole_file_out(session: Session) -> None:
    with pytest.raises(ImportRefusedError, match="1 problems"):
        import_people(session, table(*GOOD, "4,Bad,,1,,,"), now=NOON)
    assert session.scalars(select(Person)).all() == []
    assert session.scalars(select(AuditEvent)).all() == []


def test_every_problem_is_named_with_its_line_and_column(session: Session) -> None:
    preview = check(
        session,
        ",Nobody,a@firm.vn,,,,",
        "2,,b@firm.vn,,,,",
        "3,Third,lan.tran@,,,,",
        "4,Fourth,d@firm.vn,77,,,",
        "5,Fifth,e@firm.vn,,,fr,",
        "6,Sixth,f@firm.vn,,,,pigeon",
        "7,Seventh,,,,,",
    )
    assert places(preview) == [
        (2, "id"),
        (3, "name"),
        (4, "email"),
        (5, "manager_id"),
        (6, "language"),
        (7, "channel"),
        (8, "email"),
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,A,lan.tran@,,,,", "found “lan.tran@”: expected an address like"),
        ("1,A,a@b.vn,9,,,", "found “9”, who is not in the file"),
        ("1,A,a@b.vn,1,,,", "found “1”, the person's own number"),
        ("1,A,a@b.vn,,,fr,", "found “fr”: expected one of en, vi"),
        ("1,A,,,,,", "no address: add one, or write “slip”"),
    ],
)
def test_a_problem_says_what_was_found_and_how_to_mend_it(
    session: Session, row: str, says: str
) -> None:
    assert says in words(check(session, row))


def test_a_missing_column_is_named_and_nothing_else(session: Session) -> None:
    preview = check_people(session, table("1", heading="id"))
    assert places(preview) == [(None, "name")]
    assert "add it to the first row" in words(preview)


@pytest.mark.parametrize(
    "address",
    ["<a@firm.vn>", "a@b@firm.vn", "a b@firm.vn", "trần@firm.vn", "a@firm..vn", "a@b"],
)
def test_an_address_no_letter_can_go_to_is_refused(
    session: Session, address: str
) -> None:
    assert places(check(session, f"1,A,{address},,,,")) == [(2, "email")]


def test_doubles_are_found_whatever_their_case(session: Session) -> None:
    preview = check(session, "1,A,Lan@Firm.vn,,,,", "2,B,lan@firm.VN,,,,")
    assert places(preview) == [(2, "email"), (3, "email")]
    assert "“lan@firm.vn” stands in 2 rows" in words(preview)


def test_a_number_given_twice_is_found(session: Session) -> None:
    preview = check(session, "1,A,a@firm.vn,,,,", "1,B,b@firm.vn,,,,")
    assert places(preview) == [(2, "id"), (3, "id")]


def test_each_circle_of_managers_is_named_once_and_nobody_outside_it(
    session: Session,
) -> None:
    preview = check(
        session,
        "0,Below,o@firm.vn,a,,,",
        "a,A,a@firm.vn,b,,,",
        "b,B,b@firm.vn,c,,,",
        "c,C,c@firm.vn,a,,,",
        "x,X,x@firm.vn,y,,,",
        "y,Y,y@firm.vn,x,,,",
    )
    assert places(preview) == [(3, "manager_id"), (6, "manager_id")]
    assert "a → b → c → a" in words(preview)


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u200b", '"\n"'])
def test_signs_that_no_name_holds_are_refused(session: Session, sign: str) -> None:
    name = f'"A{sign.strip(chr(34))}B"'
    assert (3 if "\n" in sign else 2, "name") in places(
        check(session, f"1,{name},a@firm.vn,,,,")
    )


@pytest.mark.parametrize(("column", "most"), [("id", 64), ("name", 200), ("unit", 200)])
def test_a_cell_longer_than_its_column_is_refused_before_the_database_does(
    session: Session, column: str, most: int
) -> None:
    cells = dict.fromkeys(HEADING.split(","), "") | {
        "id": "1",
        "name": "A",
        "channel": "slip",
    }
    fits = ",".join((cells | {column: "x" * most}).values())
    too_long = ",".join((cells | {column: "x" * (most + 1)}).values())
    assert places(check(session, too_long)) == [(2, column)]
    import_people(session, table(fits), now=NOON)


def test_the_same_file_again_changes_nobody(session: Session) -> None:
    import_people(session, table(*GOOD), now=NOON)
    again = check(session, *GOOD)
    assert again.people == ()
    assert again.n_unchanged == 3
    assert import_people(session, table(*GOOD), now=NOON).people == ()
    assert person(session, "2").manager_id == person(session, "1").id


def test_the_preview_names_each_changed_field(session: Session) -> None:
    import_people(session, table(*GOOD), now=NOON)
    (change,) = check(
        session, GOOD[0], "2,Minh Vũ,minh@firm.vn,1,Office,en,email", GOOD[2]
    ).changed
    assert (change.field, change.old, change.new) == ("unit", "Plant", "Office")


def test_who_is_no_longer_in_the_file_becomes_inactive_and_may_return(
    session: Session,
) -> None:
    import_people(session, table(*GOOD), now=NOON)
    assert import_people(session, table(*GOOD[:2]), now=NOON).gone == ("Hoa Lê",)
    session.expire_all()
    assert not person(session, "3").is_active
    assert check(session, *GOOD[:2]).people == ()
    import_people(session, table(*GOOD), now=NOON)
    assert person(session, "3").is_active


def test_two_people_may_swap_their_addresses_in_one_import(session: Session) -> None:
    import_people(session, table("1,A,a@f.vn,,,,", "2,B,b@f.vn,,,,"), now=NOON)
    import_people(session, table("1,A,b@f.vn,,,,", "2,B,a@f.vn,,,,"), now=NOON)
    assert person(session, "1").email == "b@f.vn"
    assert person(session, "2").email == "a@f.vn"


def account_of(session: Session, number: str, email: str) -> Account:
    account = create_account(session, email, number, frozenset({Role.LEADER}), now=NOON)
    account.person_id = person(session, number).id
    session.flush()
    return account


def test_accounts_follow_their_people_when_addresses_are_swapped(
    session: Session,
) -> None:
    import_people(session, table("1,A,a@f.vn,,,,", "2,B,b@f.vn,,,,"), now=NOON)
    first, second = (
        account_of(session, n, e) for n, e in (("1", "a@f.vn"), ("2", "b@f.vn"))
    )
    import_people(session, table("1,A,b@f.vn,,,,", "2,B,a@f.vn,,,,"), now=NOON)
    assert (first.email, second.email) == ("b@f.vn", "a@f.vn")
    assert first.is_active


def test_who_inherits_an_address_does_not_inherit_the_account(
    session: Session,
) -> None:
    import_people(session, table("1,A,boss@f.vn,,,,"), now=NOON)
    former = account_of(session, "1", "boss@f.vn")
    import_people(session, table("2,B,boss@f.vn,,,,"), now=NOON)
    assert not former.is_active
    assert former.email != "boss@f.vn"
    import_people(session, table("1,A,a@f.vn,,,,", "2,B,boss@f.vn,,,,"), now=NOON)
    assert (former.email, former.is_active) == ("a@f.vn", True)


def test_an_account_stays_while_nobody_else_has_its_address(session: Session) -> None:
    import_people(session, table(*GOOD), now=NOON)
    account = account_of(session, "2", "minh@firm.vn")
    import_people(session, table(GOOD[0], GOOD[2]), now=NOON)
    assert (account.email, account.is_active) == ("minh@firm.vn", True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_reads_the_same_whatever_program_wrote_it(
    session: Session, encoding: str, separator: str
) -> None:
    lines = "\r\n".join((HEADING, *GOOD)).replace(",", separator)
    lines = unicodedata.normalize("NFD", lines)
    preview = check_people(session, read_csv(lines.encode(encoding)))
    assert preview.problems == ()
    assert preview.new == ("Lan Trần", "Minh Vũ", "Hoa Lê")


def test_small_teams_garbled_names_and_extra_columns_are_warned_of(
    session: Session,
) -> None:
    preview = check_people(
        session,
        table("1,Lan,a@f.vn,,9", "2,Nguyá»…n,b@f.vn,1,9", heading=HEADING_WITH_PAY),
    )
    assert preview.problems == ()
    assert [w.column for w in preview.warnings] == ["manager_id", "name"]
    assert "“Lan”: fewer than 5 people in the team" in (
        preview.warnings[0].text % preview.warnings[0].fields
    )
    assert preview.not_imported == ("pay",)


HEADING_WITH_PAY = "id,name,email,manager_id,pay"


def test_ten_thousand_people_are_checked_and_stored_with_no_question_each(
    session: Session,
) -> None:
    rows = [
        f"{n},Person {n},p{n}@firm.vn,{max(n - 1, 0) or ''},Unit {n % 40},vi,"
        for n in range(1, 10_001)
    ]
    statements = []
    connection = session.connection()
    event.listen(
        connection, "before_cursor_execute", lambda *a: statements.append(a[2])
    )
    preview = import_people(session, table(*rows), now=NOON)
    assert len(preview.new) == 10_000
    assert len(statements) < 40


def test_the_import_is_written_down_in_counts_only(session: Session) -> None:
    import_people(session, table(*GOOD), now=NOON)
    event_ = session.scalars(select(AuditEvent)).one()
    assert event_.details == {"new": 3, "changed": 0, "gone": 0}


def notes(preview: ImportPreview) -> str:
    return " | ".join(g.text % g.fields for g in preview.warning_groups)


@pytest.mark.parametrize(
    "heading",
    [
        "Mã NV,Họ và tên,Email,Mã quản lý,Đơn vị,Ngôn ngữ,Kênh gửi",
        "ma_nhan_vien,ho ten,Thư điện tử,ma quan ly,Phòng ban,ngon ngu,kenh",
        "Employee ID,Full Name,E-mail,Reports To,Department,Language,Channel",
        "PERSONNEL NO.,name,e mail,manager,unit,lang,channel",
    ],
)
def test_columns_are_understood_as_people_call_them(
    session: Session, heading: str
) -> None:
    rows = ("1,Lan,lan@firm.vn,,Xưởng,Tiếng Việt,", "2,Minh,,1,Xưởng,English,Phiếu")
    preview = import_people(session, table(*rows, heading=heading), now=NOON)
    assert preview.not_imported == ()
    minh = person(session, "2")
    assert (minh.manager.name, minh.unit.name) == ("Lan", "Xưởng")
    assert (minh.language, minh.channel) == ("en", Channel.SLIP)
    assert person(session, "1").language == "vi"


def test_a_problem_names_the_column_as_the_file_does(session: Session) -> None:
    preview = check_people(session, table("1,A,x@", heading="Mã NV,Họ tên,Thư điện tử"))
    assert places(preview) == [(2, "thư điện tử")]


def test_two_columns_that_mean_the_same_are_named(session: Session) -> None:
    preview = check_people(session, table("1,2,A", heading="id,Employee ID,name"))
    assert "the columns id, employee id mean the same" in words(preview)


def test_faults_of_one_kind_are_told_once_with_their_lines(session: Session) -> None:
    rows = [f"{n},P{n},p{n}@,1,,," for n in range(2, 5_002)]
    preview = check(session, "1,A,a@b.vn,,,,", *rows)
    assert len(preview.problems) == 5_000
    (group,) = preview.problem_groups
    assert group.lines == tuple(range(3, 5_003))
    assert "found “p2@”, “p3@”, “p4@”, “…”: expected an address" in (
        group.text % group.fields
    )


def test_lost_zeros_are_told_where_a_manager_is_missing(session: Session) -> None:
    preview = check(session, "001,A,a@b.vn,,,,", "002,B,b@b.vn,1,,,")
    assert "found “1”, but the file has “001”: leading zeros were lost" in (
        words(preview)
    )


def test_lost_zeros_are_warned_of_where_somebody_is_known(session: Session) -> None:
    import_people(session, table("001,A,a@b.vn,,,,"), now=NOON)
    preview = check(session, "1,A,a@b.vn,,,,")
    assert "“1” is new, but “001” is known" in notes(preview)


@pytest.mark.parametrize("number", ["1.23E+11", "1,234567E+17", "2e9"])
def test_a_number_that_a_spreadsheet_shortened_is_refused(
    session: Session, number: str
) -> None:
    preview = check(session, f'"{number}",A,a@b.vn,,,,')
    assert places(preview) == [(2, "id")]
    assert "the spreadsheet shortened" in words(preview)


@pytest.mark.parametrize("number", ["E12", "12E", "3E-2A", "1E2E3"])
def test_a_number_with_letters_is_no_shortened_one(
    session: Session, number: str
) -> None:
    assert check(session, f"{number},A,a@b.vn,,,,").problems == ()


@pytest.mark.parametrize("unit", ["2026-04-03", "03/04", "3.4.26", "3-Apr", "Apr-26"])
def test_what_a_spreadsheet_took_for_a_date_is_warned_of(
    session: Session, unit: str
) -> None:
    preview = check(session, f"1,A,a@b.vn,,{unit},,")
    assert preview.problems == ()
    assert f"“{unit}” looks like a date" in notes(preview)


def test_a_formula_that_failed_is_refused(session: Session) -> None:
    assert places(check(session, "1,#N/A,a@b.vn,,,,")) == [(2, "name")]


@pytest.mark.parametrize(
    ("name", "called"), [("NguyÔn V¨n", "TCVN3"), ("Nguyeãn Vaên", "VNI")]
)
def test_old_fonts_are_named(session: Session, name: str, called: str) -> None:
    assert f"“{name}” looks like {called}" in notes(check(session, f"1,{name},a@b.vn"))


def test_a_guessed_encoding_is_told(session: Session) -> None:
    content = f"{HEADING}\n1,José,a@b.vn,,,,".encode("cp1252")
    assert "was read as Windows-1252" in notes(check_people(session, read_csv(content)))


def test_several_people_at_the_top_are_warned_of(session: Session) -> None:
    preview = check(session, "1,A,a@b.vn,,,,", "2,B,b@b.vn,1,,,", "3,C,c@b.vn,,,,")
    assert "“A”, “C”: no manager, and not the only one without" in notes(preview)


def test_a_file_that_lacks_many_people_is_warned_of(session: Session) -> None:
    rows = [f"{n},P{n},p{n}@b.vn,{1 if n > 1 else ''},,," for n in range(1, 21)]
    import_people(session, table(*rows), now=NOON)
    assert "5 of 20 people are not in the file" in notes(check(session, *rows[:15]))
    assert "are not in the file" not in notes(check(session, *rows[:16]))


def test_only_what_was_looked_at_is_stored(session: Session) -> None:
    looked = check(session, *GOOD)
    import_people(session, table(GOOD[0]), now=NOON)
    with pytest.raises(ImportChangedError):
        import_people(session, table(*GOOD), now=NOON, mark=looked.mark)
    assert person(session, "1").name == "Lan Trần"
    again = check(session, *GOOD)
    assert again.mark != looked.mark
    import_people(session, table(*GOOD), now=NOON, mark=again.mark)
    assert person(session, "3").name == "Hoa Lê"


def test_another_old_value_is_another_change(session: Session) -> None:
    import_people(session, table(*GOOD), now=NOON)
    new = "2,Minh Vũ,minh@firm.vn,1,Office,en,email"
    looked = check(session, GOOD[0], new, GOOD[2])
    import_people(
        session, table(GOOD[0], new.replace("Office", "Lab"), GOOD[2]), now=NOON
    )
    assert check(session, GOOD[0], new, GOOD[2]).mark != looked.mark


def test_rows_to_mend_come_back_with_their_reason(session: Session) -> None:
    found = table("1,A,a@,9", "2,B,b@b.vn,3", "3,=C,,9", heading="id,name,email,pay")
    preview = check_people(session, found)
    content = rejected_rows(
        found, preview.problems, "to mend", lambda p: f"{p.column}: {p.text % p.fields}"
    )
    again = read_csv(content)
    assert again.columns == ("id", "name", "email", "pay", "to mend")
    assert [row.cells["id"] for row in again.rows] == ["1", "3"]
    assert again.rows[1].cells["name"] == "=C"
    assert "email: found “a@”" in again.rows[0].cells["to mend"]
    assert check_people(session, again).not_imported == ("pay", "to mend")
