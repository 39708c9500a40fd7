"""服务记录: 培训 and 表彰, entered by whoever organized them; a star that is taken back."""

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from govern.acts import Act
from organizations.forms.elections import words_field
from volunteers.forms.fields import CodeField
from volunteers.models import Commendation, Star, Training, Volunteer
from volunteers.services import stars


class RecordForm(forms.ModelForm):
    """A row of somebody's record; whose, is said by the code on the card."""

    actor = None  # set on the class that the admin makes for one request
    code = CodeField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
        else:
            self.fields["code"].widget = UnfoldAdminTextInputWidget(
                attrs={"inputmode": "numeric", "autocomplete": "off"}
            )

    def clean_code(self):
        code = self.cleaned_data["code"]
        volunteer = Volunteer.objects.visible_to(self.actor).here().filter(code=code).first()
        if volunteer is None:
            raise forms.ValidationError("您管辖的社区里没有这个编号的志愿者。", code="unknown")
        self.instance.volunteer = volunteer
        return code

    def clean_on(self):
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError("日期不能晚于今天。", code="future")
        return self.cleaned_data["on"]


class TrainingForm(RecordForm):
    class Meta:
        model = Training
        fields = ["title", "skill", "minutes", "organizer", "on", "valid_until"]
        error_messages = {name: {"required": "请填写这一项。"} for name in ("title", "minutes", "organizer", "on")}


class CommendationForm(RecordForm):
    class Meta:
        model = Commendation
        fields = ["title", "awarder", "on"]
        error_messages = {name: {"required": "请填写这一项。"} for name in ("title", "awarder", "on")}


class WithdrawStar(Act):
    verb, label, icon, done = "withdraw", "取消星级", "circle-x", "已取消，本人会收到消息。"
    from_statuses = frozenset({Star.Status.PUBLISHED, Star.Status.AWARDED})
    reason = words_field("取消原因", 100)

    def act(self, reason):
        return stars.withdraw_star(self.subject, reason=reason, actor=self.user)


STAR_ACTS = (WithdrawStar,)
