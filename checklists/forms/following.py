"""What a resident does with a need afterwards: find it, add to it, take it back, rate it, say it is not solved."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare

from checklists.forms.fields import WordsField, plain, show_refusal
from checklists.forms.photos import KeepingPhotosField
from checklists.models import Need, NeedEvent
from checklists.services import claims, needs
from organizations.forms.photos import PhotosInput
from organizations.parameters import parameter

RESIDENT = NeedEvent.Party.RESIDENT
Status = Need.Status


def plain_code(value):
    """A receipt code as it was issued: case, spaces and hyphens forgiven."""
    return re.sub(r"[\W_]", "", plain(value)).upper()


class FollowForm(forms.Form):
    """A receipt code and the last four digits of the phone that was left with it."""

    code = forms.CharField(
        label="受理编号",
        max_length=40,
        help_text="8 位字母和数字，在回执上。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "请填受理编号。", "max_length": "受理编号只有 8 位，请核对。"},
    )
    digits = forms.CharField(
        label="手机号最后四位",
        max_length=20,
        help_text="提交时留的那个手机号。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "请填手机号的最后四位数字。", "max_length": "只填手机号的最后四位数字。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean_code(self):
        code = plain_code(self.cleaned_data["code"])
        if len(code) != 8:
            raise ValidationError(f"受理编号是 8 位，您填了 {len(code)} 位。", code="length")
        return code

    def clean_digits(self):
        digits = re.sub(r"[\s-]", "", plain(self.cleaned_data["digits"]))
        if not (digits.isascii() and digits.isdigit() and len(digits) in (4, 11)):
            raise ValidationError("只填手机号的最后四位数字。", code="digits")
        return digits[-4:]

    def find(self):
        """The need whose code and phone fit, or None; which of the two was wrong is not told."""
        need = Need.objects.select_related("parent").filter(code=self.cleaned_data["code"]).first()
        if need and need.parent:  # a code that staff or a unit named: the resident's own page is that of the whole
            need = need.parent
        ending = need.contact_phone[-4:] if need else "----"
        return need if constant_time_compare(ending, self.cleaned_data["digits"]) else None


class Act(forms.Form):
    """One verb of the resident. `is_possible` says whether the page offers it, `is_done` whether it has happened."""

    title = lead = button = done = ""
    tone = "secondary"

    def __init__(self, *args, need, **kwargs):
        self.need = need
        super().__init__(*args, use_required_attribute=False, **kwargs)

    @staticmethod
    def is_possible(need):
        raise NotImplementedError

    @staticmethod
    def is_done(need):
        return False

    def run(self):
        """Do it; False when it cannot be done (any more), with the words among the form's errors."""
        try:
            self.act(**self.cleaned_data)
        except ValidationError as error:
            # The service's words for staff name whoever was quicker; a resident reads that there is news.
            if getattr(error, "code", None) == "transition":
                error = ValidationError(
                    f"这件事刚有了新进展，现在不能{self.button}了。请看最新进度。", code="transition"
                )
            show_refusal(self, error)
            return False
        return True

    def after(self, need):
        """What happens next, in words."""
        return self.done


class Supplement(Act):
    title, button = "补充情况", "补充"
    lead = "有新情况就写在这里，办事的人会看到。"
    done = "补充的内容已收到，办事的人会看到。"
    note = WordsField(label="要补充什么", error_messages={"required": "请写明要补充的情况。"})
    photos = KeepingPhotosField(
        label="照片",
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photos": True}),
    )

    def __init__(self, *args, kept=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = list(kept)
        self.photo_limit = int(parameter("photo_max_count"))
        self.fields["photos"].room = max(self.photo_limit - len(self.kept), 0)
        self.fields["photos"].widget.attrs["data-max-files"] = self.fields["photos"].room

    @property
    def new_photos(self):
        return getattr(self.fields["photos"], "taken", [])

    @property
    def photo_hint(self):
        room = self.fields["photos"].widget.attrs["data-max-files"]
        return f"最多{'再' if room < self.photo_limit else ''}传 {room} 张。" if room else "已经传满了。"

    @staticmethod
    def is_possible(need):
        return need.is_open

    def act(self, note, photos):
        needs.supplement(self.need, actor=RESIDENT, note=note, photos=self.kept + photos)


class Withdraw(Act):
    title, button, tone = "撤回这件事", "撤回", "quiet"
    lead = "撤回以后，社区不再办理。以后还需要，可以重新提。"
    done = "已撤回，社区不再办理这件事。以后还需要，可以重新提。"
    note = WordsField(label="为什么撤回", required=False, help_text="比如：已经自己解决了。")

    @staticmethod
    def is_possible(need):
        return Status.WITHDRAWN in need.next_statuses

    @staticmethod
    def is_done(need):
        return need.status == Status.WITHDRAWN

    def act(self, note):
        needs.withdraw(self.need, actor=RESIDENT, note=note)


class Rate(Act):
    title, button, tone = "请您评价", "评价", ""
    lead = "您怎么说，我们就怎么记。"
    satisfaction = forms.ChoiceField(
        label="您满意吗",
        choices=Need.Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个：满意、基本满意，或不满意。"},
    )
    is_solved = forms.TypedChoiceField(
        label="问题解决了吗",
        choices=[("yes", "解决了"), ("no", "没有解决")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个：解决了，或没有解决。"},
    )
    note = WordsField(label="想说的话", required=False)
    thanks = WordsField(label="想对帮您的人说", required=False, max_length=200, rows=2, help_text="TA 会看到这句话。")

    icons = {"satisfied": "smile", "mostly": "neutral", "dissatisfied": "sad"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.need.claims.thankable().exists():
            del self.fields["thanks"]

    @property
    def faces(self):
        return [(choice, self.icons[choice.data["value"]]) for choice in self["satisfaction"]]

    @staticmethod
    def is_possible(need):
        return Status.RATED in need.next_statuses and need.parent_id is None

    @staticmethod
    def is_done(need):
        return need.rated_at is not None and need.status in (Status.RATED, Status.CLOSED, Status.REOPENED)

    def act(self, satisfaction, is_solved, note, thanks=""):
        needs.rate(self.need, actor=RESIDENT, satisfaction=satisfaction, is_solved=is_solved, note=note)
        claims.thank(self.need, thanks)

    def after(self, need):
        if need.is_solved and need.satisfaction != Need.Satisfaction.DISSATISFIED:
            return f"谢谢您的评价。这件事会在 {parameter('close_rated_days'):.0f} 天后办结，不用您再做什么。"
        if needs.can_reopen(need):
            return "谢谢您说实话，社区会看到。要社区再办一次，请点下面的“再次反映”。"
        return f"谢谢您说实话，社区会看到。还要办的话，请打社区电话{need.community.hotline}。"


class Reopen(Act):
    title, button = "再次反映", "再次反映"
    lead = "没办好，或者又坏了，都可以再反映一次。社区会重新核实，再答复您。"
    done = "已收到。社区会重新核实，再答复您。"
    reason = WordsField(label="哪里没有解决", error_messages={"required": "请写明哪里没有解决。"})

    @staticmethod
    def is_possible(need):
        return needs.can_reopen(need)

    @staticmethod
    def is_done(need):
        return need.status == Status.REOPENED

    def act(self, reason):
        needs.reopen(self.need, actor=RESIDENT, reason=reason)
