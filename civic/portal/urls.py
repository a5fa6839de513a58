"""Pages that mix rooms: the public site, the staff start page, the office."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("civic.portal.public_urls")),
    path("staff/", include("civic.portal.staff_urls")),
    path("office/", include("civic.portal.office_urls")),
]

if settings.LOCAL_OUTBOX:
    urlpatterns.append(path("", include("civic.portal.outbox_urls")))
