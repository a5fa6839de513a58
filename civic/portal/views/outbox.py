"""The local outbox: mail kept on this machine instead of being sent. Never on a server."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from civic.core.models import MailMessage

MESSAGES_ON_A_PAGE = 50


def _only_here() -> None:
    if not settings.LOCAL_OUTBOX:
        raise Http404


@login_not_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every message, newest first."""
    _only_here()
    messages = MailMessage.objects.select_related("job")
    page = Paginator(messages, MESSAGES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/outbox.html", {"page": page})


@login_not_required
@require_safe
def outbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of one message, its links live."""
    _only_here()
    message = get_object_or_404(MailMessage.objects.select_related("job"), pk=pk)
    return render(request, "portal/outbox_message.html", {"message": message})
