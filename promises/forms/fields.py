"""Numbers as people type them, with one sentence that says how to be right; and what services
refuse, by field."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict

# What people put between and before figures.
_NOISE = str.maketrans("", "", ", £\u00a0")


def _figures(value: Any) -> Any:
    return value.translate(_NOISE) if isinstance(value, str) else value


class TypedWholeNumberField(forms.IntegerField):
    """A whole number from 0 to `most`; '1,200' is 1200. `said` begins its errors."""

    def __init__(self, *, said: str, most: int, example: str, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=most,
            required=False,
            error_messages={
                "invalid": f"{said} must be a whole number, like {example}",
                "min_value": f"{said} must be 0 or more",
                "max_value": f"{said} must be {most:,} or fewer",
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> int | None:
        return super().to_python(_figures(value))


class TypedDecimalField(forms.DecimalField):
    """A number with up to two decimals, 0 or more; '£12.50' and '1,200' are read."""

    def __init__(self, *, said: str, example: str, **kwargs: Any) -> None:
        too_large = f"{said} must be less than 10 million"
        super().__init__(
            max_digits=9,
            decimal_places=2,
            min_value=Decimal(0),
            required=False,
            error_messages={
                "invalid": f"{said} must be a number, like {example}",
                "min_value": f"{said} must be 0 or more",
                "max_digits": too_large,
                "max_whole_digits": too_large,
                "max_decimal_places": (
                    f"{said} can have two figures after the point, like {example}"
                ),
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(_figures(value))


class VersionedForm(forms.Form):
    """A form of a record that counts its saves; the page carries the version it was opened with."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def go_on_from(self, version: int | None) -> None:
        """Show what was typed again, to be saved over `version`; None where there is no record."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = "" if version is None else str(version)
        self.data = data

    def take_errors(self, error: ValidationError) -> None:
        """Show what a service refused by the field it is about, else above the form."""
        for name, found in errors_by_field(error):
            self.add_error(name if name in self.fields else None, found)


def errors_by_field(error: ValidationError) -> Iterable[tuple[str, list[ValidationError]]]:
    """(field, its errors) of what a service refused; NON_FIELD_ERRORS where it names no field."""
    if hasattr(error, "error_dict"):
        return error.error_dict.items()
    return [(NON_FIELD_ERRORS, error.error_list)]
