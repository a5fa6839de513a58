"""What every API view shares: denial by default, paging, and problem documents (RFC 9457)."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions, views
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from civic.core.errors import PortalError

logger = logging.getLogger(__name__)


class DenyAll(BasePermission):
    """The answer of a view that has not said who may read it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class Pages(PageNumberPagination):
    """Fifty rows a page unless asked otherwise, two hundred at most."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


def problem_json(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an error into a problem document; None lets Django answer with a server error."""
    if isinstance(exception, PortalError):
        logger.warning("%s: %s", exception.code, exception.message)
        return _problem(exception.status, exception.title, exception.message, exception.code)
    if isinstance(exception, ValidationError):
        return _problem(400, "Some values are not right", " ".join(exception.messages), "invalid")
    if isinstance(exception, Http404 | PermissionDenied):
        exception = exceptions.NotFound()
    response = views.exception_handler(exception, context)
    if response is None:
        return None
    detail = exception.detail if isinstance(exception, exceptions.APIException) else ""
    problem = _problem(
        response.status_code,
        getattr(exception, "default_detail", "Request refused"),
        str(detail) if isinstance(detail, str) else "See errors.",
        getattr(exception, "default_code", "refused"),
    )
    if not isinstance(detail, str):
        problem.data["errors"] = response.data
    for name, value in response.items():
        if name.lower() not in ("content-type", "content-length"):
            problem[name] = value
    return problem


def _problem(status: int, title: Any, detail: str, code: Any) -> Response:
    return Response(
        {
            "type": "about:blank",
            "title": str(title),
            "status": status,
            "detail": detail,
            "code": str(code),
        },
        status=status,
        content_type="application/problem+json",
    )
