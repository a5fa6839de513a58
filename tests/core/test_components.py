"""The components: what a reader, a screen reader and a browser get from each."""

import datetime
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import resolve

from civic.core import drawing
from civic.core.widgets import GovDateField, GovDateWidget


def render(source: str, /, path: str = "/", **context) -> str:
    request = RequestFactory().get(path)
    html = Template("{% load civic %}" + source).render(Context({"request": request, **context}))
    return re.sub(r"\s+", " ", html)


class EngagementForm(forms.Form):
    title = forms.CharField(
        label="In a few words",
        error_messages={"required": "Say what happened, in a few words"},
    )
    attendees = forms.IntegerField(
        label="How many people came",
        help_text="Leave out staff.",
        error_messages={"invalid": "Attendees must be a whole number, like 45"},
    )
    hours = forms.DecimalField(label="Staff time", required=False)
    held_on = GovDateField(label="Date")
    form_of = forms.ChoiceField(
        label="Format",
        choices=[("person", "In person"), ("online", "Online")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a format"},
    )
    agreed = forms.BooleanField(label="Everyone agreed", required=False)
    file = forms.FileField(label="File", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def bound(**data) -> EngagementForm:
    return EngagementForm(data=data)


# Fields --------------------------------------------------------------------------------------


def test_field_with_error_ties_hint_and_error_to_the_control():
    html = render("{% field form.attendees width=5 %}", form=bound(attendees="about 45"))

    assert '<label class="govuk-label govuk-label--s" for="id_attendees">' in html
    assert 'aria-describedby="id_attendees-hint id_attendees-error"' in html
    assert 'id="id_attendees-hint">Leave out staff.</div>' in html
    assert "Attendees must be a whole number, like 45" in html
    assert 'aria-invalid="true"' in html
    assert "govuk-input govuk-input--width-5 govuk-input--error" in html


def test_number_field_shows_again_what_was_typed():
    html = render("{% field form.attendees %}", form=bound(attendees="about 45"))

    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html
    assert 'value="about 45"' in html
    assert "number" not in re.sub(r"whole number", "", html)


def test_field_marks_the_optional_not_the_required():
    form = EngagementForm()

    assert "(optional)" in render("{% field form.hours %}", form=form)
    assert "(optional)" not in render("{% field form.title %}", form=form)
    assert "(optional)" not in render("{% field form.hours optional=False %}", form=form)
    assert "required" not in render("{% field form.title %}", form=form)


def test_field_suffix_and_decimal_without_useless_zeros():
    form = EngagementForm(initial={"hours": Decimal("6.50")})
    html = render('{% field form.hours suffix="hours" width=4 %}', form=form)

    assert '<div class="govuk-input__suffix" aria-hidden="true">hours</div>' in html
    assert 'value="6.5"' in html
    assert 'inputmode="decimal"' in html


def test_whole_tens_keep_their_zeros():
    form = EngagementForm(initial={"hours": Decimal("120")})

    assert 'value="120"' in render("{% field form.hours %}", form=form)


def test_radios_have_a_legend_and_the_chosen_one_is_checked():
    html = render("{% field form.form_of columns=3 %}", form=bound(form_of="online"))

    assert html.count('type="radio"') == 2
    assert "govuk-fieldset__legend--s" in html
    assert "civic-choices--3" in html
    assert re.findall(r'value="(\w+)"\s+checked', html) == ["online"]
    assert html.count("civic-choices civic-choices--3") == 1


def test_grouped_choices_are_named_and_hinted():
    class Grouped(forms.Form):
        plan = forms.MultipleChoiceField(
            choices=[("Promise 1", [("a", "First"), ("b", "Second")]), ("Promise 2", [("c", "C")])],
            widget=forms.CheckboxSelectMultiple,
        )

    form = Grouped()
    form.fields["plan"].widget.option_hints = {"b": "Used lately"}
    html = render("{% field form.plan scroll=True %}", form=form)

    assert html.count("civic-choicehead") == 2
    assert 'class="civic-choicebox"' in html
    assert 'id="id_plan_0_1-hint">Used lately</span>' in html


def test_label_and_value_are_escaped():
    html = render(
        "{% field form.title label=label %}",
        form=bound(title='"><script>'),
        label="<b>Title</b>",
    )

    assert "<script>" not in html
    assert "<b>Title" not in html


def test_single_checkbox_file_and_hidden():
    form = bound(agreed="on", token="t1")

    assert 'type="checkbox" checked' in render("{% field form.agreed %}", form=form)
    assert 'type="file"' in render("{% field form.file %}", form=form)
    hidden = render("{% field form.token %}", form=form)
    assert 'type="hidden"' in hidden
    assert "label" not in hidden


# Dates ---------------------------------------------------------------------------------------


class DateForm(forms.Form):
    held_on = GovDateField(label="Date it happened", required=True)


def date_form(day="", month="", year="") -> DateForm:
    return DateForm({"held_on_day": day, "held_on_month": month, "held_on_year": year})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("27", "3", "2026"), datetime.date(2026, 3, 27)),
        ((" 27 ", "03", "2026"), datetime.date(2026, 3, 27)),
        (("29", "Feb", "2028"), datetime.date(2028, 2, 29)),
        (("1", "september", "2026"), datetime.date(2026, 9, 1)),
    ],
)
def test_date_accepts_figures_and_month_names(typed, expected):
    form = date_form(*typed)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["held_on"] == expected


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("", "", ""), "Date it happened: enter the day, month and year, like 27 3 2026"),
        (("27", "", "2026"), "Date it happened must include a month"),
        (("27", "", ""), "Date it happened must include a month and a year"),
        (("31", "2", "2026"), "Date it happened must be a real date, like 27 3 2026"),
        (
            ("27", "13", "2026"),
            "Date it happened: the month must be a number from 1 to 12, or its name",
        ),
        (("27", "3", "26"), "Date it happened: the year must have 4 figures, like 2026"),
        (("x", "3", "2026"), "Date it happened must be a real date, like 27 3 2026"),
    ],
)
def test_date_error_says_how_to_be_right(typed, message):
    assert date_form(*typed).errors == {"held_on": [message]}


