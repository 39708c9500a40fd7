"""What holds for every request and every answer."""

from django.http import Http404
from django.utils.cache import patch_cache_control


def refuse_null_bytes(get_response):
    """No page has an address with a NUL in it, and PostgreSQL fails on one; forms tell of theirs beside the field."""

    def respond(request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return get_response(request)

    return respond


def keep_private(get_response):
    """What a signed-in person sees stays in no cache, so that "back" after signing out shows nothing of it. A view that
    says otherwise has its way.
    """

    def respond(request):
        response = get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return respond
