from promises.models.log import Engagement, EvidenceItem
from promises.models.measures import Indicator, Reading
from promises.models.plan import Activity, Milestone
from promises.models.progress import ProgressUpdate, PublicationRequest, Quarter
from promises.models.published import (
    PublishedActivity,
    PublishedCommitment,
    PublishedEngagement,
    PublishedIndicator,
    PublishedMilestone,
    PublishedPromise,
    PublishedReading,
    Snapshot,
)
from promises.models.strategy import (
    Commitment,
    CommitmentWording,
    Promise,
    PromiseWording,
    Strategy,
)

__all__ = [
    "Activity",
    "Commitment",
    "CommitmentWording",
    "Engagement",
    "EvidenceItem",
    "Indicator",
    "Milestone",
    "ProgressUpdate",
    "Promise",
    "PromiseWording",
    "PublicationRequest",
    "PublishedActivity",
    "PublishedCommitment",
    "PublishedEngagement",
    "PublishedIndicator",
    "PublishedMilestone",
    "PublishedPromise",
    "PublishedReading",
    "Quarter",
    "Reading",
    "Snapshot",
    "Strategy",
]
