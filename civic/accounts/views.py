from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from civic.accounts.forms import SignInForm
from civic.accounts.queries import is_staff_member


class SignInView(LoginView):
    """Sign in with user name and password; afterwards to `next`, where that is ours."""

    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without Django's own `site`, which would hide the one every page's frame reads."""
        context = super().get_context_data(**kwargs)
        del context["site"], context["site_name"]
        return context

    def get_default_redirect_url(self) -> str:
        """Staff start at their tasks; somebody without a role has no page behind the sign-in."""
        return reverse("portal:my_tasks" if is_staff_member(self.request.user) else "portal:home")


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, by button only: a link that is fetched ahead must not sign anybody out."""
    logout(request)
    messages.info(request, "You have signed out.")
    return redirect("portal:home")
