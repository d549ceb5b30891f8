"""Our own door in front of the Wagtail admin: everybody signs in through allauth, nobody around it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def cms_entry(request: HttpRequest) -> HttpResponse:
    """Send people to the one sign-in page, editors on to the editor, and say a plain no to the rest."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse("wagtailadmin_home")
    if not request.user.is_authenticated:
        return redirect_to_login(target, settings.LOGIN_URL)
    if request.user.has_perm("wagtailadmin.access_admin"):
        return redirect(target)
    return render(request, "config/cms_refused.html", status=403)
