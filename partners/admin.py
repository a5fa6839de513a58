from django.contrib import admin

from civic.accounts.admin_site import ReadOnlyAdmin
from partners.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "standing", "is_strategy_partner")
    list_filter = ("kind", "standing", "is_strategy_partner")
    search_fields = ("name",)
