"""Mail is a row first and a message later."""

import pytest
from django.core import mail
from django.template import TemplateDoesNotExist

from civic.core import jobs
from civic.core.checks import mail_has_a_way_out
from civic.core.errors import JobLost
from civic.core.mail import mail_send
from civic.core.models import Job, MailMessage

pytestmark = pytest.mark.django_db

CHASE = {"person": None, "period": None, "closes_on": None, "owed": []}


def send(**changes):
    values = {"to": "sam@example.org", "template": "chase", "context": CHASE, "key": "k"}
    return mail_send(**values | changes)


def test_mail_is_sent_once_by_its_job(settings):
    message = send()
    assert mail.outbox == []
    jobs.job_run(job_id=str(message.job.pk))
    jobs._handlers["mail"](message.job, lambda stage, percent: None)
    message.refresh_from_db()
    assert [sent.to for sent in mail.outbox] == [["sam@example.org"]]
    assert message.sent_at is not None
    assert Job.objects.get(pk=message.job.pk).state == "done"


def test_mail_with_the_same_key_is_the_same_message():
    assert send().pk == send(to="other@example.org").pk
    assert MailMessage.objects.count() == 1


def test_mail_has_text_and_html():
    message = send()
    jobs.job_run(job_id=str(message.job.pk))
    sent = mail.outbox[0]
    assert sent.body == message.text
    assert sent.alternatives[0][1] == "text/html"
    assert "\n" not in sent.subject


def test_mail_that_the_server_refuses_for_now_is_tried_again(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = send()
    jobs.job_run(job_id=str(message.job.pk))
    job = Job.objects.get(pk=message.job.pk)
    message.refresh_from_db()
    assert (job.state, message.sent_at) == ("queued", None)
    assert "ConnectionRefusedError" in job.reason


def test_mail_without_a_template_is_refused_before_anything_is_written():
    with pytest.raises(TemplateDoesNotExist):
        send(template="nothing")
    assert MailMessage.objects.count() == 0


def test_mail_that_a_killed_worker_sends_again_is_known_as_a_copy():
    message = send()
    for _attempt in range(2):
        jobs._handlers["mail"](message.job, lambda stage, percent: None)
        MailMessage.objects.update(sent_at=None)
    first, second = (sent.extra_headers["Message-ID"] for sent in mail.outbox)
    assert first == second == f"<{message.job.pk}@127.0.0.1>"


def test_mail_is_not_sent_by_a_worker_that_lost_the_job():
    message = send()

    def lost(_stage, _percent):
        raise JobLost("theirs")

    with pytest.raises(JobLost):
        jobs._handlers["mail"](message.job, lost)
    assert mail.outbox == []


def test_server_that_names_no_mail_server_says_so_and_sends_nothing(settings):
    assert mail_has_a_way_out() == []
    settings.LOCAL_OUTBOX = False
    assert [warning.id for warning in mail_has_a_way_out()] == ["civic.W001"]
    message = send()
    jobs.job_run(job_id=str(message.job.pk))
    message.refresh_from_db()
    job = Job.objects.get(pk=message.job.pk)
    assert (job.state, message.sent_at) == ("queued", None)
    assert "Set EMAIL_URL" in job.reason


def test_mail_outlasts_hours_without_a_mail_server():
    job = send().job
    pauses = [jobs.BACKOFF_SECONDS * 2**attempt for attempt in range(job.max_attempts - 1)]
    assert sum(pauses) > 2 * 3600
