"""The owner's quarterly update, and the reviewer's reason for returning one."""

from typing import Any

from django import forms
from django.utils.html import format_html

from promises.drawings import css_name, delivery_mark
from promises.forms.fields import TypedWholeNumberField, VersionedForm
from promises.models import ProgressUpdate
from promises.words import REPORTABLE, Delivery

TEXTS = ("delivery", "percent", "narrative", "reason", "next_steps")
DELIVERY_HINTS = {
    "complete": "Everything it promised is done.",
    "on_track": "It will be done by its date.",
    "at_risk": "Its date may be missed. Say why.",
    "delayed": "Its date is missed, or will be. Say why.",
    "not_started": "Nothing has begun yet.",
    "stopped": "It will not be finished. Say why.",
}


class UpdateForm(VersionedForm):
    """What the owner says of one activity for one quarter. Nothing is required to keep a draft;
    the service checks the rest when the update is submitted."""

    delivery = forms.ChoiceField(
        label="How it stands",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose how the activity stands"},
    )
    percent = TypedWholeNumberField(
        label="How much is done",
        said="Percent done",
        example="45",
        most=100,
        help_text="From 0 to 100. Your own judgement.",
    )
    narrative = forms.CharField(
        label="What happened this quarter",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Two or three sentences that anybody can follow. They are published.",
        error_messages={"max_length": "What happened must be 4,000 characters or fewer"},
    )
    reason = forms.CharField(
        label="Why it stands so",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed if it is at risk, delayed or stopped. It is published.",
        error_messages={"max_length": "The reason must be 1,000 characters or fewer"},
    )
    next_steps = forms.CharField(
        label="What happens next",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "What happens next must be 1,000 characters or fewer"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["delivery"]
        field.choices = [  # type: ignore[attr-defined]
            (choice.value, _shape_and_word(choice)) for choice in REPORTABLE
        ]
        field.widget.option_hints = DELIVERY_HINTS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("narrative", "reason", "next_steps"):
            if name in data:
                data[name] = data[name].replace("\r\n", "\n")
        return data

    @property
    def expected_version(self) -> int | None:
        """The version the person saw; None when there was no update yet."""
        return self.cleaned_data.get("version")

    @property
    def texts(self) -> dict[str, Any]:
        """What was typed, named as the service wants it. Only after `is_valid()`."""
        return {name: self.cleaned_data[name] for name in TEXTS}


def _shape_and_word(choice: Delivery) -> str:
    return format_html(
        '<span class="civic-status civic-status--{}">{}<span>{}</span></span>',
        css_name(choice),
        delivery_mark(choice),
        choice.label,
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="What has to change",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The owner gets these words by mail.",
        error_messages={
            "required": "Say what has to change, so that the owner can put it right",
            "max_length": "The reason must be 1,000 characters or fewer",
        },
    )


def initial_of(update: ProgressUpdate | None, *, as_new: bool = False) -> dict[str, Any]:
    """An update as the form shows it. `as_new` takes over last quarter's words without a version."""
    if update is None:
        return {}
    shown = {name: getattr(update, name) for name in TEXTS}
    if not as_new:
        shown["version"] = update.version
    return shown
