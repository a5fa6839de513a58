"""A staff spreadsheet as it arrives: every row meets its fate, and no row is loaded twice."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command

from civic.accounts.models import Unit
from civic.core.exports import Column, csv_bytes
from civic.core.models import AuditEvent, ImportRun, Term
from partners.models import Organisation
from promises.imports.engagements import engagements_import
from promises.models import Engagement, Strategy
from promises.services.engagement_load import Entry, engagements_load
from promises.services.engagements import EngagementData, engagement_log
from tests.factories import UserFactory
from tests.promises.imports_support import ACTIVITIES, ENGAGEMENTS, STRATEGY, real, refused

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 5, 1)
FATES = {
    2: ("saved", "estimate of 40"),
    3: ("saved", "likely duplicate of row 2"),
    4: ("skipped", "blank"),
    5: ("saved", "estimate, 30 to 40; marked for a look: the note speaks of an end date"),
    6: ("rejected", "unknown activity reference HH-99"),
    7: ("rejected", "repeat of row 1"),
    8: ("saved", "count of 18; title begins with =: kept as text, neutralised in exports"),
    9: ("saved", "kept out of the statutory return: recruitment"),
    10: (
        "rejected",
        "no such date; volunteer hours below zero; attendees is not a number; "
        "neither free nor a price",
    ),
    11: ("rejected", "date later than today"),
    12: ("rejected", "total row"),
}


@pytest.fixture
def write(tmp_path):
    def write(text=ENGAGEMENTS, name="log.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8-sig")
        return path

    return write


@pytest.fixture(autouse=True)
def plan(db, tmp_path):
    for name, text in (("strategy.yaml", STRATEGY), ("plan.csv", ACTIVITIES)):
        (tmp_path / name).write_text(text)
        call_command(
            f"import_{'strategy' if name.endswith('yaml') else 'activities'}", tmp_path / name
        )
    ImportRun.objects.all().delete()


def load(path, **options):
    return engagements_import(actor=None, path=path, today=TODAY, **options)


def fates(report, rows):
    told = {fate.number: fate for fate in report.fates}
    return {
        number: (
            "saved"
            if number not in told or told[number].outcome == "new"
            else told[number].outcome,
            told[number].why if number in told else "",
        )
        for number in range(1, rows + 1)
    }


def test_every_row_meets_its_fate(write, tmp_path):
    report = load(write(), rejects=tmp_path / "rejects.csv")
    assert fates(report, 12) == {1: ("saved", "")} | FATES
    run = ImportRun.objects.get()
    assert (run.new, run.changed, run.unchanged, run.rejected, run.skipped) == (6, 0, 0, 5, 1)
    assert Engagement.objects.count() == Engagement.history.count() == 6


def test_cells_become_facts(write, tmp_path):
    load(write(), rejects=tmp_path / "rejects.csv")
    talk = Engagement.objects.get(title="Rope talk")
    assert (talk.starts_on, talk.ends_on) == (dt.date(2025, 9, 12), dt.date(2025, 9, 12))
    assert (talk.attendees, talk.count_method, talk.charge) == (1200, "counted", "free")
    assert (talk.unit.name, talk.logged_by, talk.logged_by_words) == ("School of Rope", None, "")
    first, second = Engagement.objects.filter(title__iexact="drop-in").order_by("pk")
    assert (first.count_method, first.volunteer_hours) == ("estimated", Decimal(36))
    assert {row.name for row in first.partners.all()} == {"Quay Trust", "New Dock"}
    assert first.logged_by_words == "Rope desk"
    assert (first.likely_duplicate_of, second.likely_duplicate_of) == (None, first)
    planting = Engagement.objects.get(title="Planting")
    assert (planting.attendees_from, planting.attendees_to, planting.attendees) == (30, 40, 35)
    assert (planting.charge, planting.price) == ("chargeable", Decimal(5))
    assert (planting.ends_on, planting.look_again) == (
        planting.starts_on,
        "The note speaks of an end date.",
    )
    assert planting.volunteer_hours == Decimal("10.5")
    link = Engagement.objects.get(title__startswith="=")
    assert (link.title, link.attendees, link.charge) == (
        '=HYPERLINK("http://example.org")',
        18,
        "",
    )
    day = Engagement.objects.get(title="Open day")
    assert (day.purpose, day.engagement_type.label) == ("recruitment", "Open day")
    assert day.return_exclusion.startswith("Student recruitment")


def test_what_had_to_be_made_is_listed(write, tmp_path):
    report = load(write(), rejects=tmp_path / "rejects.csv")
    assert report.made == {
        "Engagement types made": ["Talk", "Advice", "Event", "Open day"],
        "Organisations made, unconfirmed": ["New Dock"],
    }
    assert Organisation.objects.get(name="New Dock").standing == "unconfirmed"


def test_rejected_rows_stop_everything_without_rejects(write, capsys):
    said = refused(capsys, "import_engagements", write())
    assert "5 rows were rejected. Nothing was changed." in said
    assert "6 (line 7)" in said
    assert (Engagement.objects.count(), ImportRun.objects.count()) == (0, 0)
    assert not Term.objects.filter(vocabulary__slug="engagement-types").exists()


def test_same_file_again_changes_nothing(write, tmp_path):
    load(write(), rejects=tmp_path / "rejects.csv")
    before = (AuditEvent.objects.count(), ImportRun.objects.count(), Engagement.history.count())
    report = load(write(), rejects=tmp_path / "rejects.csv")
    assert (report.counts["new"], report.counts["unchanged"]) == (0, 6)
    after = (AuditEvent.objects.count(), ImportRun.objects.count(), Engagement.history.count())
    assert before == after


def test_corrected_rejects_load_cleanly(write, tmp_path):
    out = tmp_path / "rejects.csv"
    load(write(), rejects=out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        header, fair, _repeat, walk, later, _total = csv.reader(file)
    assert header[-1] == "Reason"
    fair[1] = "HH-02"
    walk[0], walk[5], walk[6], walk[7] = "30/11/2025", "60", "3", "free"
    later[0] = "01/04/2026"
    with out.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, fair, walk, later])
    report = load(out)
    assert (report.saved, report.counts["new"], report.rejections) == (True, 3, [])
    assert Engagement.objects.count() == 9
    again = load(out)
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 3)


def test_duplicate_of_one_logged_by_hand_is_marked(write):
    strategy = Strategy.objects.get()
    activity = strategy.activities.get(reference="HH-01")
    data = EngagementData(strategy, "ROPE TALK", dt.date(2025, 9, 12), activities=[activity])
    first = engagement_log(actor=None, data=data)
    report = load(write("\n".join(ENGAGEMENTS.splitlines()[:2]) + "\n"))
    assert Engagement.objects.get(title="Rope talk").likely_duplicate_of == first
    assert report.fates[0].why == f"likely duplicate of engagement {first.pk} in the log"


def test_logged_by_names_a_person_or_a_unit(write):
    person = UserFactory(name="Ada Example", username="ada", unit=Unit.objects.get())
    UserFactory.create_batch(2, name="Two Namesakes")
    rows = [
        f"0{n}/10/2025,HH-02,Walk {n},,,,,,,{who},"
        for n, who in enumerate(["ada example", "ADA", "Two Namesakes"], start=1)
    ]
    load(write("\n".join([ENGAGEMENTS.splitlines()[0], *rows, ""])))
    assert list(
        Engagement.objects.order_by("pk").values_list("logged_by", "unit", "logged_by_words")
    ) == [
        (person.pk, person.unit_id, ""),
        (person.pk, person.unit_id, ""),
        (None, None, "Two Namesakes"),
    ]


def test_an_export_with_its_own_headings_loads(write, tmp_path):
    columns = [
        Column("First day", lambda row: row[0]),
        Column("Activity reference", lambda row: row[1]),
        Column("Title", lambda row: row[2]),
        Column("Volunteer hours", lambda row: row[3]),
        Column("Charge", lambda row: row[4]),
        Column("Price", lambda row: row[5]),
        Column("Purpose", lambda row: row[6]),
        Column("Format", lambda row: row[7]),
    ]
    row = (
        dt.date(2025, 10, 1),
        ["HH-01", "HH-02"],
        "+1 for trees",
        Decimal("2.5"),
        "Chargeable",
        Decimal("4.50"),
        "Working with partners",
        "Online",
    )
    path = tmp_path / "export.csv"
    path.write_bytes(csv_bytes(columns, [row]))
    load(path)
    saved = Engagement.objects.get()
    assert (saved.title, saved.activities.count()) == ("+1 for trees", 2)
    assert (saved.charge, saved.price, saved.purpose, saved.format) == (
        "chargeable",
        Decimal("4.5"),
        "partnership",
        "online",
    )


def test_dry_run_says_and_changes_nothing(write, tmp_path, capsys):
    out = tmp_path / "rejects.csv"
    call_command("import_engagements", write(), dry_run=True, rejects=out)
    said = capsys.readouterr().out
    assert "12 rows: 6 new" in said
    assert "This was a dry run. Nothing was changed." in said
    assert not out.exists()
    assert not Engagement.objects.exists()


def test_rejects_may_not_overwrite_the_file_itself(write, capsys):
    path = write()
    assert "names the file that is being read" in refused(
        capsys, "import_engagements", path, rejects=path
    )
    assert path.read_text(encoding="utf-8-sig") == ENGAGEMENTS


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_costs_the_same_queries_however_long(django_assert_max_num_queries, rows):
    strategy = Strategy.objects.get()
    activity = strategy.activities.first()
    entries = [
        Entry(EngagementData(strategy, f"Walk {n}", TODAY, activities=[activity]), f"{n}" * 64)
        for n in range(rows)
    ]
    with django_assert_max_num_queries(9):
        engagements_load(actor=None, strategy=strategy, entries=entries, today=TODAY)
    assert Engagement.history.count() == rows


def test_real_spreadsheet_row_by_row(tmp_path):
    call_command("import_strategy", real("strategy-ljmu-2022.yaml"), adopt=True)
    call_command("import_activities", real("activities-ljmu.csv"))
    out = tmp_path / "rejects.csv"
    with real("engagements-messy.expected.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {int(row["row"]): (row["outcome"], row["why"]) for row in csv.DictReader(file)}
    today = dt.date(2026, 11, 22)
    path = real("engagements-messy.csv")
    report = engagements_import(actor=None, path=path, rejects=out, today=today)
    assert fates(report, 40) == expected
    again = engagements_import(actor=None, path=path, rejects=out, today=today)
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 30)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in rows if "total row" not in row["Reason"]]
    for row in kept:
        reason = row["Reason"]
        if "reference" in reason:
            row["Activity ref"] = "PL-03"
        if "Attendees" in reason:
            row["Attendees"] = "15"
        if "Date" in reason:
            row["Date"] = "28/02/2026"
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(kept)
    corrected = engagements_import(actor=None, path=out, today=today)
    assert (corrected.saved, corrected.rejections) == (True, [])
    assert (corrected.counts["new"], corrected.counts["unchanged"]) == (7, 1)
