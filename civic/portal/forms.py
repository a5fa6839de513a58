"""Forms of the office's pages."""

from collections.abc import Iterable
from typing import Any

from django import forms

from civic.core.periods import Period
from promises.models import Quarter


class MoveForm(forms.Form):
    """Where a round shall go. Naming the stage makes a second press of the button harmless."""

    to = forms.ChoiceField(choices=Quarter.State.choices)


class EarlierRoundForm(forms.Form):
    """A quarter that went by before the portal was used."""

    key = forms.CharField(
        label="Open an earlier round",
        max_length=20,
        help_text="Its quarter, like 2025-26-Q1. Owners can then report on it and you can publish it.",
        error_messages={"required": "Enter a quarter, like 2025-26-Q1"},
    )

    def clean_key(self) -> Period:
        try:
            return Period.parse(self.cleaned_data["key"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class ChaseForm(forms.Form):
    """The activities whose updates are chased."""

    activities = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select at least one activity to chase.",
            "invalid_choice": "One of the selected updates has come in meanwhile. Look again.",
        },
    )

    def __init__(self, *args: Any, owed: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["activities"]
        field.choices = [(pk, str(pk)) for pk in owed]
