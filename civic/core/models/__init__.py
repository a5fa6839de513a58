from civic.core.models.attachments import Attachment
from civic.core.models.audit import AuditEvent
from civic.core.models.imports import ImportRun
from civic.core.models.jobs import Job
from civic.core.models.mail import MailMessage
from civic.core.models.versions import Versioned
from civic.core.models.vocabulary import Term, Vocabulary

__all__ = [
    "Attachment",
    "AuditEvent",
    "ImportRun",
    "Job",
    "MailMessage",
    "Term",
    "Versioned",
    "Vocabulary",
]
