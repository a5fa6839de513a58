from django.apps import AppConfig


class KefConfig(AppConfig):
    name = "kef"
    verbose_name = "Knowledge exchange"
