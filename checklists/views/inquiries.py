"""The page on which a resident answers what the community asks back. Its address is the key, until it runs out."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.generic import FormView

from checklists.forms.voices import InquiryForm
from checklists.services import needs
from checklists.views.needs.once import OnceMixin


class InquiryAnswerView(OnceMixin, FormView):
    form_class = InquiryForm
    template_name = "checklists/inquiry_answer.html"

    def dispatch(self, request, *args, token, **kwargs):
        self.inquiry = needs.read_inquiry_token(token)
        if self.inquiry is None:
            raise Http404
        response = self.closed() or super().dispatch(request, *args, token=token, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"  # as for the units' links: the address is told to nobody
        response["X-Robots-Tag"] = "noindex"
        return response

    def closed(self):
        """The page that says why there is nothing to answer; None while there is."""
        inquiry = self.inquiry
        if inquiry.answered_at:
            title, words, status = "您的答复已收到", "办事的人会看到，不用再答。", 200
        elif not inquiry.need.is_open:
            title, words, status = "这件事已经有结果了", "不用再答复。", 410
        elif not inquiry.is_open():
            title, words, status = "答复的时间已经过了", "有话要说，请打社区电话。", 410
        else:
            return None
        context = {"title": title, "words": words, "community": inquiry.need.community}
        return render(self.request, "checklists/inquiry_closed.html", context, status=status)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "inquiry": self.inquiry}

    def form_valid(self, form):
        return self.act_once(form, lambda: form.run() and self.inquiry.need)

    def arrive(self, code):
        return redirect("checklists:inquiry_answer", self.kwargs["token"])

    def open(self, need):
        """Whoever holds the link may answer, and learns no more of the need than it says."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(inquiry=self.inquiry, need=self.inquiry.need, **kwargs)
