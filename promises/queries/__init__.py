"""Reads of the plan and of what was published. Lists start from `..._visible_to(user)`."""

from promises.queries.plan import (
    activities_visible_to,
    current_strategy,
    engagements_visible_to,
    strategies_visible_to,
)
from promises.queries.progress import (
    activities_reporting,
    current_quarter,
    final_references,
    last_published_activity,
    reviews_due,
    updates_due,
    updates_visible_to,
)
from promises.queries.published import (
    Change,
    PromiseRow,
    activity_history,
    changes_since_previous,
    delivery_score,
    engagement_totals,
    latest_snapshot,
    payload_of,
    previous_snapshot,
    promise_rows,
    published_snapshots,
    snapshot_for,
    snapshots_latest,
)

__all__ = [
    "Change",
    "PromiseRow",
    "activities_reporting",
    "activities_visible_to",
    "activity_history",
    "changes_since_previous",
    "current_quarter",
    "current_strategy",
    "delivery_score",
    "engagement_totals",
    "engagements_visible_to",
    "final_references",
    "last_published_activity",
    "latest_snapshot",
    "payload_of",
    "previous_snapshot",
    "promise_rows",
    "published_snapshots",
    "reviews_due",
    "snapshot_for",
    "snapshots_latest",
    "strategies_visible_to",
    "updates_due",
    "updates_visible_to",
]
