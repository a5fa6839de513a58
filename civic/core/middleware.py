"""One place where named errors become pages."""

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import page_not_found

from civic.core.errors import PortalError

logger = logging.getLogger(__name__)


class NamedErrorMiddleware:
    """Shows a PortalError that a view did not handle itself, and logs it once.

    A missing page is our own page with DEBUG on too: the demonstration runs so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and request.resolver_match is None:
            return page_not_found(request, Http404())
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            return page_not_found(request, exception)
        if not isinstance(exception, PortalError):
            return None
        logger.warning("%s at %s: %s", exception.code, request.path, exception.message)
        return render(request, "errors/named.html", {"error": exception}, status=exception.status)
