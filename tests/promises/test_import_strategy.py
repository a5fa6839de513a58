"""A strategy file: loaded word for word, loaded again, re-worded, and refused when faulty."""

import pytest
import yaml
from django.core.management import call_command

from civic.core.errors import FileRefused
from civic.core.models import AuditEvent, ImportRun, Vocabulary
from promises.imports.strategy import read_strategy
from promises.models import Commitment, Promise, Snapshot, Strategy
from tests.promises.imports_support import STRATEGY, real, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    def write(text=STRATEGY, name="strategy.yaml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def refusal(path):
    with pytest.raises(FileRefused) as caught:
        read_strategy(path)
    return caught.value.message


def test_first_strategy_is_loaded_and_adopted(write, capsys):
    call_command("import_strategy", write())
    strategy = Strategy.objects.get()
    assert strategy.is_current
    assert (strategy.introduced, strategy.next_review_iso) == (2024, "2026-09")
    assert [p.title for p in strategy.promises.all()] == ["We open our doors", "We plant"]
    assert list(strategy.commitments.values_list("code", "text", "items")) == [
        ("1.1", "We keep one room free for neighbours on every weekday.", []),
        ("1.10", "We lend:", ["tools", "books"]),
        ("2.1", "We plant a tree a day.", []),
    ]
    assert [term.label for term in strategy.themes.terms.all()] == [
        "Skills for life",
        "Green places",
    ]
    assert Vocabulary.objects.filter(slug="harbour-2024-enablers").exists()
    assert Snapshot.objects.get().quarter is None
    assert "2 promises, 3 commitments" in capsys.readouterr().out


def test_loading_again_changes_nothing(write, capsys):
    call_command("import_strategy", write())
    counts = (AuditEvent.objects.count(), Snapshot.objects.count(), ImportRun.objects.count())
    call_command("import_strategy", write())
    assert counts == (
        AuditEvent.objects.count(),
        Snapshot.objects.count(),
        ImportRun.objects.count(),
    )
    assert "Everything in the file was here already. Nothing was changed." in (
        capsys.readouterr().out
    )


def test_other_wording_of_an_adopted_strategy_is_a_new_version(write, capsys):
    call_command("import_strategy", write())
    reworded = write(STRATEGY.replace("a tree a day", "two trees a day"))
    capsys.readouterr()
    call_command("import_strategy", reworded, dry_run=True)
    assert "- We plant a tree a day." in capsys.readouterr().out
    assert Commitment.objects.get(code="2.1").text == "We plant a tree a day."
    call_command("import_strategy", reworded)
    commitment = Commitment.objects.get(code="2.1")
    assert commitment.text == "We plant two trees a day."
    assert list(commitment.wordings.values_list("number", "text")) == [
        (1, "We plant a tree a day."),
        (2, "We plant two trees a day."),
    ]
    assert "+ We plant two trees a day." in capsys.readouterr().out
    latest = Snapshot.objects.order_by("-revision").first()
    assert latest.commitments.get(code="2.1").text == "We plant two trees a day."


def test_adopted_strategy_keeps_what_it_promised(write, capsys):
    call_command("import_strategy", write())
    shorter = write(STRATEGY[: STRATEGY.index("  - number: 2")])
    said = refused(capsys, "import_strategy", shorter)
    assert "leaves out promise 2, commitment 2.1" in said
    assert said.endswith("Nothing was changed.")
    assert Promise.objects.count() == 2


def test_second_strategy_waits_for_adopt_and_is_simply_updated(write, capsys):
    call_command("import_strategy", write())
    second = STRATEGY.replace("harbour-2024", "harbour-2030")
    call_command("import_strategy", write(second))
    assert "Run again with --adopt" in capsys.readouterr().out
    call_command("import_strategy", write(second[: second.index("  - number: 2")]))
    later = Strategy.objects.get(slug="harbour-2030")
    assert (later.is_current, later.commitments.count()) == (False, 2)
    call_command("import_strategy", write(second), adopt=True)
    later.refresh_from_db()
    assert (later.is_current, later.commitments.count()) == (True, 3)
    assert Commitment.objects.get(strategy=later, code="2.1").wordings.count() == 1


def test_adopt_makes_an_earlier_strategy_current_again(write, capsys):
    call_command("import_strategy", write())
    first = Strategy.objects.get()
    later = STRATEGY.replace("harbour-2024", "harbour-2030")
    call_command("import_strategy", write(later), adopt=True)
    call_command("import_strategy", write())
    assert Strategy.objects.get(is_current=True).slug == "harbour-2030"
    capsys.readouterr()
    call_command("import_strategy", write(), adopt=True)
    assert "It is adopted and current." in capsys.readouterr().out
    again = Strategy.objects.get(is_current=True)
    assert (again.slug, again.adopted_at) == ("harbour-2024", first.adopted_at)
    assert first.snapshots.count() == 1


def test_themes_that_differ_in_signs_alone_both_load(write, capsys):
    text = STRATEGY.replace("- Green places", '- "Green, places!"\n  - Green places')
    call_command("import_strategy", write(text))
    assert Strategy.objects.get().themes.terms.filter(label__startswith="Green").count() == 2
    capsys.readouterr()
    call_command("import_strategy", write(text))
    assert "Nothing was changed." in capsys.readouterr().out


def test_labels_rename_both_levels(write, capsys):
    labels = "  labels: {promise: priority, commitment: Action}\n  promises:\n"
    call_command("import_strategy", write(STRATEGY.replace("  promises:\n", labels)))
    assert Strategy.objects.get().label_words == {
        "promise": "Priority",
        "promises": "Priorities",
        "commitment": "Action",
        "commitments": "Actions",
    }
    assert "2 priorities, 3 actions" in capsys.readouterr().out


def test_codes_are_read_as_written(write):
    data = read_strategy(write(STRATEGY.replace("'1.10'", "1.10").replace("'1.1'", "1.1")))
    assert [row.code for row in data.promises[0].commitments] == ["1.1", "1.10"]


@pytest.mark.parametrize("promises", [1, 12])
def test_any_number_of_promises(write, promises):
    body = "".join(
        f"  - {{number: {n}, title: Promise {n}, commitments: [{{code: c{n}, text: T}}]}}\n"
        for n in range(1, promises + 1)
    )
    call_command("import_strategy", write(STRATEGY[: STRATEGY.index("  - number: 1")] + body))
    assert Promise.objects.count() == Commitment.objects.count() == promises


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nstrategy: *c\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is empty"),
        ("# nothing\n", "nothing but comments"),
        ("- a\n", "line 1: The file must hold keys"),
        ("strategy: [a\n", "this is not YAML"),
        (STRATEGY.encode().replace(b"Dean of Place", b"Dean \xe9"), "line 5 has a character"),
        (BOMB, "line 1: anchors and aliases"),
        (STRATEGY.replace("Dean of Place", "!!python/name:os.system x"), "line 5: tags"),
        (STRATEGY + "---\nstrategy: {}\n", "a second document begins here"),
        ("x: " + "[" * 40 + "]" * 40, "nested too deeply"),
        (STRATEGY + "  slug: again\n", "the key “slug” stands here again (first in line 2)"),
        (STRATEGY.replace("'2.1'", "'1.1'"), "has the code “1.1”, which stands in promise 1"),
        (STRATEGY.replace("number: 2", "number: 1"), "has the number 1, which another promise"),
        (STRATEGY.replace("number: 2", "number: two"), "Write a whole number from 1 to 9999"),
        (STRATEGY.replace("    title: We plant\n", ""), "promise 2 lacks “title”"),
        (STRATEGY.replace("  themes:", "  topics:"), "has the key “topics”"),
        (STRATEGY.replace("- Green places", "- {a: b}"), "must be text"),
        (STRATEGY.replace("'2.1'", "'2 1'"), "has the code “2 1”"),
        (STRATEGY.replace("2026-09", "soon"), "has “soon” as “next_review”"),
        (STRATEGY.replace("harbour-2024", "Harbour 2024"), "has the slug “Harbour 2024”"),
        (STRATEGY[: STRATEGY.index("  - number: 1")], "has no promises"),
        ("a: \x07\n", "a character that YAML does not allow"),
        (b"x" * 2_200_000, "the limit is 2 MB"),
        (STRATEGY.replace("Dean of Place", r'"a\0b"'), "line 5: “strategy”, “responsible” holds a"),
        (STRATEGY.replace("Dean of Place", r'"a\ud800b"'), "line 5: “strategy”, “responsible” hol"),
        ("strategy: [" + "1," * 60_000 + "]", "the limit is 50,000"),
        (STRATEGY.encode().replace(b"Dean of Place", b"Dean \xe9"), "In your text editor choose"),
        (STRATEGY.encode("utf-16"), "UTF-16. In your text editor choose"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "Send a text file of the kind .yaml or"),
    ],
)
def test_faulty_files_are_refused(write, text, said):
    assert said in refusal(write(text))


def test_refusal_leaves_the_database_alone(write, capsys):
    said = refused(capsys, "import_strategy", write(BOMB))
    assert said.endswith("Nothing was changed.")
    assert not Strategy.objects.exists()


def test_real_strategy_word_for_word():
    path = real("strategy-ljmu-2022.yaml")
    call_command("import_strategy", path)
    body = yaml.safe_load(path.read_text())["strategy"]
    assert [
        (p.number, p.title, [(c.code, c.text, c.items) for c in p.commitments.all()])
        for p in Promise.objects.all()
    ] == [
        (
            promise["number"],
            promise["title"],
            [(c["code"], c["text"], c.get("list", [])) for c in promise["commitments"]],
        )
        for promise in body["promises"]
    ]
    assert (Promise.objects.count(), Commitment.objects.count()) == (5, 26)
