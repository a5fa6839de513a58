from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "civic.reporting"
    label = "reporting"
    verbose_name = "Reports"
