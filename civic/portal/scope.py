"""Which strategy and publication a public page is about, and when a browser's copy still holds."""

import datetime as dt
import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import condition, require_safe

from civic.portal.context import label_words, strategy_of
from civic.reporting.queries import finished_reports
from promises.models import Snapshot, Strategy
from promises.queries import latest_snapshot
from promises.queries.public import adopted_strategies, latest_in_chain

# Files whose change makes every stored copy of a page stale: what a designer changes while the
# server runs, and the code, which a process reads once.
_PAGE_SOURCES = ("templates/**/*.html", "static/build/*.css", "static/build/*.js", "static/img/*")
_CODE_SOURCES = ("civic/**/*.py", "partners/**/*.py", "promises/**/*.py", "kef/**/*.py")


# The cache of drawn pages. In the process itself, so that it cannot fail.
KEPT_PAGES = "pages"
LARGEST_KEPT_BYTES = 512 * 1024


@dataclass(frozen=True)
class Scope:
    """The strategy of one request. `slug` is empty where the address means the current one."""

    strategy: Strategy
    slug: str

    def url(self, name: str, *args: Any) -> str:
        """The address of a public page of this strategy, in the form this page was asked for."""
        if self.slug:
            return reverse(f"portal:strategy_{name}", args=[self.slug, *args])
        return reverse(f"portal:{name}", args=args)

    @cached_property
    def labels(self) -> dict[str, str]:
        return label_words(self.strategy)

    @cached_property
    def latest(self) -> Snapshot | None:
        """The snapshot that pages without a quarter in their address show."""
        return latest_snapshot(self.strategy)

    @cached_property
    def newest_in_chain(self) -> Snapshot | None:
        return latest_in_chain(self.strategy)

    @cached_property
    def last_report(self) -> dt.datetime | None:
        """When the last report of this strategy was finished."""
        reports = finished_reports(self.strategy).order_by()
        last: dt.datetime | None = reports.aggregate(at=Max("attachment__created_at"))["at"]
        return last


def scope_of(request: HttpRequest, slug: str = "") -> Scope | None:
    """The scope of a public page; None where no strategy was adopted yet.

    Raises Http404 for a slug that names no adopted strategy. Kept on the request.
    """
    if not hasattr(request, "scope"):
        strategy = adopted_strategies().filter(slug=slug).first() if slug else strategy_of(request)
        if slug and strategy is None:
            raise Http404("No such strategy.")
        request.strategy = strategy  # type: ignore[attr-defined]
        request.scope = Scope(strategy, slug) if strategy else None  # type: ignore[attr-defined]
    return request.scope  # type: ignore[attr-defined]


View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """A page anybody may read, for GET and HEAD, with the scope as its second argument.

    Without a strategy it answers with a page that says so. A copy held by a visitor is confirmed
    (304) as long as nothing it was drawn from has changed, and for as long a drawn page is kept
    for the next visitor.
    """

    @functools.wraps(view)
    def with_scope(request: HttpRequest, slug: str = "", **kwargs: Any) -> HttpResponseBase:
        scope = scope_of(request, slug)
        if scope is None or scope.latest is None:
            return render(request, "portal/public/nothing_yet.html")
        # Only plain addresses: endless queries would push the pages that people read out.
        key = None if request.GET else _etag(request, slug)
        if key is None:
            return view(request, scope, **kwargs)
        kept = caches[KEPT_PAGES].get(key)
        if kept is not None:
            content, headers = kept
            return HttpResponse(content, headers=headers)
        response = view(request, scope, **kwargs)
        if _is_worth_keeping(response):
            caches[KEPT_PAGES].set(key, (response.content, dict(response.headers)))
        return response

    # By fingerprint alone: a date of publication stands still while wording or code changes.
    answer = condition(etag_func=_etag)(with_scope)

    @functools.wraps(view)
    def revalidated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = answer(request, *args, **kwargs)
        # The masthead differs for those who are signed in.
        patch_vary_headers(response, ["Cookie"])
        private = {"private": True} if _is_personal(request) else {}
        patch_cache_control(response, no_cache=True, **private)
        return response

    return login_not_required(require_safe(revalidated))


def _is_worth_keeping(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """A whole page, not a download that would fill the process."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and len(response.content) <= LARGEST_KEPT_BYTES
    )


def _is_personal(request: HttpRequest) -> bool:
    return request.user.is_authenticated or len(get_messages(request)) > 0


def _etag(request: HttpRequest, slug: str = "", **_kwargs: Any) -> str | None:
    scope = scope_of(request, slug)
    if scope is None or scope.newest_in_chain is None or _is_personal(request):
        return None
    parts = [
        scope.newest_in_chain.sha256,
        str(scope.newest_in_chain.sequence),
        str(scope.strategy.is_current),
        str(scope.strategy.is_demo),
        repr(sorted(scope.labels.items())),
        str(scope.last_report),
        request.get_full_path(),
        code_version(),
    ]
    return f'"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'


def code_version() -> str:
    """A digest of the templates, styles and code behind the pages, and of the institution's words;
    the same on every machine that runs them."""
    # A developer's templates change while the server runs.
    pages = _digest(_PAGE_SOURCES) if settings.DEBUG else _digest_once(_PAGE_SOURCES)
    return pages + _digest_once(_CODE_SOURCES) + _institution()


def _institution() -> str:
    names = ("NAME", "PLACE", "TAGLINE", "ANSWERS", "EMAIL")
    return repr([settings.SITE_URL, *(getattr(settings, f"INSTITUTION_{name}") for name in names)])


def _digest(patterns: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


_digest_once = functools.cache(_digest)
