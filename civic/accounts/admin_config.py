from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """The Django admin with our own site, which answers administrators only."""

    default_site = "civic.accounts.admin_site.PortalAdminSite"
