"""The addresses of pictures. No proxy and no other view serves a file below `var/media`."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

from wagtail.images import get_image_model

from config.files import visibility

# A browser keeps a picture for some minutes: a page shows the same one in several places.
SECONDS_KEPT = 300


@require_safe
def show_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A smaller copy of a picture, or, for editors, the picture as it was uploaded."""
    copies = get_image_model().get_rendition_model().objects.select_related("image__collection")
    copy = copies.filter(file=f"images/{name}").first()
    if copy is None:
        raise Http404
    whole = copy.filter_spec == "original"
    refusal = visibility.refuse_file(request, copy.image, whole=whole)
    return refusal or send_file(request, copy.file.name)


@require_safe
def show_avatar(request: HttpRequest, name: str) -> HttpResponseBase:
    """The picture that an editor has uploaded of themselves, for editors."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not visibility.edits(request):
        raise PermissionDenied
    return send_file(request, f"avatar_images/{name}")


def send_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file below `var/media`; with MEDIA_BY_PROXY the proxy sends it in our name."""
    response: HttpResponseBase
    if settings.MEDIA_BY_PROXY:
        response = HttpResponse()
        del response.headers["Content-Type"]  # the proxy knows it
        response.headers["X-Accel-Redirect"] = settings.MEDIA_BY_PROXY + quote(name)
    else:
        response = serve(request, name, document_root=str(settings.MEDIA_ROOT))
    # Only what is true may be named: Django writes `public=False` as words that mean nothing, or “public”.
    whose = "private" if request.user.is_authenticated else "public"
    patch_cache_control(response, max_age=SECONDS_KEPT, **{whose: True})
    return response
