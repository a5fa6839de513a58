"""The portal, and beside it what it is measured against: bytes read once when the server starts.

Both stand behind the same middleware, so the difference is what making the page costs.
"""

import hashlib
import os
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import condition

CONTENT = Path(os.environ["BENCHMARK_PAGE"]).read_bytes()
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()[:32]}"'


@login_not_required
@condition(etag_func=lambda request: ETAG)
def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(CONTENT)


urlpatterns = [path("constant/", constant), path("", include("civic.urls"))]
