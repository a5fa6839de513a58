from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from civic.core.errors import PortalError
from civic.core.imports.command import UNTOUCHED
from promises.imports.strategy import read_strategy
from promises.services.strategies import StrategyData, StrategyLoaded, strategy_load


class Command(BaseCommand):
    help = "Load a strategy with its promises and commitments from a YAML file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.yaml")
        parser.add_argument("--adopt", action="store_true", help="Make it the current strategy.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = read_strategy(options["file"])
            with transaction.atomic():
                loaded = strategy_load(actor=None, data=data, adopt=options["adopt"])
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except PortalError as error:
            raise CommandError(f"{error.message} {UNTOUCHED}") from error
        except ValidationError as error:
            said = "; ".join(
                f"{field.replace('_', ' ')}: {' '.join(messages)}"
                for field, messages in error.message_dict.items()
            )
            raise CommandError(f"{said} {UNTOUCHED}") from error
        self._tell(loaded, data)
        if options["dry_run"]:
            self.stdout.write(f"This was a dry run. {UNTOUCHED}")

    def _tell(self, loaded: StrategyLoaded, data: StrategyData) -> None:
        words = loaded.strategy.label_words
        commitments = sum(len(promise.commitments) for promise in data.promises)
        self.stdout.write(
            f"{data.title}: {_count(len(data.promises), words, 'promise')}, "
            f"{_count(commitments, words, 'commitment')}."
        )
        if loaded.created:
            self.stdout.write("The strategy is new.")
        for difference in loaded.differences:
            self.stdout.write(f"{difference.where}:")
            for sign, text in (("-", difference.before), ("+", difference.after)):
                for line in text.splitlines():
                    self.stdout.write(f"  {sign} {line}")
        if loaded.differences and loaded.strategy.adopted_at and not loaded.adopted:
            self.stdout.write(
                "The strategy was adopted: other wording is kept as a new version, and the "
                "earlier wording stays readable."
            )
        if loaded.adopted:
            self.stdout.write("It is adopted and current.")
        elif loaded.created:
            self.stdout.write("It is not adopted. Run again with --adopt to make it current.")
        if loaded.unchanged:
            self.stdout.write(f"Everything in the file was here already. {UNTOUCHED}")


def _count(number: int, words: dict[str, str], key: str) -> str:
    return f"{number} {words[key if number == 1 else f'{key}s'].lower()}"
