"""Who gets an answer from a page at all. For everyone else the page does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from civic.accounts.models import User
from civic.accounts.queries import is_staff_member

View = Callable[..., HttpResponseBase]


def staff_only(view: View) -> View:
    """404 for somebody signed in without a staff role; visitors were asked to sign in before."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff_member(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return answered


def user_of(request: HttpRequest) -> User:
    """The person signed in, on a page that only they can reach. Raises Http404 for a visitor."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
