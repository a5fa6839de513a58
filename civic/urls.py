"""The site's map. Each room has a file of its own; this one says where they stand."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("civic.portal.urls")),
    path("", include("civic.accounts.urls")),
    path("", include("promises.urls")),
    path("reports/", include("civic.reporting.urls")),
    path("api/v1/", include("civic.api_urls")),
    path("admin/", admin.site.urls),
]
