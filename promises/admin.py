"""The plan, the log and the rounds, to look something up. They change on their own pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from civic.accounts.admin_site import ReadOnlyAdmin
from promises import models
from promises.queries import engagements_visible_to, updates_visible_to


@admin.register(models.Strategy)
class StrategyAdmin(ReadOnlyAdmin):
    list_display = ("title", "slug", "is_current", "is_demo", "adopted_at")


@admin.register(models.Promise)
class PromiseAdmin(ReadOnlyAdmin):
    list_display = ("number", "title", "strategy")
    list_filter = ("strategy",)
    list_select_related = ("strategy",)


@admin.register(models.Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    list_display = ("code", "text", "strategy")
    list_filter = ("strategy",)
    list_select_related = ("strategy",)
    search_fields = ("code", "text")


@admin.register(models.Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ("reference", "title", "owner", "owner_role", "unit", "target_on")
    list_filter = ("strategy", "unit", "horizon")
    list_select_related = ("owner", "unit")
    search_fields = ("reference", "title")


@admin.register(models.Quarter)
class QuarterAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "strategy", "state", "collecting_until", "reviewing_until")
    list_filter = ("strategy", "state")
    list_select_related = ("strategy",)


@admin.register(models.ProgressUpdate)
class ProgressUpdateAdmin(ReadOnlyAdmin):
    list_display = ("activity", "quarter", "state", "delivery", "percent", "author", "reviewer")
    list_filter = ("state", "delivery", "quarter")
    list_select_related = ("activity", "quarter", "author", "reviewer")
    search_fields = ("activity__reference", "activity__title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.ProgressUpdate]:
        """What the same person sees elsewhere: no draft of somebody else."""
        return updates_visible_to(request.user)


@admin.register(models.Engagement)
class EngagementAdmin(ReadOnlyAdmin):
    list_display = ("title", "starts_on", "state", "attendees", "unit", "logged_by")
    list_filter = ("state", "unit", "engagement_type")
    list_select_related = ("unit", "logged_by")
    search_fields = ("title", "place")
    date_hierarchy = "starts_on"

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Engagement]:
        """What the same person sees elsewhere: no draft of somebody else."""
        return engagements_visible_to(request.user)


@admin.register(models.Indicator)
class IndicatorAdmin(ReadOnlyAdmin):
    list_display = ("reference", "title", "unit", "activity")
    list_filter = ("strategy",)
    list_select_related = ("activity",)
    search_fields = ("reference", "title")


@admin.register(models.Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "strategy", "year", "number", "revision", "sha256")
    list_filter = ("strategy",)
    list_select_related = ("strategy",)
