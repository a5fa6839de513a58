"""Named errors. Services raise them; one handler shows them on pages, another in the API."""


class PortalError(Exception):
    """Something the person can understand and act on.

    `message` is shown as written: it says what is wrong and what to do. `status` is the HTTP
    status of the answer; `title` heads the page and the problem document.
    """

    status = 400
    title = "That could not be done"
    code = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(PortalError):
    """The person may see the record but not do this to it."""

    status = 403
    title = "You cannot do that"
    code = "not-allowed"


class WrongState(PortalError):
    """The record is not in a state from which this can be done."""

    status = 409
    title = "That cannot be done now"
    code = "wrong-state"


class StaleVersion(PortalError):
    """Somebody else saved the record since it was opened."""

    status = 409
    title = "Somebody else has changed this"
    code = "stale-version"


class NotFound(PortalError):
    """A command named something that is not here."""

    status = 404
    title = "Not found"
    code = "not-found"


class FileRefused(PortalError):
    """An uploaded or imported file is not what it must be."""

    status = 422
    title = "The file cannot be used"
    code = "file-refused"


class JobLost(PortalError):
    """This worker was taken for dead and its job given to another; it must stop writing."""

    status = 409
    title = "The job has moved to another worker"
    code = "job-lost"
