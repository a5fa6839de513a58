from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from civic.accounts import services
from civic.accounts.admin_site import AdministratorAdmin, ReadOnlyAdmin
from civic.accounts.models import RoleAssignment, Unit, User
from civic.core.audit import audit_record
from civic.core.models import AuditEvent

# Rights follow from roles; groups would be a second way to give them.
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(AdministratorAdmin, UserAdmin):
    """People who sign in. Somebody who leaves is made inactive, not deleted."""

    list_display = ("username", "name", "email", "unit", "is_active")
    list_filter = ("is_active", "unit", "role_assignments__role")
    search_fields = ("username", "name", "email")
    list_select_related = ("unit",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        ("Person", {"fields": ("name", "email", "job_title", "unit")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "name",
                    "email",
                    "job_title",
                    "unit",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        services.user_save(actor=request.user, user=obj)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        with transaction.atomic():
            known = User.objects.filter(pk=id).first()
            response = super().user_change_password(request, id, form_url)
            user = User.objects.filter(pk=id).first()
            if known and user and known.password != user.password:
                audit_record(actor=request.user, verb="user_password_set", instance=user)
        return response


@admin.register(Unit)
class UnitAdmin(AdministratorAdmin):
    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        services.unit_save(actor=request.user, unit=obj)


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(AdministratorAdmin):
    """A role is given or taken away, never altered into another."""

    list_display = ("user", "role", "unit")
    list_filter = ("role", "unit")
    search_fields = ("user__name", "user__username")
    list_select_related = ("user", "unit")
    autocomplete_fields = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: RoleAssignment, form: Any, change: bool
    ) -> None:
        given = services.role_assign(
            actor=request.user, user=obj.user, role=obj.role, unit=obj.unit
        )
        obj.pk = given.pk

    def delete_model(self, request: HttpRequest, obj: RoleAssignment) -> None:
        services.role_remove(actor=request.user, assignment=obj)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who did what, newest first.

    What was written stays with those who may read the record: of plan, log and updates it names
    the fields alone; of people and roles it tells the values too.
    """

    list_display = ("at", "actor", "verb", "entity", "entity_id", "said")
    list_filter = ("verb",)
    search_fields = ("entity_id", "actor__name")
    list_select_related = ("actor",)
    date_hierarchy = "at"
    fields = ("at", "actor", "verb", "entity", "entity_id", "changed", "said")
    readonly_fields = fields

    @admin.display(description="note")
    def said(self, event: AuditEvent) -> str:
        return event.note if _is_of_accounts(event) else ""

    @admin.display(description="changes")
    def changed(self, event: AuditEvent) -> str:
        if not _is_of_accounts(event):
            return ", ".join(event.changes)
        return "; ".join(f"{name}: {value}" for name, value in event.changes.items())


def _is_of_accounts(event: AuditEvent) -> bool:
    return event.entity.startswith("accounts.")
