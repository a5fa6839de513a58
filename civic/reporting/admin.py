"""Reports, to look something up. The portal makes them; nobody changes them here."""

from django.contrib import admin

from civic.accounts.admin_site import ReadOnlyAdmin
from civic.reporting.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("snapshot", "kind", "pages", "requested_at", "requested_by")
    list_select_related = ("snapshot", "requested_by")
