"""The answer of the API where it has no address.

Apart from civic.core.api, which the REST framework reads while it makes its own views.
"""

from typing import Any

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import resolve
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


class UnknownAddress(APIView):
    """Last of the API's addresses: a problem document for every address that is none of them.

    One that only lacks its final slash leads to the address meant, as everywhere on the site.
    """

    permission_classes = [AllowAny]
    schema = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and _lacks_its_slash(request):
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever the method, and whatever format was asked for."""
        raise exceptions.NotFound()


def _lacks_its_slash(request: HttpRequest) -> bool:
    path = request.path_info
    if path.endswith("/"):
        return False
    return getattr(resolve(f"{path}/").func, "cls", None) is not UnknownAddress
