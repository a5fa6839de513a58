"""manage.py publish_quarter 2025-26-Q1 --as USER --signed-off-by USER"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from civic.core.errors import PortalError
from civic.reporting.management.quarters import (
    add_quarter_arguments,
    period_of,
    strategy_named,
    user_named,
)
from civic.reporting.services import quarter_publish_and_report
from promises.models import Quarter


class Command(BaseCommand):
    help = "Publish a quarter, signed off by a second person, and ask for its report."

    def add_arguments(self, parser: CommandParser) -> None:
        add_quarter_arguments(parser)
        parser.add_argument("--as", dest="publisher", required=True, metavar="USER")
        parser.add_argument("--signed-off-by", dest="signer", required=True, metavar="USER")

    def handle(self, *args: Any, **options: Any) -> None:
        period = period_of(options["quarter"])
        strategy = strategy_named(options["strategy"])
        quarter = Quarter.objects.filter(
            strategy=strategy, year=period.year, number=period.number
        ).first()
        if quarter is None:
            raise CommandError(f"{strategy.slug} has no round for {period.key}.")
        try:
            report = quarter_publish_and_report(
                actor=user_named(options["publisher"]),
                signed_off_by=user_named(options["signer"]),
                quarter=quarter,
            )
        except PortalError as error:
            raise CommandError(error.message) from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        snapshot = report.snapshot
        self.stdout.write(f"{snapshot.key} is published, revision {snapshot.revision}.")
        self.stdout.write(f"SHA-256 {snapshot.sha256}")
        self.stdout.write(
            "A worker makes the report. To make it here: "
            f"manage.py build_report {snapshot.key} --out FILE.pdf"
        )
