"""The photos of a need, as its resident sees them."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from checklists.models import NeedPhoto
from checklists.views.needs.following import OwnNeedMixin
from organizations.photos import thumb


def photo_addresses(need, photo):
    url = reverse("checklists:needphoto_detail", args=[need.code, photo.pk])
    words = "办好后的照片" if photo.stage == NeedPhoto.Stage.FINISHED else "您传的照片"
    return {"url": url, "thumb": f"{url}?size=small", "alt": f"{words}，点开看大图"}


class NeedPhotoView(OwnNeedMixin, View):
    cache_control = "private, max-age=3600"

    def get(self, request, code, pk):
        photo = get_object_or_404(self.need.photos, pk=pk)
        if request.GET.get("size") == "small":
            with photo.image.open() as file:
                response = HttpResponse(thumb(file), content_type="image/jpeg")
        else:
            response = FileResponse(photo.image.open(), content_type="image/jpeg")
        response["X-Content-Type-Options"] = "nosniff"
        return response
