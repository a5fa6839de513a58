"""Filter sets. One for each entity, shared by page, API and export."""

from collections.abc import Iterable
from typing import Any, TypeVar

import django_filters
from django import forms
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator

from civic.accounts.models import Unit
from civic.accounts.queries import units_led_by
from civic.core.models import Term
from civic.core.periods import Period
from promises.models import (
    Activity,
    Engagement,
    PublishedActivity,
    PublishedCommitment,
    Strategy,
)
from promises.models.strategy import DEFAULT_LABELS
from promises.words import ENGAGEMENT_TYPES, KEPT_DELIVERY, Delivery, EvidenceGrade, Schedule

KEPT, NOT_KEPT = "kept", "not_kept"
DELIVERY_CHOICES = [
    (KEPT, "Complete or on track"),
    (NOT_KEPT, "Not complete or on track"),
    *Delivery.choices,
]
Choices = list[tuple[str, str]]


class ListHolds(Func):
    """Whether a JSON list of texts holds this text; SQLite and PostgreSQL."""

    arity = 2
    output_field = BooleanField()

    def __init__(self, field: str | Combinable, text: str) -> None:
        super().__init__(F(field) if isinstance(field, str) else field, Value(text))

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="EXISTS (SELECT 1 FROM json_each(%(expressions)s)",
            arg_joiner=") AS item WHERE item.value = ",
        )

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="(%(expressions)s::text))",
            arg_joiner=" @> jsonb_build_array(",
        )


class FacetFilter(django_filters.CharFilter):
    """One value among those that occur. A value that does not occur finds nothing."""

    def __init__(self, *args: Any, empty_label: str, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Select)
        super().__init__(*args, **kwargs)
        self.empty_label = empty_label


class PublishedActivityFilter(django_filters.FilterSet):
    """Published activities by what people ask about. Unknown words are refused where the words
    are fixed (delivery, schedule, evidence) and find nothing elsewhere."""

    search = django_filters.CharFilter(
        label="Words", method="filter_search", widget=forms.TextInput(attrs={"type": "search"})
    )
    promise = FacetFilter(method="filter_promise", label="Promise", empty_label="Any")
    commitment = FacetFilter(method="filter_commitment", label="Commitment", empty_label="Any")
    delivery = django_filters.ChoiceFilter(
        label="Delivery",
        method="filter_delivery",
        choices=DELIVERY_CHOICES,
        empty_label="Any delivery",
    )
    schedule = django_filters.ChoiceFilter(
        label="Schedule", choices=Schedule.choices, empty_label="Any schedule"
    )
    evidence = django_filters.ChoiceFilter(
        label="Evidence", choices=EvidenceGrade.choices, empty_label="Any evidence"
    )
    theme = FacetFilter(
        field_name="themes", method="filter_list", label="Theme", empty_label="Any theme"
    )
    enabler = FacetFilter(
        field_name="enablers", method="filter_list", label="Enabler", empty_label="Any enabler"
    )
    place = FacetFilter(
        field_name="places", method="filter_list", label="Place", empty_label="Anywhere"
    )
    partner = FacetFilter(
        field_name="partners", method="filter_list", label="Partner", empty_label="Any partner"
    )

    class Meta:
        model = PublishedActivity
        fields: list[str] = []

    def filter_search(
        self, rows: QuerySet[PublishedActivity], _name: str, words: str
    ) -> QuerySet[PublishedActivity]:
        """Every word must occur somewhere in the reference, title, description or update."""
        return _holding(
            rows,
            words,
            "reference",
            "title",
            "description",
            "narrative",
            "reason",
            "owner_role",
            "unit",
        )

    def filter_promise(
        self, rows: QuerySet[PublishedActivity], _name: str, number: str
    ) -> QuerySet[PublishedActivity]:
        # Longer digits would not fit the column, and name no promise.
        if not (number.isascii() and number.isdigit() and len(number) < 5):
            return rows.none()
        return rows.filter(_served_by(promise__number=int(number)))

    def filter_commitment(
        self, rows: QuerySet[PublishedActivity], _name: str, code: str
    ) -> QuerySet[PublishedActivity]:
        return rows.filter(_served_by(code=code))

    def filter_delivery(
        self, rows: QuerySet[PublishedActivity], _name: str, value: str
    ) -> QuerySet[PublishedActivity]:
        if value == KEPT:
            return rows.filter(delivery__in=KEPT_DELIVERY)
        if value == NOT_KEPT:
            return rows.exclude(delivery__in=KEPT_DELIVERY)
        return rows.filter(delivery=value)

    def filter_list(
        self, rows: QuerySet[PublishedActivity], name: str, text: str
    ) -> QuerySet[PublishedActivity]:
        return rows.filter(ListHolds(name, text))

    def offer(
        self,
        *,
        promises: Iterable[tuple[int, str]],
        commitments: Iterable[str],
        activities: Iterable[PublishedActivity],
        labels: dict[str, str] | None = None,
    ) -> None:
        """Fill the lists of the form with what occurs in one snapshot, in the strategy's words.

        A page calls it; the API, which shows no form, does not.
        """
        words = {**DEFAULT_LABELS, **(labels or {})}
        facets: dict[str, set[str]] = {"themes": set(), "enablers": set(), "places": set()}
        facets["partners"] = set()
        for activity in activities:
            for name, found in facets.items():
                found.update(getattr(activity, name))
        numbered = [(str(number), f"{number}. {title}") for number, title in promises]
        self._offer("promise", numbered, words["promise"], f"Any {words['promise'].lower()}")
        codes = [(code, code) for code in commitments]
        any_commitment = f"Any {words['commitment'].lower()}"
        self._offer("commitment", codes, words["commitment"], any_commitment)
        for name in ("theme", "enabler", "place", "partner"):
            self._offer(name, [(text, text) for text in sorted(facets[f"{name}s"])])

    def _offer(self, name: str, choices: Choices, label: str = "", empty: str = "") -> None:
        field = self.form.fields[name]
        empty = empty or self.filters[name].empty_label
        field.widget.choices = [("", empty), *choices]
        if label:
            field.label = label


