"""Units, people and how they sign in."""

from collections.abc import Iterable

from civic.accounts.models import Role, Unit, User
from civic.accounts.services import role_assign, unit_create, user_create
from civic.portal.demo.reading import rows_of

PASSWORD = "demo-Mersey-2026"  # noqa: S105 (printed at every start: this is no secret)
ROLES = {"staff": Role.STAFF, "office": Role.OFFICE, "administrator": Role.ADMINISTRATOR}


def people_load() -> tuple[dict[str, Unit], dict[str, User]]:
    """Make every unit and person. Returns units by key and people by user name."""
    data = rows_of("people.yaml")
    units = {key: unit_create(actor=None, name=name) for key, name in data["units"].items()}
    people: dict[str, User] = {}
    for row in data["users"]:
        user = user_create(
            actor=None,
            username=row["username"],
            name=row["name"],
            email=f"{row['username']}@example.org",
            password=PASSWORD,
            unit=units[row["unit"]],
            job_title=row["job_title"],
        )
        for role in row["roles"]:
            if role.startswith("lead "):
                unit = units[role.removeprefix("lead ")]
                role_assign(actor=None, user=user, role=Role.UNIT_LEAD, unit=unit)
            else:
                role_assign(actor=None, user=user, role=ROLES[role])
        people[user.username] = user
    return units, people


def sign_in_lines() -> list[str]:
    """A compact table of who signs in with what, and what they can do."""
    rows = [("Role", "User name", "Password", "What they do")]
    for user in rows_of("people.yaml")["users"]:
        if "does" in user:
            rows.append((_role_words(user["roles"]), user["username"], PASSWORD, user["does"]))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    rows.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2], "-" * len(rows[0][3])))
    return [_line(row, widths) for row in rows]


def _role_words(roles: Iterable[str]) -> str:
    """The role that says most: 'Unit lead' for somebody who is also staff."""
    last = list(roles)[-1]
    return Role.UNIT_LEAD.label if last.startswith("lead ") else ROLES[last].label


def _line(row: tuple[str, str, str, str], widths: list[int]) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "  ".join([*cells, row[3]])
