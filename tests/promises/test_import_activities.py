"""The plan: facts, gaps, measures and readings; loaded again; handed back when faulty."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command

from civic.accounts.models import Unit
from civic.core.models import AuditEvent, ImportRun
from partners.models import Organisation
from promises.models import Activity, Indicator, Reading
from tests.promises.imports_support import ACTIVITIES, STRATEGY, real, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    def write(text=ACTIVITIES, name="plan.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture(autouse=True)
def strategy(db, tmp_path):
    path = tmp_path / "strategy.yaml"
    path.write_text(STRATEGY)
    call_command("import_strategy", path)


def rows_of(run):
    return (run.new, run.changed, run.unchanged, run.rejected, run.skipped)


def test_activity_spans_rows_and_keeps_its_gaps(write, capsys):
    call_command("import_activities", write())
    room = Activity.objects.get(reference="HH-01")
    assert [row.code for row in room.commitments.all()] == ["1.1", "1.10"]
    assert (room.owner, room.owner_role, room.unit.name) == (None, "Porter", "School of Rope")
    assert (room.opening_delivery, room.horizon) == ("on_track", "current")
    assert (room.start_words, room.target_words) == ("2019", "")
    assert {term.label for term in room.terms.all()} == {"XX-1", "Skills for life"}
    assert [row.standing for row in room.partners.all()] == ["unconfirmed"]
    tree = Activity.objects.get(reference="HH-02")
    assert (tree.unit, tree.owner_role, tree.opening_delivery) == (None, "", "")
    assert (tree.target_on, tree.target_words) == (dt.date(2027, 5, 31), "May 2027")
    assert rows_of(ImportRun.objects.get()) == (3, 0, 0, 0, 0)
    said = capsys.readouterr().out
    assert "Organisations made, unconfirmed (1):\n  Quay Trust" in said
    assert "Units made (1):\n  School of Rope" in said


def test_reading_has_a_period_only_when_its_row_gives_both_ends(write):
    call_command("import_activities", write())
    assert list(
        Reading.objects.order_by("id").values_list(
            "indicator__reference", "value", "period_start", "period_end", "period_precision"
        )
    ) == [
        ("HH-01-1", Decimal(120), None, None, ""),
        ("HH-01-2", Decimal(1300), dt.date(2019, 1, 1), dt.date(2021, 12, 31), "year"),
    ]


def test_same_file_again_changes_nothing(write, capsys):
    call_command("import_activities", write())
    before = (AuditEvent.objects.count(), ImportRun.objects.count(), Activity.history.count())
    call_command("import_activities", write())
    after = (AuditEvent.objects.count(), ImportRun.objects.count(), Activity.history.count())
    assert before == after
    assert "Everything in the file was here already." in capsys.readouterr().out


def test_changed_cells_are_saved_and_blank_ones_wipe_nothing(write):
    call_command("import_activities", write())
    changed = ACTIVITIES.replace("Porter", "Keeper").replace(",120,", ",125,")
    call_command("import_activities", write(changed.replace("A room for all", "")))
    room = Activity.objects.get(reference="HH-01")
    assert (room.owner_role, room.description, room.version) == ("Keeper", "A room for all", 2)
    assert Reading.objects.get(indicator__reference="HH-01-1").value == 125
    assert rows_of(ImportRun.objects.first()) == (0, 1, 2, 0, 0)


def test_reading_that_gets_its_dates_is_the_same_reading(write):
    call_command("import_activities", write())
    call_command("import_activities", write(ACTIVITIES.replace("2019,,Quay", "2019,2020,Quay")))
    reading = Reading.objects.get(indicator__reference="HH-01-1")
    assert (reading.value, reading.period_end) == (120, dt.date(2020, 12, 31))


def test_workbook_loads_as_the_csv_does(write, tmp_path):
    import csv

    from openpyxl import Workbook

    book = Workbook()
    for row in csv.reader(ACTIVITIES.splitlines()):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(tmp_path / "plan.xlsx")
    call_command("import_activities", write())
    call_command("import_activities", tmp_path / "plan.xlsx")
    assert ImportRun.objects.count() == 1


FAULTS = {
    ",2.1,": (",9.9,", "unknown commitment 9.9"),
    ",XX-1,Shelf": (",,Shelf", None),
    "longer-term": ("someday", "is not one of the words used here"),
    ",2027-05,": (",2027-15,", "no such date"),
    "Loans,": (",", "a value without a measure"),
    '"1,300"': ("many", "value is not a number"),
    "2019,2021": ("2021,2019", "ends before it starts"),
    "HH-02,Tree day": ("HH-02,", "no title"),
    "HH-02": ("", "no reference"),
    "Skills for life,Porter,,": ("Green places,Porter,,", "not as in row 1"),
}


@pytest.mark.parametrize("good", FAULTS)
def test_faulty_rows_are_rejected_and_nothing_is_changed(write, capsys, good):
    bad, reason = FAULTS[good]
    assert good in ACTIVITIES
    text = ACTIVITIES.replace(good, bad)
    if reason is None:
        call_command("import_activities", write(text))
        return
    assert reason in refused(capsys, "import_activities", write(text))
    assert (Activity.objects.count(), Unit.objects.count(), Organisation.objects.count()) == (
        0,
        0,
        0,
    )


def test_rejects_hand_back_the_whole_activity_and_load_once_corrected(write, tmp_path):
    out = tmp_path / "rejects.csv"
    call_command("import_activities", write(ACTIVITIES.replace('"1,300"', "many")), rejects=out)
    assert rows_of(ImportRun.objects.get()) == (1, 0, 0, 2, 0)
    assert list(Activity.objects.values_list("reference", flat=True)) == ["HH-02"]
    text = out.read_text(encoding="utf-8-sig")
    assert "held back with row 2" in text
    out.write_text(text.replace(",many,", ",1300,"))
    call_command("import_activities", out)
    assert (Activity.objects.count(), Indicator.objects.count(), Reading.objects.count()) == (
        2,
        2,
        2,
    )


def test_dry_run_changes_nothing(write, capsys):
    call_command("import_activities", write(), dry_run=True)
    assert "3 rows: 3 new" in capsys.readouterr().out
    assert not Activity.objects.exists()
    assert not Unit.objects.exists()


def test_unknown_strategy_is_refused(write, capsys):
    said = refused(capsys, "import_activities", write(), strategy="other")
    assert "There is no strategy “other”. Those loaded are: harbour-2024." in said


def test_real_plan_gives_37_activities_and_35_readings(capsys):
    call_command("import_strategy", real("strategy-ljmu-2022.yaml"), adopt=True)
    call_command("import_activities", real("activities-ljmu.csv"))
    assert (Activity.objects.count(), Reading.objects.count()) == (37, 35)
    dated = Reading.objects.filter(period_start__isnull=False, period_end__isnull=False)
    assert Reading.objects.filter(period_start__isnull=True, period_end__isnull=True).count() == (
        35 - dated.count()
    )
    assert sorted(
        Activity.objects.filter(opening_delivery="").values_list("reference", flat=True)
    ) == ["PL-02", "PL-03", "PL-04", "PL-05", "PL-07"]
    capsys.readouterr()
    call_command("import_activities", real("activities-ljmu.csv"))
    assert "0 new, 0 changed, 52 unchanged" in capsys.readouterr().out
