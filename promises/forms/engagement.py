"""The form of one engagement: checks what was typed and builds the data for the services."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone

from civic.core.models import Term
from civic.core.widgets import GovDateField
from partners.models import Organisation
from partners.queries import organisations_visible_to
from promises.forms.choices import ActivityChoices
from promises.forms.fields import TypedDecimalField, TypedWholeNumberField, VersionedForm
from promises.models import Engagement, Strategy
from promises.models.log import MOST_PEOPLE
from promises.services.engagements import EngagementData
from promises.words import ENGAGEMENT_TYPES, Charge, CountMethod, Format, Purpose

# Nothing that a present strategy counts lies before this day; a typed 1025 or 0206 does.
EARLIEST = dt.date(2000, 8, 1)
# Titles and days stand in every list, so a draft kept without them gets these.
UNTITLED = "Untitled draft"


class EngagementForm(VersionedForm):
    """What somebody says of one engagement.

    With `keeping_draft` nothing is required; what is there must still be readable. `to_data` gives
    what the services want, `take_errors` shows by the field what they refused.
    """

    title = forms.CharField(
        label="In a few words",
        max_length=200,
        error_messages={
            "required": "Say what happened, in a few words",
            "max_length": "The title must be 200 characters or fewer",
        },
    )
    starts_on = GovDateField(
        label="First day",
        help_text="For example, 27 3 2026.",
        error_messages={"required": "Enter the day it happened, like 27 3 2026"},
    )
    ends_on = GovDateField(
        label="Last day", required=False, help_text="Leave this empty if it took one day."
    )
    engagement_type = forms.ModelChoiceField(
        label="Type",
        queryset=Term.objects.none(),
        empty_label="Choose a type",
        error_messages={
            "required": "Choose the type of engagement",
            "invalid_choice": "Choose a type from the list",
        },
    )
    activities = forms.TypedMultipleChoiceField(
        label="Your activities",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Yours, and those you used lately. Choose all that apply; people are still counted once.",
        error_messages={"invalid_choice": "Choose activities from the list"},
    )
    other_activities = forms.TypedMultipleChoiceField(
        label="All other activities",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose activities from the list"},
    )
    partners = forms.ModelMultipleChoiceField(
        label="Partners who took part",
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "Choose partners from the list",
            "invalid_pk_value": "Choose partners from the list",
        },
    )
    attendees_from = TypedWholeNumberField(
        label="How many people came", said="Attendees", example="45", most=MOST_PEOPLE
    )
    attendees_to = TypedWholeNumberField(
        label="At most", said="Attendees", example="45", most=MOST_PEOPLE
    )
    count_method = forms.ChoiceField(
        label="How you know",
        choices=CountMethod.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose how the attendees were counted"},
    )
    format = forms.ChoiceField(
        label="Format",
        choices=Format.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose a format from the list"},
    )
    place = forms.CharField(
        label="Place",
        max_length=200,
        required=False,
        help_text="A building, street or area.",
        error_messages={"max_length": "The place must be 200 characters or fewer"},
    )
    academic_hours = TypedDecimalField(
        label="Academic staff time", said="Academic staff hours", example="7.5"
    )
    other_staff_hours = TypedDecimalField(
        label="Other staff time", said="Other staff hours", example="7.5"
    )
    volunteer_hours = TypedDecimalField(
        label="Volunteer time", said="Volunteer hours", example="7.5"
    )
    charge = forms.ChoiceField(
        label="What it cost those who came",
        choices=[
            (Charge.FREE.value, Charge.FREE.label),
            (Charge.CHARGEABLE.value, Charge.CHARGEABLE.label),
            (Charge.NOT_SAID.value, Charge.NOT_SAID.label),
        ],
        required=False,
        initial="",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose free, chargeable or not said"},
    )
    price = TypedDecimalField(
        label="Price for one person", said="The price", example="12.50", help_text="If chargeable."
    )
    purpose = forms.ChoiceField(
        label="Purpose",
        choices=[("", "Not said"), *Purpose.choices],
        required=False,
        error_messages={"invalid_choice": "Choose a purpose from the list"},
    )
    notes = forms.CharField(
        label="What worked, what did not",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Notes must be 4,000 characters or fewer"},
    )
    submission_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        user: Any,
        strategy: Strategy,
        engagement: Engagement | None = None,
        keeping_draft: bool = False,
        **kwargs: Any,
    ) -> None:
        if engagement is not None:
            kwargs["initial"] = initial_of(engagement)
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        self.engagement = engagement
        self.keeping_draft = keeping_draft
        self.choices = ActivityChoices(user, strategy)
        self.fields["activities"].choices = self.choices.own  # type: ignore[attr-defined]
        self.fields["other_activities"].choices = self.choices.others  # type: ignore[attr-defined]
        self._spread_activities()
        types = self.fields["engagement_type"]
        types.queryset = Term.objects.filter(vocabulary__slug=ENGAGEMENT_TYPES)  # type: ignore[attr-defined]
        self.fields["partners"].queryset = organisations_visible_to(user)  # type: ignore[attr-defined]
        if keeping_draft:
            for field in self.fields.values():
                field.required = False

    def _spread_activities(self) -> None:
        """Tick each activity in the list that offers it."""
        chosen = set(self.initial.get("activities", []))
        own = {value for value, _ in self.choices.own}
        self.initial["activities"] = sorted(chosen & own)
        self.initial["other_activities"] = sorted(chosen - own)

    @property
    def has_own_activities(self) -> bool:
        return bool(self.choices.own)

    @property
    def opens_others(self) -> bool:
        """Whether the list of all other activities stands open."""
        bound = self["other_activities"]
        return bool(not self.choices.own or bound.value() or bound.errors)

    @property
    def opens_partners(self) -> bool:
        return bool(self["partners"].value() or self["partners"].errors)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._clean_days(data)
        self._clean_people(data)
        self._clean_price(data)
        self._clean_activities(data)
        return data

    def _clean_activities(self, data: dict[str, Any]) -> None:
        if self.keeping_draft or "activities" in self.errors or "other_activities" in self.errors:
            return
        if not data.get("activities") and not data.get("other_activities"):
            where = "activities" if self.has_own_activities else "other_activities"
            self.add_error(where, "Choose at least one activity that this was part of")

    def _clean_days(self, data: dict[str, Any]) -> None:
        first, last = data.get("starts_on"), data.get("ends_on")
        today = timezone.localdate()
        for name, day in (("starts_on", first), ("ends_on", last)):
            if day and day < EARLIEST:
                self.add_error(name, "The date must be 1 August 2000 or later")
            elif day and day > today and not self.keeping_draft:
                self.add_error(
                    name, "The date cannot be later than today. Until then, keep it as a draft"
                )
        if first and last and last < first:
            self.add_error("ends_on", "The last day must be the same as the first day, or later")
        if last and not first and not self.errors.get("starts_on"):
            self.add_error("starts_on", "Enter the first day as well")

    def _clean_people(self, data: dict[str, Any]) -> None:
        low, high = data.get("attendees_from"), data.get("attendees_to")
        if high is not None and low is None and "attendees_from" not in self.errors:
            self.add_error("attendees_from", "Enter the lowest number of attendees as well")
        if low is not None and high is not None and high < low:
            self.add_error("attendees_to", "The highest number must not be below the lowest")
        unsaid = not data.get("count_method") and "count_method" not in self.errors
        if low is not None and unsaid and not self.keeping_draft:
            self.add_error("count_method", "Say how the attendees were counted")

    def _clean_price(self, data: dict[str, Any]) -> None:
        if self.keeping_draft or "price" in self.errors or "charge" in self.errors:
            return
        price, charge = data.get("price"), data.get("charge")
        if charge == Charge.CHARGEABLE and price is None:
            self.add_error("price", "Enter the price for one person, like 12.50")
        if charge != Charge.CHARGEABLE and price is not None:
            self.add_error("price", "Leave the price empty, or choose Chargeable")

    def clean_notes(self) -> str:
        return self.cleaned_data["notes"].replace("\r\n", "\n")

    @property
    def key(self) -> uuid.UUID | None:
        return self.cleaned_data.get("submission_key")

    @property
    def expected_version(self) -> int:
        """The version the person saw; 0, which no record has, when the page did not say."""
        return self.cleaned_data.get("version") or 0

    def to_data(self) -> EngagementData:
        """What was typed, for the services. Only after `is_valid()`."""
        data = self.cleaned_data
        chosen = {*data["activities"], *data["other_activities"]}
        known = self.engagement
        return EngagementData(
            strategy=self.strategy,
            title=data["title"] or UNTITLED,
            starts_on=data["starts_on"] or timezone.localdate(),
            ends_on=data["ends_on"],
            activities=self.choices.chosen(chosen),
            engagement_type=data["engagement_type"],
            place=data["place"],
            attendees_from=data["attendees_from"],
            attendees_to=data["attendees_to"],
            count_method=data["count_method"],
            volunteer_hours=data["volunteer_hours"],
            academic_hours=data["academic_hours"],
            other_staff_hours=data["other_staff_hours"],
            charge=data["charge"],
            price=data["price"],
            purpose=data["purpose"],
            format=data["format"],
            partners=list(data["partners"]),
            notes=data["notes"],
            unit=known.unit if known else None,
            logged_by=known.logged_by if known else None,
            logged_by_words=known.logged_by_words if known else "",
        )


class WithdrawForm(VersionedForm):
    reason = forms.CharField(
        label="Why it is withdrawn",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in its history. It leaves every total from the next publication on.",
        error_messages={
            "required": "Say why the engagement is withdrawn",
            "max_length": "The reason must be 1,000 characters or fewer",
        },
    )

    @property
    def expected_version(self) -> int:
        return self.cleaned_data.get("version") or 0


def initial_of(engagement: Engagement, *, copying: bool = False) -> dict[str, Any]:
    """A record as the form shows it. A copy leaves out what differs each time: day, people, notes."""
    is_range = engagement.attendees_from != engagement.attendees_to
    shown: dict[str, Any] = {
        "title": "" if engagement.title == UNTITLED else engagement.title,
        "engagement_type": engagement.engagement_type_id,
        "activities": [activity.pk for activity in engagement.activities.all()],
        "partners": [partner.pk for partner in engagement.partners.all()],
        "count_method": engagement.count_method,
        "format": engagement.format,
        "place": engagement.place,
        "academic_hours": engagement.academic_hours,
        "other_staff_hours": engagement.other_staff_hours,
        "volunteer_hours": engagement.volunteer_hours,
        "charge": engagement.charge,
        "price": engagement.price,
        "purpose": engagement.purpose,
    }
    if not copying:
        one_day = engagement.ends_on == engagement.starts_on
        shown |= {
            "starts_on": engagement.starts_on,
            "ends_on": None if one_day else engagement.ends_on,
            "attendees_from": engagement.attendees_from,
            "attendees_to": engagement.attendees_to if is_range else None,
            "notes": engagement.notes,
            "version": engagement.version,
        }
    return shown
