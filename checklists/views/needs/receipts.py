"""How a need stands, on the screen and on paper."""

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from checklists.forms import following
from checklists.services.needs import inquiry_token, parts_of
from checklists.views.needs.following import OwnNeedMixin
from checklists.views.needs.photos import photo_addresses
from checklists.views.progress import PART_WORDS, Progress


class NeedDetailView(OwnNeedMixin, TemplateView):
    template_name = "checklists/need_detail.html"

    def get_context_data(self, **kwargs):
        need, progress = self.need, Progress(self.need)
        inquiry = need.inquiries.open(timezone.now()).first() if need.is_open else None
        acts = [
            ("rate", following.Rate),
            ("reopen", following.Reopen),
            ("supplement", following.Supplement),
            ("withdraw", following.Withdraw),
        ]
        return super().get_context_data(
            progress=progress,
            qr=qr_address(need),
            inquiry=inquiry,
            inquiry_url=reverse("checklists:inquiry_answer", args=[inquiry_token(inquiry)]) if inquiry else "",
            parts=part_lines(need) if progress.was_split else [],
            photos=[photo_addresses(need, photo) for photo in need.photos.all()],
            acts=[
                {"url": f"checklists:need_{name}", "label": form.button, "tone": form.tone}
                for name, form in acts
                if form.is_possible(need)
            ],
            **kwargs,
        )


class NeedReceiptView(OwnNeedMixin, TemplateView):
    """The receipt on paper."""

    template_name = "checklists/need_receipt.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(qr=qr_address(self.need), progress=Progress(self.need), **kwargs)


def part_lines(need):
    """The parts of a split need as its resident reads them: what, how it stands, and the result in public words."""
    lines = []
    for part in parts_of(need).prefetch_related("events"):
        done = [event for event in part.events.all() if event.is_note_public and event.to_status == part.status]
        lines.append({"what": part.category, "title": PART_WORDS[part.status], "note": done[-1].note if done else ""})
    return lines


def qr_address(need):
    """The QR code that leads back to `need`, as a data: address. It holds the code alone: the phone is still asked."""
    target = settings.PUBLIC_URL + reverse("checklists:need_follow", query={"code": need.code})
    return segno.make(target, error="m").svg_data_uri(scale=4, border=2)
