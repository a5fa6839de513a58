"""Form parts that Django lacks: a date typed in three boxes."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

PARTS = ("day", "month", "year")
# Wide enough for "27", "Sept" and "2026".
_WIDTHS = {"day": 2, "month": 4, "year": 4}
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class TypedDate(str):
    """A date as it was typed: the three parts, word for word, behind one string.

    The string is empty when nothing was typed, an ISO date when the parts make a real one, and
    otherwise the parts joined by spaces, which no date parser accepts.
    """

    day: str
    month: str
    year: str

    def __new__(cls, day: str, month: str, year: str) -> "TypedDate":
        typed = super().__new__(cls, _as_iso(day, month, year))
        typed.day, typed.month, typed.year = day, month, year
        return typed

    @property
    def parts(self) -> dict[str, str]:
        return {"day": self.day, "month": self.month, "year": self.year}


def _as_iso(day: str, month: str, year: str) -> str:
    if not (day or month or year):
        return ""
    number = _month_number(month)
    if number and day.isdecimal() and year.isdecimal() and len(year) == 4:
        try:
            return datetime.date(int(year), number, int(day)).isoformat()
        except ValueError:
            pass  # Not a real date: the field says so, with what was typed.
    return " ".join((day or "?", month or "?", year or "?"))


def _month_number(typed: str) -> int | None:
    """The month meant by `11`, `Nov` or `november`; None where it is none."""
    if typed.isdecimal():
        return int(typed) if len(typed) <= 2 and 1 <= int(typed) <= 12 else None
    name = typed.lower().rstrip(".")
    if len(name) < 3:
        return None
    return next((n for n, month in enumerate(_MONTHS, 1) if month.startswith(name)), None)


class GovDateWidget(forms.Widget):
    """Day, month and year in three text boxes that show again exactly what was typed."""

    template_name = "components/field/date_inputs.html"
    use_fieldset = True

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> TypedDate:
        day, month, year = (str(data.get(f"{name}_{part}") or "").strip() for part in PARTS)
        return TypedDate(day, month, year)

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> bool:
        return all(f"{name}_{part}" not in data for part in PARTS)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_day" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        id_ = context["widget"]["attrs"].get("id") or f"id_{name}"
        shown = self.format_value(value)
        context["parts"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{id_}_{part}",
                "label": part.capitalize(),
                "value": shown[part],
                "width": _WIDTHS[part],
                "invalid": bool(context["widget"]["attrs"].get("aria-invalid")),
            }
            for part in PARTS
        ]
        return context

    def format_value(self, value: Any) -> Any:
        """The three parts of a date, a typed date or an ISO string; empty parts otherwise."""
        if isinstance(value, str) and not isinstance(value, TypedDate):
            try:
                value = datetime.date.fromisoformat(value)
            except ValueError:
                return dict.fromkeys(PARTS, "")
        if isinstance(value, TypedDate):
            return value.parts
        if isinstance(value, datetime.date):
            return {"day": str(value.day), "month": str(value.month), "year": f"{value.year:04}"}
        return dict.fromkeys(PARTS, "")

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> Any:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class GovDateField(forms.DateField):
    """A date in three boxes. Its errors name the part that is missing or wrong."""

    widget = GovDateWidget

    def to_python(self, value: Any) -> datetime.date | None:
        """The date typed; None for nothing.

        Raises ValidationError saying which part to add, or how a date looks.
        """
        if isinstance(value, TypedDate) and value:
            self._check_parts(value)
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                raise ValidationError(
                    f"{self._name} must be a real date, like 27 3 2026", code="invalid"
                ) from None
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        if self.required and value in self.empty_values:
            raise ValidationError(self._required_message(), code="required")
        super().validate(value)

    def _required_message(self) -> str:
        own = self.error_messages["required"]
        if own != forms.Field.default_error_messages["required"]:
            return str(own)
        return f"{self._name}: enter the day, month and year, like 27 3 2026"

    @property
    def _name(self) -> str:
        return str(self.label or "Date")

    def _check_parts(self, typed: TypedDate) -> None:
        missing = [part for part in PARTS if not typed.parts[part]]
        if missing:
            words = " and ".join(f"a {part}" for part in missing)
            raise ValidationError(f"{self._name} must include {words}", code="incomplete")
        if _month_number(typed.month) is None:
            raise ValidationError(
                f"{self._name}: the month must be a number from 1 to 12, or its name",
                code="invalid",
            )
        if not (typed.year.isdecimal() and len(typed.year) == 4):
            raise ValidationError(
                f"{self._name}: the year must have 4 figures, like 2026", code="invalid"
            )
