from typing import Any

from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractUser
from django.db import models


class Unit(models.Model):
    """A faculty, school, institute or department of the institution."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Somebody who signs in. What they may do follows from their role assignments."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=160)
    job_title = models.CharField(max_length=160, blank=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )

    REQUIRED_FIELDS = ["email", "name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Roles alone decide. Django's superuser, who passes every question unasked, would sign
        off their own publication and approve their own update."""
        if not self.is_active:
            return False
        backends: list[Any] = get_backends()
        return any(backend.has_perm(self, perm, obj) for backend in backends)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    STAFF = "staff", "Staff"
    UNIT_LEAD = "unit_lead", "Unit lead"
    OFFICE = "office", "PVC office"
    ADMINISTRATOR = "administrator", "Administrator"


class RoleAssignment(models.Model):
    """One role of one person, for one unit where the role is a unit's."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="role_assignments"
    )

    class Meta:
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit"], name="unit_role_once"),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(unit__isnull=True),
                name="role_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.UNIT_LEAD, unit__isnull=False)
                | (~models.Q(role=Role.UNIT_LEAD) & models.Q(unit__isnull=True)),
                name="unit_for_unit_lead_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
