"""What the tests of the public pages share."""

from typing import Any

from tests.story import Story, make_story

PAGES = [
    "/",
    "/progress/",
    "/progress/2025-26-Q1/",
    "/promises/",
    "/promises/1/",
    "/commitments/1.1/",
    "/activities/GN-01/",
    "/reports/",
    "/data/",
]


def told(activities: int = 3, **options: Any) -> Story:
    """A published story: one on track, one delayed, the rest without an update."""
    story = make_story(activities=activities, **options)
    story.report(story.activities[0])
    if activities > 1:
        story.report(story.activities[1], delivery="delayed", percent=20, reason="The river rose.")
    story.log(story.activities[0])
    story.publish()
    return story
