"""Where an error page leads back to."""

from typing import Any

from django import template
from django.utils.http import url_has_allowed_host_and_scheme

register = template.Library()


@register.simple_tag(takes_context=True)
def way_back(context: template.Context) -> str:
    """The page of this site that the person came from; empty when there is none to return to."""
    request: Any = context.get("request")
    if request is None:
        return ""
    came_from = request.headers.get("Referer", "")
    here = request.build_absolute_uri()
    is_ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # A page that refuses to be read would only refuse again; a refused form is worth going back to.
    return came_from if is_ours and (came_from != here or request.method == "POST") else ""
