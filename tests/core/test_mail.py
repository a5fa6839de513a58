"""Mail is a row first and a message later."""

import pytest
from django.core import mail
from django.template import TemplateDoesNotExist

from civic.core import jobs
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
