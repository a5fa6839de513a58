"""The command that makes the first administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from civic.accounts.models import Unit, User
from civic.accounts.queries import is_administrator, leads_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("NEW_PASSWORD", "a-long-enough-password")


def add(*arguments, username="ada"):
    out = StringIO()
    call_command(
        "add_user",
        username,
        "--name=Ada Sample",
        "--email=ada@example.org",
        *arguments,
        stdout=out,
    )
    return out.getvalue()


def test_first_administrator_can_sign_in(client):
    assert "ada can sign in as Administrator." in add("--role=administrator")
    user = User.objects.get()
    assert is_administrator(user)
    assert client.login(username="ada", password="a-long-enough-password")


def test_unit_lead_leads_the_unit_named():
    unit = Unit.objects.create(slug="law", name="School of Law")
    add("--role=unit_lead", "--unit=school of law")
    assert leads_unit(User.objects.get(), unit.pk)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--role=unit_lead"], "unit"),
        (["--role=unit_lead", "--unit=Nowhere"], "There is no unit “Nowhere”"),
    ],
)
def test_a_missing_unit_is_said_and_nobody_is_added(arguments, words):
    with pytest.raises(CommandError, match=words):
        add(*arguments)
    assert not User.objects.exists()


def test_without_a_terminal_it_says_where_the_password_goes(monkeypatch):
    monkeypatch.delenv("NEW_PASSWORD")
    with pytest.raises(CommandError, match="Put it in NEW_PASSWORD"):
        add("--role=administrator")
    assert not User.objects.exists()


def test_a_weak_password_is_refused(monkeypatch):
    monkeypatch.setenv("NEW_PASSWORD", "12345")
    with pytest.raises(CommandError, match="password"):
        add("--role=office")
    assert not User.objects.exists()


def test_a_user_name_is_taken_once():
    add("--role=office")
    with pytest.raises(CommandError, match="already exists"):
        add("--role=staff")
    assert User.objects.count() == 1
