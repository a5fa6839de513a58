"""Answers for the machine that watches: is the process up, and could it serve."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from civic.celery import app as celery_app

BROKER_SECONDS = 2


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches no database."""
    return _plain(["ok"], 200)


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served and jobs rung for; else 503 with one reason a line."""
    checks: tuple[Callable[[], str], ...] = (_database, _broker)
    reasons = [reason for reason in (check() for check in checks) if reason]
    return _plain(reasons or ["ready"], 503 if reasons else 200)


def _plain(lines: list[str], status: int) -> HttpResponse:
    text = "\n".join([*lines, ""])
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseFault:
        return "The database does not answer."
    if plan:
        return f"{len(plan)} database migrations are not applied. Run: manage.py migrate"
    return ""


def _broker() -> str:
    try:
        with celery_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
    except (OperationalError, OSError):
        return "The message broker does not answer."
    return ""
