from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "civic.portal"
    label = "portal"
    verbose_name = "Portal pages"
