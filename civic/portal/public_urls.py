"""The public site. The pages of a strategy stand twice: without a slug they mean the current one,
under /strategies/<slug>/ any adopted one."""

from django.urls import include, path, register_converter
from django.urls.resolvers import URLPattern, URLResolver

from civic.portal.views import data, health, public, statics


class CodeConverter:
    """A code or reference as a strategy's file writes it: anything without a slash, but nothing
    that a database refuses to look for."""

    regex = r"[^/\x00-\x1f]{1,40}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


class FileEndingConverter(CodeConverter):
    """The two ways a table is written."""

    regex = "csv|xlsx"


register_converter(CodeConverter, "code")
register_converter(FileEndingConverter, "ending")


def strategy_pages(prefix: str = "") -> list[URLPattern]:
    """The pages that every strategy has; their names begin with `prefix`."""
    return [
        path("", public.home, name=f"{prefix}home"),
        path("progress/", public.progress, name=f"{prefix}progress"),
        path("progress/<code:key>/", public.quarter, name=f"{prefix}quarter"),
        path("promises/", public.promises, name=f"{prefix}promises"),
        path("promises/<int:number>/", public.promise, name=f"{prefix}promise"),
        path("commitments/<code:code>/", public.commitment, name=f"{prefix}commitment"),
        path("activities/<code:reference>/", public.activity, name=f"{prefix}activity"),
        path("reports/", data.reports, name=f"{prefix}reports"),
        path("data/", data.data, name=f"{prefix}data"),
        path("data/wording/snapshot.json", data.wording_file, name=f"{prefix}wording_file"),
        path(
            "data/<code:key>/activities.<ending:ending>",
            data.activities_file,
            name=f"{prefix}activities_file",
        ),
        path(
            "data/<code:key>/engagements.<ending:ending>",
            data.engagements_file,
            name=f"{prefix}engagements_file",
        ),
        path("data/<code:key>/snapshot.json", data.snapshot_file, name=f"{prefix}snapshot_file"),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    *strategy_pages(),
    path("partners/", data.partners, name="partners"),
    path("strategies/", public.strategies, name="strategies"),
    path("strategies/<slug:slug>/", include(strategy_pages("strategy_"))),
    path("accessibility/", statics.accessibility, name="accessibility"),
    path("privacy/", statics.privacy, name="privacy"),
    path("cookies/", statics.cookies, name="cookies"),
    path("robots.txt", statics.robots, name="robots"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
