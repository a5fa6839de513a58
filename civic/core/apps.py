from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "civic.core"
    label = "core"
    verbose_name = "Shared machinery"

    def ready(self) -> None:
        from civic.core import checks  # noqa: F401 (registers them)

        # Whoever runs a job, worker or command, must know what every room does for its kinds.
        autodiscover_modules("tasks")
