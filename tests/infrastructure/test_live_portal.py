"""The portal of separate processes that journeys stand on."""

from tests.processes import Portal

# A mail that does not exist: the job is taken, fails, and is tried again; nothing is sent.
REQUEST = (
    "from civic.core.jobs import job_request;"
    "job_request(kind='mail', key='{key}', payload={{'message': 0}})"
)


def shell(portal: Portal, code: str) -> str:
    return portal.manage("shell", "--verbosity", "0", "--command", code).strip()


def attempts(portal: Portal, key: str) -> int:
    code = f"from civic.core.models import Job; print(Job.objects.get(key='{key}').attempts)"
    return int(shell(portal, code))


def test_web_answers_and_pages_load(live_portal: Portal, page):
    answer = page.goto(live_portal.url("/healthz"))

    assert answer is not None
    assert answer.status == 200


def test_command_reads_the_database_that_the_web_reads(live_portal: Portal):
    assert "No migrations to apply" in live_portal.manage("migrate")


def test_worker_takes_a_job_that_another_process_asked_for(live_portal: Portal):
    shell(live_portal, REQUEST.format(key="harness:first"))

    live_portal.wait_for(lambda: attempts(live_portal, "harness:first") > 0, what="job", seconds=30)


def test_worker_that_was_killed_takes_what_was_left(live_portal: Portal):
    live_portal.kill_worker()
    shell(live_portal, REQUEST.format(key="harness:second"))

    live_portal.start_worker()

    live_portal.wait_for(
        lambda: attempts(live_portal, "harness:second") > 0, what="job", seconds=30
    )
