"""What the two commands share: finding a quarter and a person by what was typed."""

from django.core.management.base import CommandError, CommandParser

from civic.accounts.models import User
from civic.core.periods import Period
from promises.models import Strategy
from promises.queries import current_strategy


def add_quarter_arguments(parser: CommandParser) -> None:
    parser.add_argument("quarter", metavar="2025-26-Q1")
    parser.add_argument("--strategy", metavar="SLUG", help="The current strategy unless named.")


def period_of(key: str) -> Period:
    """Raises CommandError when it is not a quarter."""
    try:
        return Period.parse(key)
    except ValueError as error:
        raise CommandError(str(error)) from error


def strategy_named(slug: str | None) -> Strategy:
    """The strategy named, else the current one. Raises CommandError when there is none."""
    if slug is None:
        strategy = current_strategy()
        if strategy is None:
            raise CommandError(
                "No strategy is adopted. Load one with import_strategy FILE --adopt."
            )
        return strategy
    found = Strategy.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Strategy.objects.values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no strategy “{slug}”. Known: {known}.")
    return found


def user_named(username: str) -> User:
    """Raises CommandError when nobody active has this user name."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody signs in as “{username}”.")
    return user
