"""What the API says of published rows: the same facts as the public pages, nothing more."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from promises.models import (
    PublishedActivity,
    PublishedCommitment,
    PublishedMilestone,
    Strategy,
)
from promises.queries import PromiseRow, latest_snapshot
from promises.rollup import delivery_counts
from promises.words import DELIVERY_ORDER

PARTIAL_DATE = "As precise as it was given: 2026, 2026-05 or 2026-05-31; empty when nobody said."


class LabelsSerializer(serializers.Serializer[dict[str, str]]):
    promise = serializers.CharField()
    promises = serializers.CharField()
    commitment = serializers.CharField()
    commitments = serializers.CharField()


class CountsSerializer(serializers.Serializer[dict[str, int]]):
    """Activities by delivery, each counted once."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {word: serializers.IntegerField() for word in DELIVERY_ORDER}


class StrategySerializer(serializers.ModelSerializer[Strategy]):
    labels = LabelsSerializer(source="label_words")
    next_review = serializers.CharField(source="next_review_iso", help_text=PARTIAL_DATE)
    is_demonstration = serializers.BooleanField(source="is_demo")
    latest_quarter = serializers.SerializerMethodField()

    class Meta:
        model = Strategy
        fields = [
            "slug",
            "title",
            "institution",
            "responsible",
            "introduced",
            "review",
            "next_review",
            "labels",
            "is_current",
            "is_demonstration",
            "adopted_at",
            "latest_quarter",
        ]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_latest_quarter(self, strategy: Strategy) -> str | None:
        """The newest published quarter, as in 2025-26-Q1; null before the first."""
        snapshot = latest_snapshot(strategy)
        return snapshot.key if snapshot and snapshot.number else None


class PromiseSerializer(serializers.Serializer[PromiseRow]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    percent = serializers.DecimalField(
        max_digits=5,
        decimal_places=1,
        allow_null=True,
        help_text="Mean of percent complete by activity weight; null when none ever reported.",
    )
    activities = serializers.IntegerField(source="total", help_text="Each counted once.")
    counts = CountsSerializer()
    commitments = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_commitments(self, row: PromiseRow) -> list[str]:
        return [entry.commitment.code for entry in row.commitments]


class CommitmentSerializer(serializers.ModelSerializer[PublishedCommitment]):
    promise = serializers.IntegerField(source="promise.number")
    items = serializers.ListField(child=serializers.CharField())
    activities = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()

    class Meta:
        model = PublishedCommitment
        fields = [
            "code",
            "promise",
            "text",
            "items",
            "wording_number",
            "percent",
            "activities",
            "counts",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_activities(self, commitment: PublishedCommitment) -> list[str]:
        return sorted(activity.reference for activity in commitment.activities.all())

    @extend_schema_field(CountsSerializer)
    def get_counts(self, commitment: PublishedCommitment) -> dict[str, int]:
        return delivery_counts(activity.delivery for activity in commitment.activities.all())


class MilestoneSerializer(serializers.ModelSerializer[PublishedMilestone]):
    class Meta:
        model = PublishedMilestone
        fields = ["title", "due_on", "done_on", "schedule", "schedule_days"]


class EvidenceSerializer(serializers.Serializer[dict[str, Any]]):
    title = serializers.CharField()
    grade = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class ActivitySerializer(serializers.ModelSerializer[PublishedActivity]):
    commitments = serializers.SerializerMethodField()
    start = serializers.CharField(source="start_iso", help_text=PARTIAL_DATE)
    target = serializers.CharField(source="target_iso", help_text=PARTIAL_DATE)
    themes = serializers.ListField(child=serializers.CharField())
    enablers = serializers.ListField(child=serializers.CharField())
    places = serializers.ListField(child=serializers.CharField())
    partners = serializers.ListField(child=serializers.CharField())
    milestones = MilestoneSerializer(many=True)
    evidence_items = EvidenceSerializer(many=True)

    class Meta:
        model = PublishedActivity
        fields = [
            "reference",
            "commitments",
            "title",
            "description",
            "owner_role",
            "unit",
            "horizon",
            "weight",
            "start",
            "target",
            "themes",
            "enablers",
            "places",
            "partners",
            "delivery",
            "delivery_basis",
            "previous_delivery",
            "percent",
            "percent_quarter",
            "narrative",
            "reason",
            "next_steps",
            "schedule",
            "schedule_days",
            "evidence",
            "evidence_items",
            "milestones",
            "engagement_count",
            "attendee_total",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_commitments(self, activity: PublishedActivity) -> list[str]:
        return sorted(commitment.code for commitment in activity.commitments.all())