def test_date_shows_again_exactly_what_was_typed():
    html = render("{% field form.held_on %}", form=date_form("31", "Febr", "26"))

    assert re.findall(r'name="held_on_(\w+)".*?value="([^"]*)"', html) == [
        ("day", "31"),
        ("month", "Febr"),
        ("year", "26"),
    ]


def test_date_of_a_record_fills_the_three_boxes():
    form = DateForm(initial={"held_on": datetime.date(2026, 11, 2)})
    html = render("{% field form.held_on %}", form=form)

    assert re.findall(r'value="([^"]*)"', html) == ["2", "11", "2026"]


def test_date_widget_under_a_plain_date_field():
    class Plain(forms.Form):
        due = forms.DateField(widget=GovDateWidget)

    assert Plain({"due_day": "1", "due_month": "8", "due_year": "2026"}).is_valid()
    assert not Plain({"due_day": "1", "due_month": "8"}).is_valid()


def test_own_required_message_wins():
    class Own(forms.Form):
        due = GovDateField(error_messages={"required": "Say when it is due"})

    assert Own({}).errors["due"] == ["Say when it is due"]


# Errors --------------------------------------------------------------------------------------


def test_error_summary_links_to_the_control_at_fault():
    form = bound(held_on_day="2", held_on_year="2026", attendees="4")
    html = render("{% error_summary form %}", form=form)

    assert re.findall(r'href="#([^"]+)"', html) == [
        "id_title",
        "id_held_on_month",
        "id_form_of_0",
    ]
    assert 'class="govuk-error-summary" tabindex="-1"' in html


def test_every_link_of_the_summary_leads_somewhere():
    form = bound()
    page = render(
        "{% error_summary form %}{% for part in form %}{% field part %}{% endfor %}", form=form
    )

    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets
    assert set(targets) <= set(re.findall(r' id="([^"]+)"', page))


