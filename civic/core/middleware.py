"""One place where named errors become pages."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from civic.core.errors import PortalError

logger = logging.getLogger(__name__)


class NamedErrorMiddleware:
    """Shows a PortalError that a view did not handle itself, and logs it once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PortalError):
            return None
        logger.warning("%s at %s: %s", exception.code, request.path, exception.message)
        return render(request, "errors/named.html", {"error": exception}, status=exception.status)