RowT = TypeVar("RowT", bound=Model)


def _holding(rows: QuerySet[RowT], words: str, *columns: str) -> QuerySet[RowT]:
    """The rows in which every one of `words` occurs in some column, in any case of letters."""
    for word in words.split():
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(found)
    return rows


def _served_by(**conditions: Any) -> Q:
    """Rows that serve such a commitment, each once however many of them it serves."""
    commitments = PublishedCommitment.objects.filter(**conditions)
    through = PublishedActivity.commitments.through.objects.filter(
        publishedcommitment__in=commitments
    )
    return Q(pk__in=through.values("publishedactivity_id"))


QUARTERS_OFFERED = 12
MINE, UNIT, EVERYBODY, NOBODY = "mine", "unit", "all", "nobody"
DUPLICATE, LOOK_AGAIN, EXCLUDED = "duplicate", "look_again", "excluded"


class EngagementFilter(django_filters.FilterSet):
    """The live log. Without a scope it is one's own entries."""

    scope = django_filters.ChoiceFilter(
        label="Whose",
        method="filter_scope",
        choices=[(MINE, "Mine"), (UNIT, "My unit"), (EVERYBODY, "All staff")],
        empty_label=None,
    )
    search = django_filters.CharFilter(
        label="Words", method="filter_search", widget=forms.TextInput(attrs={"type": "search"})
    )
    activity = django_filters.ModelChoiceFilter(
        label="Activity",
        queryset=Activity.objects.none(),
        field_name="activities",
        to_field_name="reference",
        empty_label="Any activity",
    )
    type = django_filters.ModelChoiceFilter(
        label="Type",
        queryset=Term.objects.filter(vocabulary__slug=ENGAGEMENT_TYPES),
        field_name="engagement_type",
        to_field_name="code",
        empty_label="Any type",
    )
    state = django_filters.ChoiceFilter(
        label="State", choices=Engagement.State.choices, empty_label="Any state"
    )
    mark = django_filters.ChoiceFilter(
        label="Marked",
        method="filter_mark",
        choices=[
            (DUPLICATE, "Likely duplicate"),
            (LOOK_AGAIN, "Look again"),
            (EXCLUDED, "Left out of the statutory return"),
        ],
        empty_label="Any",
    )
    quarter = FacetFilter(method="filter_quarter", label="Quarter", empty_label="Any quarter")

    class Meta:
        model = Engagement
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        """`request` is required: the scopes are those of its user."""
        data = data.copy() if data is not None else QueryDict(mutable=True)
        if data.get("scope") not in (MINE, UNIT, EVERYBODY):
            data["scope"] = MINE
        super().__init__(data, *args, **kwargs)

    def offer(self, activities: QuerySet[Activity]) -> None:
        """Fill the lists of the form: activities, and the quarters of the last three years."""
        self.filters["activity"].queryset = activities
        period, keys = Period.containing(timezone.now()), []
        for _ in range(QUARTERS_OFFERED):
            keys.append(period.key)
            period = period.previous()
        widget = self.form.fields["quarter"].widget
        widget.choices = [("", self.filters["quarter"].empty_label), *[(key, key) for key in keys]]

    def filter_scope(
        self, rows: QuerySet[Engagement], _name: str, scope: str
    ) -> QuerySet[Engagement]:
        user = self.request.user
        if scope == UNIT:
            return rows.filter(unit__in=_units_of(user))
        return rows.filter(logged_by=user) if scope == MINE else rows

    def filter_search(
        self, rows: QuerySet[Engagement], _name: str, words: str
    ) -> QuerySet[Engagement]:
        """Every word must occur in the title, place, notes or in who logged it."""
        return _holding(
            rows, words, "title", "place", "notes", "logged_by__name", "logged_by_words"
        )

    def filter_quarter(
        self, rows: QuerySet[Engagement], _name: str, key: str
    ) -> QuerySet[Engagement]:
        try:
            period = Period.parse(key)
            return rows.filter(starts_on__range=(period.starts_on, period.ends_on))
        except (ValueError, OverflowError):
            return rows.none()

    def filter_mark(
        self, rows: QuerySet[Engagement], _name: str, mark: str
    ) -> QuerySet[Engagement]:
        if mark == DUPLICATE:
            return rows.filter(likely_duplicate_of__isnull=False)
        return rows.exclude(**{"look_again" if mark == LOOK_AGAIN else "return_exclusion": ""})


