"""What the staff pages of the plan start from."""

from django.http import HttpRequest

from civic.core.errors import WrongState
from promises.models import Strategy
from promises.queries import current_strategy


def strategy_or_refuse(request: HttpRequest) -> Strategy:
    """The current strategy, kept on the request so that the page's frame need not ask again.

    Raises WrongState, shown as a page, while none is adopted.
    """
    strategy = current_strategy()
    if strategy is None:
        raise WrongState(
            "No strategy has been adopted yet, so there is nothing to log against. "
            "The office adopts one first."
        )
    request.strategy = strategy  # type: ignore[attr-defined]
    return strategy
