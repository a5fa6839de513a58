"""Which filters of a list are in use, and the address that takes each of them away."""

import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from civic.core.templatetags._format import date_long
from civic.core.widgets import PARTS, GovDateWidget


def chips_in_use(form: forms.BaseForm, query: QueryDict) -> list[dict[str, str]]:
    """One chip (`text`, `url`) for each selected value, in the order of the form."""
    return [
        {"text": text, "url": _without(query, keys, value)}
        for name in form.fields
        for text, keys, value in _selected(form, name, query)
    ]


def clear_url(form: forms.BaseForm, query: QueryDict) -> str:
    """The address of the list with no filter of this form."""
    keys = [key for name in form.fields for key in _keys(form, name)]
    return _without(query, keys, None)


def _keys(form: forms.BaseForm, name: str) -> list[str]:
    key = form.add_prefix(name)
    widget = form.fields[name].widget
    if isinstance(widget, GovDateWidget):
        return [f"{key}_{part}" for part in PARTS]
    if isinstance(widget, forms.MultiWidget):
        suffixes: list[str] = widget.widgets_names  # type: ignore[attr-defined]
        return [f"{key}{suffix}" for suffix in suffixes]
    return [key]


def _selected(
    form: forms.BaseForm, name: str, query: QueryDict
) -> list[tuple[str, list[str], str | None]]:
    field, keys = form.fields[name], _keys(form, name)
    label = str(form[name].label)
    if len(keys) > 1:
        values = [query.get(key, "").strip() for key in keys]
        if not any(values):
            return []
        typed = form.cleaned_data.get(name) if form.is_valid() else None
        shown = date_long(typed) if isinstance(typed, datetime.date) else " to ".join(values)
        return [(f"{label}: {shown}", keys, None)]
    values = [value for value in query.getlist(keys[0]) if value.strip()]
    if isinstance(field.widget, forms.CheckboxInput):
        return [(label, keys, None)] if values else []
    if not isinstance(
        field.widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple
    ):
        return [(f"{label}: {value}", keys, value) for value in values]
    words = _choice_words(field.widget)
    return [(words[value], keys, value) for value in values if value in words]


def _choice_words(widget: Any) -> dict[str, str]:
    words: dict[str, str] = {}
    for value, label in widget.choices:
        if isinstance(label, list | tuple):
            words.update({str(inner): str(text) for inner, text in label})
        else:
            words[str(value)] = str(label)
    words.pop("", None)
    return words


def _without(query: QueryDict, keys: list[str], value: str | None) -> str:
    """The query string without these keys (or one of their values), back on the first page."""
    rest = query.copy()
    for key in keys:
        kept = [] if value is None else [kept for kept in rest.getlist(key) if kept != value]
        if kept:
            rest.setlist(key, kept)
        else:
            rest.pop(key, None)
    rest.pop("page", None)
    return f"?{rest.urlencode()}" if rest else "?"