class ActivityFilter(django_filters.FilterSet):
    """The live plan."""

    search = django_filters.CharFilter(
        label="Words", method="filter_search", widget=forms.TextInput(attrs={"type": "search"})
    )
    whose = django_filters.ChoiceFilter(
        label="Whose",
        method="filter_whose",
        choices=[(MINE, "Mine"), (UNIT, "My unit"), (NOBODY, "Nobody’s yet")],
        empty_label="Anybody’s",
    )
    unit = FacetFilter(field_name="unit__slug", label="Unit", empty_label="Any unit")
    commitment = FacetFilter(
        field_name="commitments__code", label="Commitment", empty_label="Any commitment"
    )

    class Meta:
        model = Activity
        fields: list[str] = []

    def offer(self, strategy: Strategy) -> None:
        """Fill the lists of the form with what the plan of one strategy holds, in its words."""
        units = Unit.objects.filter(activities__strategy=strategy).distinct()
        field = self.form.fields["unit"]
        field.widget.choices = [("", "Any unit"), *((unit.slug, unit.name) for unit in units)]
        word = strategy.label_words["commitment"]
        field = self.form.fields["commitment"]
        field.label = word
        field.widget.choices = [
            ("", f"Any {word.lower()}"),
            *(
                (row.code, f"{row.code} {Truncator(row.text).chars(48)}")
                for row in strategy.commitments.all()
            ),
        ]

    def filter_search(self, rows: QuerySet[Activity], _name: str, words: str) -> QuerySet[Activity]:
        """Every word must occur in the reference, title, description, unit or owner."""
        return _holding(
            rows,
            words,
            "reference",
            "title",
            "description",
            "unit__name",
            "owner__name",
            "owner_role",
        )

    def filter_whose(self, rows: QuerySet[Activity], _name: str, whose: str) -> QuerySet[Activity]:
        """What the person owns, what their units answer for, or what nobody owns. Needs `request`."""
        if whose == NOBODY:
            return rows.filter(owner=None)
        user = self.request.user
        if whose == MINE:
            return rows.filter(owner=user)
        return rows.filter(unit__in=_units_of(user))


def _units_of(user: Any) -> set[int]:
    """The unit somebody works in and those they lead."""
    return units_led_by(user) | ({user.unit_id} if user.unit_id else set())
