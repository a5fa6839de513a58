"""A portal full of what could leak, and one person of every role: what the table is walked on."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from civic.accounts.models import Role, Unit, User
from civic.core.models import MailMessage
from civic.core.pdf import PdfResult
from civic.core.periods import Period
from civic.reporting.services import report_attach, report_request
from partners.models import Organisation
from promises.models import Activity, Engagement, Indicator, ProgressUpdate, Strategy
from promises.services.publication import publication_request
from promises.services.updates import update_return, update_save, update_submit
from tests.people import person
from tests.story import PERIOD, Story, make_story

SECRETS = {
    "draft entry": "Evening that is not yet certain",
    "withdrawn entry": "Evening that never happened",
    "logged entry": "Evening logged since publication",
    "draft update": "Half a sentence that nobody has handed in",
    "submitted update": "Handed in and read by nobody yet",
    "reason for return": "A reason between the lead and the owner",
    "new activity": "Plan that no publication has shown",
    "unconfirmed organisation": "Friends of a Lane Unseen",
    "unadopted strategy": "Promises still being written",
}


@dataclass
class World:
    story: Story
    people: dict[str, User | None]
    # What stands in the table in the place of a key.
    records: dict[str, Any]


def make_world() -> World:
    """Two published quarters, one with its report; a third whose sign-off is asked for."""
    story = make_story(activities=4)
    first, unowned = story.activities[0], story.activities[2]
    other_unit = Unit.objects.create(slug="music", name="School of Music")
    story.owner.unit = story.unit
    story.owner.save()
    Activity.objects.filter(pk=unowned.pk).update(owner=None)
    story.report(first)
    unseen = Organisation.objects.create(
        name=SECRETS["unconfirmed organisation"], standing=Organisation.Standing.UNCONFIRMED
    )
    first.partners.add(unseen)
    story.log(first).partners.add(unseen)
    finished = report_request(actor=story.publisher, snapshot=story.publish())
    report_attach(report=finished, pdf=PdfResult(content=b"%PDF-1.7\n%%EOF\n", pages=12))
    story.open(Period(2025, 2), dt.date(2026, 2, 10))
    story.report(first)
    being_made = report_request(
        actor=story.publisher, snapshot=story.publish(dt.datetime(2026, 2, 27, 9, tzinfo=dt.UTC))
    )
    story.open(Period(2025, 3), dt.date(2026, 5, 11))
    records: dict[str, Any] = {
        "finished report": finished.pk,
        "report being made": being_made.pk,
        "published quarter": PERIOD.key,
        "round under way": story.quarter.key,
        **_live_records(story),
    }
    colleague = person("cora", Role.STAFF)
    colleague.unit = other_unit
    colleague.save()
    return World(
        story=story,
        people={
            "visitor": None,
            "no-role": person("nora"),
            "staff": story.owner,
            "colleague": colleague,
            "lead": story.lead,
            "other-lead": person("otto", Role.UNIT_LEAD, unit=other_unit),
            "office": story.publisher,
            "second": story.signer,
            "administrator": story.administrator,
            "superuser": _superuser(),
        },
        records=records,
    )


def _superuser() -> User:
    user = person("sue")
    user.is_superuser = user.is_staff = True
    user.save()
    return user


def _live_records(story: Story) -> dict[str, Any]:
    """What staff have written since the last publication; every text of it is a secret."""
    first, second, _unowned, fourth = story.activities
    draft = story.log(
        second, title=SECRETS["draft entry"], state=Engagement.State.DRAFT, logged_by=story.owner
    )
    logged = story.log(first, title=SECRETS["logged entry"], unit=story.unit, logged_by=story.owner)
    withdrawn = story.log(
        first,
        title=SECRETS["withdrawn entry"],
        state=Engagement.State.WITHDRAWN,
        unit=story.unit,
        logged_by=story.owner,
    )
    started = _update(story, second, SECRETS["draft update"])
    handed_in = _update(story, first, SECRETS["submitted update"])
    update_submit(actor=story.owner, update=handed_in, expected_version=handed_in.version)
    sent_back = _update(story, fourth, "Nearly there.")
    update_submit(actor=story.owner, update=sent_back, expected_version=sent_back.version)
    update_return(
        actor=story.lead,
        update=sent_back,
        expected_version=sent_back.version,
        reason=SECRETS["reason for return"],
    )
    Activity.objects.create(
        strategy=story.strategy,
        reference="GN-09",
        title=SECRETS["new activity"],
        unit=story.unit,
        owner=story.owner,
    )
    Indicator.objects.create(strategy=story.strategy, reference="IN-01", title="People helped")
    asked = publication_request(actor=story.publisher, quarter=story.quarter)
    Strategy.objects.create(
        slug="place-2030", title=SECRETS["unadopted strategy"], institution="Mersey University"
    )
    return {
        "draft entry": draft.pk,
        "logged entry": logged.pk,
        "withdrawn entry": withdrawn.pk,
        "draft update": started.pk,
        "submitted update": handed_in.pk,
        "publication request": asked.pk,
        "message": MailMessage.objects.latest("pk").pk,
    }


def _update(story: Story, activity: Activity, narrative: str) -> ProgressUpdate:
    return update_save(
        actor=story.owner,
        activity=activity,
        quarter=story.quarter,
        expected_version=None,
        delivery="on_track",
        percent=60,
        narrative=narrative,
        reason="",
        next_steps="",
    )