def test_error_summary_takes_formsets_and_lists():
    formset_class = forms.formset_factory(DateForm, extra=0, min_num=1, validate_min=True)
    formset = formset_class({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"})
    html = render("{% error_summary form others %}", form=bound(), others=[formset])

    assert "Say what happened" in html
    assert 'href="#id_form-0-held_on_day"' in html


def test_no_errors_no_summary():
    form = EngagementForm()

    assert render("{% error_summary form %}{% error_prefix form %}", form=form).strip() == ""
    assert render("{% error_prefix form %}", form=bound()) == "Error: "


# Lists ---------------------------------------------------------------------------------------


def test_pagination_keeps_the_query_and_marks_the_page():
    page = Paginator(range(200), 10).get_page(3)
    html = render("{% pagination page %}", path="/?place=l&page=3", page=page)

    assert 'href="?place=l&amp;page=4" rel="next"' in html
    assert 'href="?place=l&amp;page=2" rel="prev"' in html
    assert html.count('aria-current="page"') == 1
    assert "govuk-pagination__item--ellipsis" in html


def test_pagination_of_one_page_is_nothing():
    page = Paginator(range(3), 10).get_page(1)

    assert render("{% pagination page %}", page=page).strip() == ""


class FilterForm(forms.Form):
    q = forms.CharField(label="Name", required=False)
    place = forms.MultipleChoiceField(
        choices=[("h", "Halton"), ("s", "Sefton")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    since = GovDateField(label="Since", required=False)


def chips(path: str) -> list[tuple[str, str]]:
    query = RequestFactory().get(path).GET
    filterset = SimpleNamespace(form=FilterForm(query))
    html = render("{% filter_chips filterset %}", path=path, filterset=filterset)
    return re.findall(r'class="civic-chip" href="([^"]*)"> (.*?) <svg', html)


def test_each_chip_removes_only_itself_and_goes_to_the_first_page():
    assert chips("/?q=dock&place=h&place=s&page=4") == [
        ("?place=h&amp;place=s", "Name: dock"),
        ("?q=dock&amp;place=s", "Halton"),
        ("?q=dock&amp;place=h", "Sefton"),
    ]


def test_date_chip_removes_its_three_parts():
    assert chips("/?since_day=1&since_month=8&since_year=2026&q=a") == [
        ("?since_day=1&amp;since_month=8&amp;since_year=2026", "Name: a"),
        ("?q=a", "Since: 1 August 2026"),
    ]


def test_unknown_and_empty_choices_make_no_chip():
    assert chips("/?place=zz&q=") == []


def test_filter_panel_marks_nothing_optional():
    filterset = SimpleNamespace(form=FilterForm({}))
    html = render('{% filter_panel filterset button="Show" %}', filterset=filterset)

    assert 'method="get"' in html
    assert "(optional)" not in html


def test_zero_cells_are_greyed():
    assert "is-zero" in render('{% count_cell 0 "Complete" %}')
    assert render('{% count_cell 1200 "Complete" %}') == (
        '<td class="civic-num" data-label="Complete">1,200</td>'
    )


def test_breadcrumbs_end_with_this_page():
    html = render('{% breadcrumbs "Home" "/" "Promise 5" %}')

    assert '<a class="govuk-breadcrumbs__link" href="/">Home</a>' in html
    assert 'aria-current="page">Promise 5</li>' in html
    with pytest.raises(TemplateSyntaxError):
        render('{% breadcrumbs "Home" "/" %}')


# Jobs and figures ----------------------------------------------------------------------------


def job(state: str, percent: int = 0, stage: str = "", reason: str = "") -> SimpleNamespace:
    return SimpleNamespace(pk="7", state=state, percent=percent, stage=stage, reason=reason)


def test_running_job_asks_again_and_offers_refresh():
    html = render(
        '{% job_progress job label="Report" %}', path="/x/?a=1", job=job("running", 40, "Charts")
    )

    assert 'hx-get="/x/?a=1" hx-trigger="every 2s" hx-select="#job-7"' in html
    assert '<progress class="civic-meter" max="100" value="40" aria-label="Report">' in html
    assert "Charts</span>, 40%" in html
    assert '<a href="/x/?a=1">Refresh</a>' in html


def test_finished_job_stops_asking():
    html = render('{% job_progress job label="Report" done_url="/f/" %}', job=job("done", 90))

    assert "hx-get" not in html
    assert 'value="100"' in html
    assert 'href="/f/"' in html


def test_failed_job_gives_its_reason_and_a_way_on():
    html = render(
        '{% job_progress job label="Report" retry_url="/r/" %}',
        job=job("failed", 60, "", "No <room> left."),
    )

    assert "No &lt;room&gt; left." in html
    assert 'action="/r/" method="post"' in html
    assert "<progress" not in html


def test_figure_states_its_bar_in_words():
    html = render(
        '{% figure value=18240 unit="people" label="came" amount=18240 target=22500'
        ' baseline=14400 source="Log" %}'
    )

    assert (
        "<title>18,240 people, against a target of 22,500, from a baseline of 14,400</title>"
        in html
    )
    assert "<dt>Source</dt> <dd> Log </dd>" in html
    assert "<svg" not in render('{% figure value="12" label="plain" %}')


def test_bar_starts_at_zero_and_ends_at_the_longest():
    bar = drawing.target_bar(50, 100)

    assert 'class="c-bar" d="M0 8h149.5v14H0z"' in bar
    assert 'class="c-target" d="M299 2v26"' in bar
    assert "h0v14" in drawing.target_bar(0)


def test_column_chart_shows_a_gap_as_a_gap():
    points = [
        {"label": "2023-24", "amount": 50},
        {"label": "2024-25", "amount": None},
        {"label": "<b>", "amount": 100},
    ]
    chart = drawing.column_chart(points, title="Hours", target=200)

    assert (
        "<title>Hours: 2023-24 50, 2024-25 no reading, &lt;b&gt; 100, target 200</title>" in chart
    )
    assert chart.count('class="c-bar') == 2
    assert chart.count('class="c-gap"') == 1
    assert "<b>" not in chart


# Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1200, "1,200"),
        (Decimal("1200.50"), "1,200.5"),
        (31.4, "31.4"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1,000"),
        (0, "0"),
        (None, ""),
        ("18,240", "18,240"),
    ],
)
def test_number(value, expected):
    assert render("{{ value|number }}", value=value) == expected


def test_date_long_is_local_and_empty_without_a_date():
    just_before_midnight_utc = datetime.datetime(2026, 7, 31, 23, 30, tzinfo=datetime.UTC)

    assert render("{{ d|date_long }}", d=datetime.date(2026, 11, 21)) == "21 November 2026"
    assert render("{{ d|date_long }}", d=just_before_midnight_utc) == "1 August 2026"
    assert render("{{ d|date_long }}", d=None) == ""


def test_hash_groups():
    assert render("{{ h|hash_groups }}", h="9f2c41d708") == "9f2c 41d7 08"


# Frames --------------------------------------------------------------------------------------

FRAME = {
    "site": {
        "institution": "Northshore University",
        "tagline": "Our objectives",
        "answers_role": "The Director",
        "nav": [{"label": "Progress", "url": "/progress/", "current": True}],
        "pages": [{"label": "Progress", "url": "/progress/", "current": True}],
        "staff_nav": [{"label": "My tasks", "url": "/staff/", "current": False}],
        "sign_out_url": "/sign-out/",
    },
    "labels": {"promises_lower": "objectives", "commitments_lower": "actions"},
}


def page(base: str, **context) -> str:
    source = f'{{% extends "{base}" %}}{{% block title %}}Plan{{% endblock %}}'
    html = Template(source).render(Context(FRAME | context))
    return re.sub(r"\s+", " ", html)


def test_base_names_page_place_and_institution():
    html = page("base.html", is_demo=False)

    assert "<title>Plan | Our objectives | Northshore University</title>" in html
    assert '<a href="/progress/" aria-current="page">Progress</a>' in html
    assert '<html lang="en-GB"' in html
    assert "Demonstration" not in html


def test_demonstration_says_so_in_the_strategys_own_words():
    html = page("base.html", is_demo=True)

    assert "The objectives have their real titles; the actions are reworded;" in html


def test_messages_are_a_status():
    html = page("base.html", messages=[SimpleNamespace(level_tag="success")])

    assert 'role="status"' in html
    assert "civic-notice--success" in html


def test_staff_signs_out_by_post():
    html = page("base_staff.html", csrf_token="t")

    assert '<form action="/sign-out/" method="post">' in html
    assert 'href="/sign-out/"' not in html
    assert 'aria-current="page"' not in html


@pytest.mark.parametrize("name", ["base.html", "base_staff.html"])
def test_frames_hold_nothing_inline(name):
    html = page(name, is_demo=True)

    assert not re.search(r"<style|\sstyle=|\son\w+=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)


def test_every_fixed_link_of_the_frame_leads_to_a_page():
    links = set(re.findall(r'href="(/[^"]*)"', page("base.html", site={})))

    assert links >= {"/", "/data/", "/accessibility/", "/privacy/", "/cookies/"}
    for link in links:
        if not link.startswith("/static/"):
            resolve(link)


@pytest.mark.parametrize("name", ["404.html", "403.html", "500.html"])
def test_fault_pages_stand_without_context(name):
    html = get_template(name).render({})

    assert html.count("<h1") == 1
    assert 'href="/"' in html
