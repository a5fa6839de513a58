"""The components every page is put together from. Usage: docs/components.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BaseFormSet, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from civic.core import drawing
from civic.core.templatetags import _format
from civic.core.templatetags._fields import render_field, target_id
from civic.core.templatetags._filters import chips_in_use, clear_url

register = template.Library()
register.filter("date_long", _format.date_long)
register.filter("number", _format.number)
register.filter("hash_groups", _format.hash_groups)

# What the person who waits reads where the worker has given no stage of its own.
JOB_WORDS = {"queued": "Waiting for its turn", "running": "Under way", "done": "Ready"}
UNFINISHED = ("queued", "running")


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    hint: str | None = None,
    width: int | str = "full",
    columns: int = 1,
    prefix: str = "",
    suffix: str = "",
    autocomplete: str = "",
    inputmode: str = "",
    rows: int = 0,
    size: str = "s",
    optional: bool = True,
    scroll: bool = False,
) -> SafeString:
    """One form field in govuk markup: label, hint, error and control.

    The control follows from the widget. `width` is in characters (2, 3, 4, 5, 10, 20) or "full".
    """
    options = {key: value for key, value in locals().items() if key != "bound"}
    return render_field(bound, options)


Erring = Any


def _forms_in(sources: Iterable[Erring]) -> Iterable[forms.BaseForm | BaseFormSet[Any]]:
    for source in sources:
        if isinstance(source, BaseFormSet):
            yield source
            yield from source.forms
        elif isinstance(source, forms.BaseForm):
            yield source
        elif source:
            yield from _forms_in(source)


def _errors_of(source: forms.BaseForm | BaseFormSet[Any]) -> list[dict[str, str]]:
    if isinstance(source, BaseFormSet):
        return [{"text": str(text), "id": ""} for text in source.non_form_errors()]
    found = [{"text": str(text), "id": ""} for text in source.non_field_errors()]
    for bound in source:
        found += [
            {"text": str(text), "id": "" if bound.is_hidden else target_id(bound)}
            for text in bound.errors
        ]
    return found


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: Erring) -> dict[str, Any]:
    """Everything wrong on the page, each error a link to its control. Nothing when all is well."""
    return {"problems": [error for form in _forms_in(sources) for error in _errors_of(form)]}


@register.simple_tag
def error_prefix(*sources: Erring) -> str:
    """`Error: ` for the page title when any of the forms was sent with errors."""
    return "Error: " if any(_errors_of(form) for form in _forms_in(sources)) else ""


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, Any]:
    """Label, address, label, address and the label of this page."""
    if len(parts) % 2 == 0:
        raise template.TemplateSyntaxError("breadcrumbs ends with the label of this page")
    pairs = zip(parts[:-1:2], parts[1::2], strict=True)
    return {"links": [{"label": label, "url": url} for label, url in pairs], "here": parts[-1]}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], param: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list, keeping the query string."""
    query = context["request"].GET.copy()

    def url(wanted: int) -> str:
        query[param] = str(wanted)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "previous": url(page.previous_page_number()) if page.has_previous() else "",
        "next": url(page.next_page_number()) if page.has_next() else "",
        "items": [
            {"number": item, "url": url(item), "current": item == page.number}
            if isinstance(item, int)
            else {"number": None}
            for item in numbers
        ],
    }


@register.inclusion_tag("components/filter_panel.html")
def filter_panel(
    filterset: Any, action: str = "", side: bool = False, button: str = "Apply filters"
) -> dict[str, Any]:
    """The form of a FilterSet, sent by a button."""
    return {"form": filterset.form, "action": action, "side": side, "button": button}


@register.inclusion_tag("components/filter_chips.html", takes_context=True)
def filter_chips(
    context: template.Context,
    filterset: Any,
    shown: int | None = None,
    total: int | None = None,
    noun: str = "",
) -> dict[str, Any]:
    """What is selected; each chip is a link to the list without it."""
    query = context["request"].GET
    return {
        "chips": chips_in_use(filterset.form, query),
        "clear_url": clear_url(filterset.form, query),
        "shown": shown,
        "total": total,
        "noun": noun,
    }


@register.simple_tag
def count_cell(count: int, label: str) -> SafeString:
    """A cell of a table of counts. A zero is greyed, and left out on phones."""
    css_class = "civic-num" if count else "civic-num is-zero is-blank"
    return format_html(
        '<td class="{}" data-label="{}">{}</td>', css_class, label, _format.number(count)
    )


@register.inclusion_tag("components/job_progress.html", takes_context=True)
def job_progress(
    context: template.Context,
    job: Any,
    label: str,
    url: str = "",
    done_url: str = "",
    done_text: str = "Download",
    retry_url: str = "",
) -> dict[str, Any]:
    """How far a job is. While it is unfinished the part asks for itself again every 2 seconds.

    `job` has `pk`, `state`, `stage`, `percent` and `reason`.
    """
    state = str(job.state)
    stage = job.stage if state == "running" and job.stage else JOB_WORDS.get(state, "")
    return {
        "id": f"job-{job.pk}",
        "job": job,
        "label": label,
        "percent": 100 if state == "done" else int(job.percent),
        "stage": stage,
        "is_unfinished": state in UNFINISHED,
        "is_failed": state == "failed",
        "is_done": state == "done",
        "url": url or context["request"].get_full_path(),
        "done_url": done_url,
        "done_text": done_text,
        "retry_url": retry_url,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/figure.html")
def figure(
    value: Any,
    label: str,
    unit: str = "",
    amount: Any = None,
    target: Any = None,
    baseline: Any = None,
    target_text: str = "",
    baseline_text: str = "",
    source: str = "",
    method: str = "",
) -> dict[str, Any]:
    """A headline number with its bar, target, source and method. No bar without an amount."""
    picture = ""
    if amount is not None:
        said = " ".join(part for part in (_format.number(value), unit) if part)
        picture = drawing.target_bar(amount, target, baseline, said=said)
    return {
        "value": _format.number(value),
        "unit": unit,
        "label": label,
        "picture": picture,
        "facts": [
            (name, text)
            for name, text in (
                ("Target", target_text),
                ("Baseline", baseline_text),
                ("Source", source),
                ("Method", method),
            )
            if text
        ],
    }


@register.simple_tag
def column_chart(
    points: Iterable[dict[str, Any]],
    title: str,
    target: Any = None,
    target_text: str = "",
    id: str = "",
) -> SafeString:
    """Columns from zero, one for each point, the last one dark. A gap keeps its place."""
    return drawing.column_chart(
        list(points), title=title, target=target, target_text=target_text, uid=id
    )
