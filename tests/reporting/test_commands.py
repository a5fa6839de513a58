from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from civic.reporting.models import Report
from tests.reporting.reading import read_pdf, words_of
from tests.story import make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return make_story(activities=1)


def build(quarter: str, out: Path, **options) -> None:
    call_command("build_report", quarter, out=out, **options)


def publish(quarter: str = "2025-26-Q1", publisher: str = "olive", signer: str = "oscar") -> None:
    call_command("publish_quarter", quarter, publisher=publisher, signer=signer)


def test_report_is_built_at_once_into_the_file(story, tmp_path, capsys):
    story.publish()
    out = tmp_path / "report.pdf"

    build("2025-26-Q1", out)

    assert "We keep our word in matter 1" in words_of(read_pdf(out.read_bytes()))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["report.pdf"]
    assert "2025-26-Q1, revision 1" in capsys.readouterr().out
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("quarter", "options", "words"),
    [
        ("2025-Q1", {}, "is not a quarter. Write it like 2025-26-Q1"),
        ("2024-25-Q4", {}, "2024-25-Q4 of place-2025 is not published"),
        ("2025-26-Q1", {"revision": 2}, "revision 2, of place-2025 is not published"),
        ("2025-26-Q1", {"strategy": "other"}, "no strategy “other”. Known: place-2025"),
    ],
)
def test_report_of_nothing_published_is_one_clear_line(story, tmp_path, quarter, options, words):
    story.publish()

    with pytest.raises(CommandError, match=words):
        build(quarter, tmp_path / "a.pdf", **options)


def test_unwritable_file_is_one_clear_line(story, tmp_path):
    story.publish()

    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        build("2025-26-Q1", tmp_path / "nowhere" / "a.pdf")
    with pytest.raises(CommandError, match="is a folder"):
        build("2025-26-Q1", tmp_path)


def test_failing_report_leaves_no_file_and_keeps_the_old_one(story, tmp_path, monkeypatch):
    story.publish()
    out = tmp_path / "report.pdf"
    out.write_bytes(b"old")

    def broken(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("civic.reporting.management.commands.build_report.quarterly_pdf", broken)
    with pytest.raises(CommandError, match="No space left"):
        build("2025-26-Q1", out)

    assert out.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["report.pdf"]


def test_quarter_is_published_and_its_report_asked_for(story, capsys):
    publish()

    assert Report.objects.get().snapshot.key == "2025-26-Q1"
    assert "2025-26-Q1 is published, revision 1." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("quarter", "publisher", "signer", "words"),
    [
        ("2030-31-Q1", "olive", "oscar", "no round for 2030-31-Q1"),
        ("2025-26-Q1", "nobody", "oscar", "Nobody signs in as “nobody”"),
        ("2025-26-Q1", "olive", "olive", "second person"),
        ("2025-26-Q1", "sam", "oscar", "Only the office"),
    ],
)
def test_quarter_not_published_is_one_clear_line(story, quarter, publisher, signer, words):
    with pytest.raises(CommandError, match=words):
        publish(quarter, publisher, signer)

    assert not Report.objects.exists()
