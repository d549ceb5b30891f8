"""Views that replace the Wagtail admin's sign-in page and allauth's page of e-mail addresses."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.permissions import current_responsibilities


def enter_cms(request: HttpRequest) -> HttpResponse:
    """Send signed-out people to the sign-in page and editors to the editor; refuse everybody else (403)."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse("wagtailadmin_home")
    if not request.user.is_authenticated:
        return redirect_to_login(target, settings.LOGIN_URL)
    if request.user.has_perm("wagtailadmin.access_admin"):
        return HttpResponseRedirect(target)
    held = current_responsibilities(request.user, timezone.now()).filter(region__isnull=False)
    regional = held.filter(role__in=[Role.AUTHOR, Role.REVIEWER]).select_related("region")
    context = {"regional": regional, "marks": any(one.role == Role.REVIEWER for one in regional)}
    return render(request, "config/cms_refused.html", context, status=403)


def refuse_shared_password(_request: HttpRequest, **_numbers: int) -> HttpResponse:
    """No page and no collection has a shared password; Wagtail would show its form for every restriction."""
    raise Http404


@require_safe
@login_required
def show_address(request: HttpRequest) -> HttpResponse:
    """Show the person's e-mail address. Only HR changes it, so allauth's page for adding addresses is not served."""
    return render(request, "account/email.html")
