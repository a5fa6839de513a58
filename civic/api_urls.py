"""Version 1 of the API, its schema and its documentation."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from civic.core.api_unknown import UnknownAddress
from civic.portal.views.api_docs import api_docs
from promises import api

router = SimpleRouter()
router.register("strategies", api.StrategyViewSet, basename="strategy")
router.register("promises", api.PromiseViewSet, basename="promise")
router.register("commitments", api.CommitmentViewSet, basename="commitment")
router.register("activities", api.ActivityViewSet, basename="activity")

app_name = "v1"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(api_version="v1"), name="schema"),
    path("docs/", api_docs, name="docs"),
    path("", include(router.urls)),
    re_path("", UnknownAddress.as_view(), name="unknown"),
]
