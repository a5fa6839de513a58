"""How one form field is shown: which template, with which attributes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from civic.core.widgets import PARTS, GovDateWidget, TypedDate

# First match wins: some widgets inherit from others further down.
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (GovDateWidget, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.widgets.Input, "input"),
)
_BASE_CLASS = {
    "file": "govuk-file-upload",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "input": "govuk-input",
}
_TEMPLATES = {
    "date": "date",
    "checkboxes": "choices",
    "radios": "choices",
    "checkbox": "checkbox",
}
# A number box drops what it cannot read, so a wrong entry could not be shown again.
_NUMBER_ATTRS = ("min", "max", "step")


def kind_of(widget: forms.Widget) -> str:
    """The name of the govuk part that shows this widget."""
    return next((kind for cls, kind in _KINDS if isinstance(widget, cls)), "input")


def target_id(bound: BoundField) -> str:
    """The id of the control that a link about this field should lead to."""
    kind = kind_of(bound.field.widget)
    if kind in ("checkboxes", "radios"):
        return f"{bound.auto_id}_0"
    if kind == "date":
        return f"{bound.auto_id}_{_first_faulty_part(bound)}"
    return bound.auto_id


def _first_faulty_part(bound: BoundField) -> str:
    value = bound.value()
    if isinstance(value, TypedDate):
        return next((part for part in PARTS if not value.parts[part]), "day")
    return "day"


def render_field(bound: BoundField, options: dict[str, Any]) -> SafeString:
    """One field in govuk markup. `options` are those of the `field` tag."""
    widget = bound.field.widget
    if bound.is_hidden:
        return mark_safe(str(bound.as_widget()))  # noqa: S308 (Django's own markup)
    kind = kind_of(widget)
    context = _base_context(bound, kind, options)
    if kind in ("checkboxes", "radios"):
        context.update(_choices(bound, kind, options))
    elif kind == "checkbox":
        context["checked"] = bool(bound.value())
        context["option_hint"] = context.pop("hint")
        context["hint"] = ""
    elif kind == "date":
        context["control"] = widget.render(
            bound.html_name, bound.value(), _shared_attrs(bound, context)
        )
    else:
        context["control"] = _control(bound, kind, context, options)
    template = _TEMPLATES.get(kind, "control")
    return render_to_string(f"components/field/{template}.html", context)


def _base_context(bound: BoundField, kind: str, options: dict[str, Any]) -> dict[str, Any]:
    hint = options["hint"] if options["hint"] is not None else bound.help_text
    ids = [f"{bound.auto_id}-hint"] if hint else []
    ids += [f"{bound.auto_id}-error"] if bound.errors else []
    attrs = bound.field.widget.attrs
    marked = options["optional"] and not bound.field.required and kind != "checkbox"
    return {
        "id": bound.auto_id,
        "name": bound.html_name,
        "label": options["label"] or bound.label,
        "size": options["size"],
        "hint": hint,
        "errors": bound.errors,
        "described_by": " ".join(ids),
        "is_optional": marked,
        "disabled": bound.field.disabled,
        "prefix": options["prefix"] or attrs.get("prefix"),
        "suffix": options["suffix"] or attrs.get("suffix"),
    }


def _shared_attrs(bound: BoundField, context: dict[str, Any]) -> dict[str, Any]:
    attrs: dict[str, Any] = {"id": bound.auto_id}
    if context["described_by"]:
        attrs["aria-describedby"] = context["described_by"]
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if bound.field.disabled:
        attrs["disabled"] = True
    return attrs


def _control(
    bound: BoundField, kind: str, context: dict[str, Any], options: dict[str, Any]
) -> SafeString:
    widget = bound.field.widget
    attrs = _shared_attrs(bound, context) | {"class": _css_class(bound, kind, options)}
    for name in ("autocomplete", "inputmode", "rows"):
        if options[name]:
            attrs[name] = options[name]
    value = None if kind == "file" else _shown_value(bound)
    parts = widget.get_context(bound.html_name, value, attrs)
    control = parts["widget"]
    for name in ("prefix", "suffix"):
        control["attrs"].pop(name, None)
    template = widget.template_name
    if kind == "file":
        template = "django/forms/widgets/input.html"
        control["type"] = "file"
    elif control.get("type") == "number":
        control["type"] = "text"
        for name in _NUMBER_ATTRS:
            control["attrs"].pop(name, None)
        whole = isinstance(bound.field, forms.IntegerField) and not isinstance(
            bound.field, forms.DecimalField | forms.FloatField
        )
        control["attrs"].setdefault("inputmode", "numeric" if whole else "decimal")
    return mark_safe(bound.form.renderer.render(template, parts))  # noqa: S308 (Django's own markup)


def _css_class(bound: BoundField, kind: str, options: dict[str, Any]) -> str:
    base = _BASE_CLASS[kind]
    classes = [base]
    width = options["width"]
    if kind == "input" and width != "full":
        classes.append(f"govuk-input--width-{width}")
    elif kind in ("select", "input"):
        classes.append("civic-full")
    if bound.errors:
        classes.append(f"{base}--error")
    if own := bound.field.widget.attrs.get("class"):
        classes.append(own)
    return " ".join(classes)


def _shown_value(bound: BoundField) -> Any:
    """What stands in the box: decimals of a stored number without useless zeros."""
    value = bound.value()
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return value


def _choices(bound: BoundField, kind: str, options: dict[str, Any]) -> dict[str, Any]:
    widget = bound.field.widget
    parts = widget.get_context(bound.html_name, bound.value(), {"id": bound.auto_id})
    hints = getattr(widget, "option_hints", {})
    # Django gives each ungrouped option a group of its own.
    groups: list[dict[str, Any]] = []
    for name, members, _ in parts["widget"]["optgroups"]:
        if not groups or groups[-1]["name"] != name:
            groups.append({"name": name, "options": []})
        groups[-1]["options"] += [
            option | {"hint": hints.get(str(option["value"]), "")} for option in members
        ]
    columns = options["columns"]
    return {
        "kind": kind,
        "input_type": "radio" if kind == "radios" else "checkbox",
        "groups": groups,
        "columns": columns if columns in (2, 3) else None,
        "scroll": options["scroll"],
    }
