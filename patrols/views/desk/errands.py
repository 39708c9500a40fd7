"""交办任务 on the phone: what a grid was asked to do, and that it is done."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from checklists.forms.fields import WordsField
from patrols.forms.phone.kept import KeptForm
from patrols.models import ErrandShare
from patrols.services.errands import finish_share
from patrols.today import due_words, errand_row
from patrols.views.desk.ground import GroundMixin
from patrols.views.desk.kept import KeptView

MOST = 50


class FinishForm(KeptForm):
    note = WordsField(label="完成情况", max_length=300, rows=3, error_messages={"required": "请写一句做到了什么。"})


class ErrandListView(GroundMixin, TemplateView):
    template_name = "desk/grid/errand_list.html"
    tab, is_kept = "more", True

    def get_context_data(self, **kwargs):
        day = timezone.localdate()
        rows = ErrandShare.objects.visible_to(self.request.user).filter(grid__in=self.here)
        rows = rows.select_related("errand", "grid")
        return super().get_context_data(
            open=[errand_row(row, day) for row in rows.open().order_by("errand__due_on", "pk")[:MOST]],
            done=rows.exclude(done_at=None).order_by("-done_at")[:10],
            **kwargs,
        )


class ErrandView(KeptView):
    template_name = "desk/grid/errand_detail.html"
    form_class = FinishForm
    tab, is_kept, kept_as = "more", True, "交办任务"
    gone = "这项任务已不由您的网格办。"

    @cached_property
    def share(self):
        rows = ErrandShare.objects.visible_to(self.request.user)
        return get_object_or_404(rows.select_related("errand__admission", "grid", "done_by"), pk=self.kwargs["pk"])

    def act(self, form):
        finish_share(self.share, note=form.cleaned_data["note"], at=form.written_at(), actor=self.request.user)
        return "已登记完成。", reverse("patrol_desk:errand_list")

    def get_context_data(self, **kwargs):
        tone, words = due_words(self.share.errand.due_on, timezone.localdate())
        may_finish = ErrandShare.objects.editable_by(self.request.user).filter(pk=self.share.pk, done_at=None).exists()
        return super().get_context_data(
            share=self.share, due={"tone": tone, "words": words}, may_finish=may_finish, **kwargs
        )
