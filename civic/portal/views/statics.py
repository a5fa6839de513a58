"""Pages of the house: accessibility, privacy, cookies, and the note to robots."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Nothing behind a sign-in is for a search engine; downloads are, but not one by one.
_CLOSED_TO_ROBOTS = ("/staff/", "/office/", "/sign-in/", "/outbox/", "/admin/")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works, what does not, and how to say so."""
    return render(request, "portal/public/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data is kept, why, and for how long."""
    return render(request, "portal/public/privacy.html")


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """The three cookies, none of which a reader of public pages is given."""
    return render(request, "portal/public/cookies.html")


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Public pages may be indexed; the rooms behind a sign-in may not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED_TO_ROBOTS)]
    lines += ["Allow: " + reverse("portal:home"), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
