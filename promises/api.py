"""The read-only API over published rows. Anyone may read it."""

from typing import Any

from django.core import validators
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import exceptions, mixins, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from civic.core.periods import Period
from promises.filters import PublishedActivityFilter
from promises.models import PublishedActivity, PublishedCommitment, Snapshot, Strategy
from promises.queries import (
    PromiseRow,
    current_strategy,
    latest_snapshot,
    promise_rows,
    snapshot_for,
    strategies_visible_to,
)
from promises.serializers import (
    ActivitySerializer,
    CommitmentSerializer,
    PromiseSerializer,
    StrategySerializer,
)

SNAPSHOT_PARAMETERS = [
    OpenApiParameter(
        "strategy", str, description="Slug of a strategy. Without it, the current one."
    ),
    OpenApiParameter(
        "quarter",
        str,
        description="A published quarter. Without it, the newest.",
        examples=[OpenApiExample("A quarter", value="2025-26-Q1")],
    ),
]


class StrategyViewSet(viewsets.ReadOnlyModelViewSet[Strategy]):
    """Adopted strategies, the current one marked."""

    permission_classes = [AllowAny]
    serializer_class = StrategySerializer
    lookup_field = "slug"
    queryset = Strategy.objects.none()

    def get_queryset(self) -> QuerySet[Strategy]:
        return strategies_visible_to(None).order_by("-is_current", "-adopted_at")


class SnapshotViewSet(viewsets.GenericViewSet[Any]):
    """Reads one snapshot: the current strategy's newest, or the one the address names.

    Every answer says which in the headers `Civic-Quarter` and `Civic-Snapshot` (its SHA-256).
    """

    permission_classes = [AllowAny]
    _snapshot: Snapshot | None = None

    def get_snapshot(self) -> Snapshot:
        """Raises Http404 when there is no such strategy or publication, 400 on a malformed key."""
        if self._snapshot is None:
            self._snapshot = self._find_snapshot()
        return self._snapshot

    def _find_snapshot(self) -> Snapshot:
        slug, key = (self.request.query_params.get(name) for name in ("strategy", "quarter"))
        strategy: Strategy | None
        if slug and not validators.slug_re.match(slug):
            raise Http404
        if slug:
            strategy = strategies_visible_to(None).filter(slug=slug).first()
        else:
            strategy = current_strategy()
        if strategy is None:
            raise Http404
        if not key:
            snapshot = latest_snapshot(strategy)
        else:
            try:
                snapshot = snapshot_for(strategy, Period.parse(key))
            except ValueError as error:
                raise exceptions.ValidationError({"quarter": [str(error)]}) from error
        if snapshot is None:
            raise Http404
        return snapshot

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self._snapshot is not None:
            answer["Civic-Quarter"] = self._snapshot.key
            answer["Civic-Snapshot"] = self._snapshot.sha256
        return answer


@extend_schema(parameters=SNAPSHOT_PARAMETERS)
class PromiseViewSet(SnapshotViewSet):
    """Promises as published, with counts of their activities."""

    serializer_class = PromiseSerializer
    lookup_field = "number"
    lookup_value_regex = r"[0-9]{1,4}"
    filter_backends: list[Any] = []

    def get_rows(self) -> list[PromiseRow]:
        return promise_rows(self.get_snapshot())

    @extend_schema(responses=PromiseSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_rows())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=PromiseSerializer)
    def retrieve(self, request: Request, number: str) -> Response:
        for row in self.get_rows():
            if row.number == int(number):
                return Response(self.get_serializer(row).data)
        raise Http404


@extend_schema(parameters=SNAPSHOT_PARAMETERS)
class CommitmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, SnapshotViewSet):
    """Commitments as published, with their wording and activities."""

    serializer_class = CommitmentSerializer
    queryset = PublishedCommitment.objects.none()
    lookup_field = "code"
    lookup_value_regex = r"[^/]+"
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[PublishedCommitment]:
        if getattr(self, "swagger_fake_view", False):
            return PublishedCommitment.objects.none()
        return (
            PublishedCommitment.objects.filter(snapshot=self.get_snapshot())
            .select_related("promise")
            .prefetch_related("activities")
            .order_by("promise__number", "position")
        )


@extend_schema(parameters=SNAPSHOT_PARAMETERS)
class ActivityViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, SnapshotViewSet):
    """Activities as published: delivery, schedule and evidence, three facts kept apart."""

    serializer_class = ActivitySerializer
    queryset = PublishedActivity.objects.none()
    filterset_class = PublishedActivityFilter
    lookup_field = "reference"
    lookup_value_regex = r"[^/]+"

    def get_queryset(self) -> QuerySet[PublishedActivity]:
        if getattr(self, "swagger_fake_view", False):
            return PublishedActivity.objects.none()
        return (
            PublishedActivity.objects.filter(snapshot=self.get_snapshot())
            .prefetch_related("commitments", "milestones")
            .order_by("reference")
        )
