"""The Django admin: administrators keep accounts there and only read everything else."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from civic.accounts.models import Role, RoleAssignment, Unit, User
from civic.core.models import AuditEvent
from tests.people import person
from tests.story import Story, make_story

pytestmark = pytest.mark.django_db

EDITABLE = {User, Unit, RoleAssignment}


@pytest.fixture
def story() -> Story:
    return make_story()


@pytest.fixture
def keeper(client: Client, story: Story) -> Client:
    client.force_login(story.administrator)
    return client


@pytest.mark.parametrize("who", ["owner", "lead", "publisher"])
def test_admin_does_not_exist_for_other_staff(client: Client, story: Story, who: str):
    user = getattr(story, who)
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    client.force_login(user)

    for address in ("/admin/", "/admin/login/", "/admin/accounts/user/", "/admin/nowhere/"):
        assert client.get(address).status_code == 404


def test_admin_asks_visitors_to_sign_in(client: Client):
    page = "/admin/accounts/user/"

    assert client.get(page, follow=True).redirect_chain[-1] == (f"/sign-in/?next={page}", 302)
    assert client.get("/admin/login/").url == "/sign-in/?next=/admin/"


def test_administrator_reads_every_list_and_changes_only_accounts(keeper: Client):
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        assert keeper.get(reverse(f"admin:{name}_changelist")).status_code == 200
        may_add = keeper.get(reverse(f"admin:{name}_add")).status_code == 200
        assert may_add == (model in EDITABLE), name


def test_domain_record_is_shown_and_cannot_be_changed(keeper: Client, story: Story):
    activity = story.activities[0]
    address = reverse("admin:promises_activity_change", args=[activity.pk])

    assert activity.title in keeper.get(address).content.decode()
    assert keeper.post(address, {"title": "Other"}).status_code == 403
    delete = reverse("admin:promises_activity_delete", args=[activity.pk])
    assert keeper.post(delete, {"post": "yes"}).status_code == 403
    activity.refresh_from_db()
    assert activity.title == "Activity number 1"


def test_administrator_adds_a_person_and_gives_a_role(keeper: Client, story: Story):
    keeper.post(
        "/admin/accounts/user/add/",
        {
            "username": "nell",
            "name": "Nell Sample",
            "email": "nell@example.org",
            "job_title": "Librarian",
            "unit": story.unit.pk,
            "usable_password": "true",
            "password1": "a-long-enough-password",
            "password2": "a-long-enough-password",
        },
    )
    nell = User.objects.get(username="nell")
    keeper.post(
        "/admin/accounts/roleassignment/add/",
        {"user": nell.pk, "role": Role.UNIT_LEAD, "unit": story.unit.pk},
    )

    assert nell.check_password("a-long-enough-password")
    assert [role.role for role in nell.role_assignments.all()] == ["unit_lead"]
    events = AuditEvent.objects.filter(entity="accounts.user", entity_id=str(nell.pk))
    assert {(event.verb, event.actor) for event in events} == {
        ("user_create", story.administrator),
        ("role_assign", story.administrator),
    }
    assert "password" not in str([event.changes for event in events])


def test_administrator_changes_a_person_and_takes_a_role_away(keeper: Client, story: Story):
    sam = story.owner
    keeper.post(
        f"/admin/accounts/user/{sam.pk}/change/",
        {"username": "sam", "name": "Sam Other", "email": sam.email, "is_active": "on"},
    )
    role = sam.role_assignments.get()
    keeper.post(f"/admin/accounts/roleassignment/{role.pk}/delete/", {"post": "yes"})

    sam.refresh_from_db()
    assert sam.name == "Sam Other"
    assert not sam.role_assignments.exists()
    changes = AuditEvent.objects.get(verb="user_edit").changes
    assert changes == {"name": ["Sam Sample", "Sam Other"]}
    assert AuditEvent.objects.filter(verb="role_remove", actor=story.administrator).exists()


def test_unit_lead_without_a_unit_is_refused(keeper: Client, story: Story):
    response = keeper.post(
        "/admin/accounts/roleassignment/add/", {"user": story.owner.pk, "role": Role.UNIT_LEAD}
    )

    assert response.status_code == 200
    assert not RoleAssignment.objects.filter(user=story.owner, role=Role.UNIT_LEAD).exists()


def test_new_password_is_written_down_as_a_fact(keeper: Client, story: Story):
    keeper.post(
        f"/admin/accounts/user/{story.owner.pk}/password/",
        {
            "usable_password": "true",
            "password1": "another-long-password",
            "password2": "another-long-password",
        },
    )

    story.owner.refresh_from_db()
    assert story.owner.check_password("another-long-password")
    event = AuditEvent.objects.get(verb="user_password_set")
    assert (event.actor, event.changes) == (story.administrator, {})


def test_people_are_never_deleted(keeper: Client, story: Story):
    address = f"/admin/accounts/user/{story.owner.pk}/delete/"

    assert keeper.post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=story.owner.pk).exists()


def test_administrator_cannot_publish(story: Story):
    other = person("abe", Role.ADMINISTRATOR)

    assert not other.has_perm("promises.publish", story.quarter)
