"""What every page's frame needs. Lazy: a page that shows none of it asks the database nothing."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from civic.accounts.models import Role
from civic.accounts.queries import is_office, is_staff_member, roles_of
from promises.models import Strategy
from promises.models.strategy import DEFAULT_LABELS
from promises.queries import current_strategy

# Name of the page, its label (or the name of one), and where else it is the way in.
PUBLIC_PAGES = (
    ("portal:progress", "Progress", ("/activities/",)),
    ("portal:promises", "promises", ("/commitments/",)),
    ("portal:partners", "Partners", ()),
    ("portal:reports", "Reports", ()),
    ("portal:data", "Data", ()),
)


def strategy_of(request: HttpRequest) -> Strategy | None:
    """The strategy this request is about: the one a view chose, else the current one. Asked once."""
    if not hasattr(request, "strategy"):
        request.strategy = current_strategy()  # type: ignore[attr-defined]
    return request.strategy  # type: ignore[attr-defined]


def label_words(strategy: Strategy | None) -> dict[str, str]:
    """What the strategy calls its two levels, capitalised and in lower case."""
    words = strategy.label_words if strategy else DEFAULT_LABELS
    return words | {f"{name}_lower": text.lower() for name, text in words.items()}


class Site:
    """The institution and the links of the two mastheads."""

    institution = property(lambda self: settings.INSTITUTION_NAME)
    place = property(lambda self: settings.INSTITUTION_PLACE)
    answers_role = property(lambda self: settings.INSTITUTION_ANSWERS)
    email = property(lambda self: settings.INSTITUTION_EMAIL)
    url = property(lambda self: settings.SITE_URL)

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def pages(self) -> list[dict[str, Any]]:
        labels = label_words(strategy_of(self.request))
        return [self._link(name, labels.get(text, text), *too) for name, text, too in PUBLIC_PAGES]

    @cached_property
    def tagline(self) -> str:
        """The line below the institution's name, in the strategy's own words."""
        line: str = settings.INSTITUTION_TAGLINE
        if "{" in line:
            words = label_words(strategy_of(self.request))
            for name in ("promises", "commitments"):
                line = line.replace(f"{{{name}}}", words[f"{name}_lower"])
        return line

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        if self.request.user.is_authenticated:
            return [*self.pages, self._link("portal:my_tasks", "My tasks")]
        return [*self.pages, self._link("accounts:sign_in", "Sign in")]

    @cached_property
    def staff_nav(self) -> list[dict[str, Any]]:
        user = self.request.user
        links = []
        if is_staff_member(user):
            links += [
                self._link("portal:my_tasks", "My tasks"),
                self._link("promises:engagements", "Engagements"),
                self._link("promises:updates", "Updates"),
                self._link("promises:activities", "Plan"),
            ]
        if any(role == Role.UNIT_LEAD for role, _unit in roles_of(user)):
            links.append(self._link("promises:reviews", "Reviews"))
        if is_office(user):
            links.append(self._link("portal:office", "Office"))
        if admin.site.has_permission(self.request):
            links.append(self._link("admin:index", "People"))
        links.append(self._link("portal:home", "Public site"))
        return links

    @cached_property
    def sign_out_url(self) -> str:
        return reverse("accounts:sign_out") if self.request.user.is_authenticated else ""

    def _link(self, name: str, label: str, *also: str) -> dict[str, Any]:
        url = reverse(name)
        path = self.request.path
        # The start pages have every other page of their room below them.
        is_start = name in ("portal:home", "portal:my_tasks")
        current = path == url if is_start else path.startswith((url, *also))
        return {"label": label, "url": url, "current": current}


def site(request: HttpRequest) -> dict[str, Any]:
    """Template context: `site`, `labels`, `is_demo`."""
    return {
        "site": Site(request),
        "labels": SimpleLazyObject(lambda: label_words(strategy_of(request))),
        "is_demo": SimpleLazyObject(lambda: _is_demo(request)),
    }


def _is_demo(request: HttpRequest) -> bool:
    strategy = strategy_of(request)
    return bool(strategy and strategy.is_demo)
