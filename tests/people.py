"""People, what they see, and a browser of theirs: what every world of the tests shares."""

import re
from typing import Any

from django.test import Client

from civic.accounts.models import Role, RoleAssignment, Unit, User

PASSWORD = "a-long-enough-password"


def person(username: str, *roles: str, unit: Unit | None = None) -> User:
    """`sam` is Sam Sample, signs in with `PASSWORD`, and leads `unit` where that is a role."""
    user = User.objects.create_user(
        username=username,
        email=f"{username}@example.org",
        password=PASSWORD,
        name=f"{username.title()} Sample",
    )
    for role in roles:
        RoleAssignment.objects.create(
            user=user, role=role, unit=unit if role == Role.UNIT_LEAD else None
        )
    return user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(response: Any) -> str:
    """The text of a page, without its markup."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&nbsp;", " ").split())
