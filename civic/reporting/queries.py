"""Reads of reports. Lists start from `reports_visible_to(user)`."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from civic.reporting.models import Report
from promises.models import Snapshot, Strategy
from promises.queries import snapshots_latest


def reports_visible_to(user: Any) -> QuerySet[Report]:
    """Everybody reads finished reports; staff see those that are being made as well."""
    reports = Report.objects.select_related(
        "job", "attachment", "snapshot__strategy", "snapshot__quarter"
    ).defer("snapshot__payload")
    if user.has_perm("reporting.follow_report"):
        return reports
    return reports.filter(attachment__isnull=False)


def finished_reports(strategy: Strategy) -> QuerySet[Report]:
    """What anybody may download: newest quarter first, the latest revision of each before others."""
    return (
        reports_visible_to(AnonymousUser())
        .filter(snapshot__strategy=strategy)
        .order_by("-snapshot__year", "-snapshot__number", "-snapshot__revision", "kind")
    )


def snapshots_without_report() -> QuerySet[Snapshot]:
    """Published quarters, at their last revision, for which nobody has asked for a report."""
    asked = Report.objects.filter(snapshot=OuterRef("pk"), kind=Report.Kind.QUARTERLY)
    return (
        snapshots_latest()
        .filter(~Exists(asked), number__gt=0)
        .defer("payload")
        .order_by("strategy", "sequence")
    )
