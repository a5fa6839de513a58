"""Naming the owner of an activity."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from civic.accounts.models import User
from promises.forms.fields import errors_by_field
from promises.models import Activity
from promises.queries.ownership import people_who_may_own


class PersonField(forms.ModelChoiceField):
    """Somebody by name, with the unit: two people may share a name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, {obj.unit}" if obj.unit else str(obj)


class OwnerForm(forms.Form):
    owner = PersonField(
        label="Owner",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody yet",
        help_text="The owner writes the update each quarter.",
        error_messages={"invalid_choice": "Choose somebody who is active staff"},
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"owner": activity.owner_id})
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_who_may_own(activity)  # type: ignore[attr-defined]

    def take_errors(self, error: ValidationError) -> None:
        """Show what the service refused by the field it is about, else above the form."""
        for name, found in errors_by_field(error):
            self.add_error(name if name in self.fields else None, found)
