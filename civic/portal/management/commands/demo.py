import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from civic.core.errors import PortalError
from civic.core.jobs import job_run
from civic.portal.demo.people import sign_in_lines
from civic.portal.demo.story import demo_load
from promises.models import Strategy

UNTOUCHED = "Nothing was changed."


class Command(BaseCommand):
    help = "Load the demonstration: invented activities, partners and figures, and who signs in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--today",
            type=dt.date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="Tell the story as it stood on this day, not later than today.",
        )
        parser.add_argument(
            "--with-reports",
            action="store_true",
            help="Make the PDF reports here and now, without a worker.",
        )
        parser.add_argument(
            "--force-demo",
            action="store_true",
            help="Load it although DEBUG is off. Its passwords are known to everybody.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or timezone.localdate()
        self._refuse(today, force=options["force_demo"])
        try:
            loaded = demo_load(today=today)
        except PortalError as error:
            raise CommandError(f"{error.message} {UNTOUCHED}") from error
        except ValidationError as error:
            raise CommandError(f"{'; '.join(error.messages)} {UNTOUCHED}") from error
        if options["with_reports"]:
            for report in loaded.reports:
                job_run(job_id=str(report.job_id))
        if loaded.created:
            self.stdout.write(
                "The demonstration is loaded. Every page says what of it is invented."
            )
        else:
            self.stdout.write(f"The demonstration was here already. {UNTOUCHED}")
        self.stdout.write("")
        for line in sign_in_lines():
            self.stdout.write(line)

    def _refuse(self, today: dt.date, *, force: bool) -> None:
        if not settings.DEBUG and not force:
            raise CommandError(
                "DEBUG is off, so this looks like a real portal, and the demonstration's "
                f"passwords are known to everybody. Add --force-demo to load it. {UNTOUCHED}"
            )
        real = Strategy.objects.filter(is_demo=False).first()
        if real is not None:
            raise CommandError(
                f"This portal holds “{real.title}”, which is no demonstration. Load the "
                f"demonstration into an empty database. {UNTOUCHED}"
            )
        if today > timezone.localdate():
            raise CommandError(f"--today lies in the future. Give a day up to today. {UNTOUCHED}")
