"""三会: drafted in a form; what is done with one before it begins is an act on its page."""

import re

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.fields import PhoneField
from deliberations.forms.papers import PaperField
from deliberations.hearing_words import PURPOSES
from deliberations.models import Attendee, Hearing, HearingPaper, Issue
from deliberations.services.hearings import calling, papers, people
from govern.acts import Act
from govern.views import number
from organizations.forms.elections import number_field, words_field
from organizations.forms.leagues import PICK, moment_field
from organizations.forms.organizations import ServiceFormMixin

Status, Kind, Role = Hearing.Status, Hearing.Kind, Attendee.Role
MOST_ITEMS = 20
DEFAULT_AGENDA = "主持人说明事由和议事规则 5\n方案介绍 10\n参会人发言 30\n表决 10\n宣布结果 5"
MESSAGES = {
    "title": {"required": "请填会议名称。"},
    "background": {"required": "请写明背景和要商量的方案。"},
    "place": {"required": "请填地点。"},
    "host": {"required": "请填主持人。"},
    "recorder": {"required": "请填记录人。"},
    "starts_at": {"required": "请填时间。", "invalid": "请填时间，如 14:00。"},
    "open_seats": {"required": "没有就填 0。", "invalid": "请填整数。"},
}


class AgendaField(forms.CharField):
    """One item a line, its minutes behind it; cleans to [(title, minutes)]."""

    def __init__(self, **kwargs):
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 6})
        super().__init__(label="议程", widget=widget, **kwargs)

    def clean(self, value):
        rows = []
        for place, line in enumerate(filter(None, map(str.strip, super().clean(value).splitlines())), 1):
            found = re.fullmatch(r"(.*?)[\s,，]*(\d{1,3})?\s*(?:分钟?)?", line)
            title, minutes = found[1].strip(), int(found[2] or 10)
            if not title or len(title) > 60:
                raise forms.ValidationError(f"第 {place} 项议程请写 1 至 60 个字。", code="title")
            rows.append((title, minutes))
        if len(rows) > MOST_ITEMS:
            raise forms.ValidationError(f"议程最多 {MOST_ITEMS} 项。", code="count")
        return rows


class HearingForm(ServiceFormMixin, forms.ModelForm):
    """A new one, or what changes until it is announced."""

    out_of_reach = "请选择您管辖范围内的社区。"
    kind = forms.ChoiceField(
        label="开什么会",
        choices=[(kind.value, f"{kind.label}　{PURPOSES[kind]}") for kind in Kind],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择开什么会。"},
    )
    agenda = AgendaField(
        help_text="每行一项，后面写几分钟，如：方案介绍 10",
        initial=DEFAULT_AGENDA,
        error_messages={"required": "请排好议程。"},
    )

    class Meta:
        model = Hearing
        fields = [
            "community", "kind", "title", "issues", "background", "starts_at", "place", "host", "recorder",
            "open_seats",
        ]  # fmt: skip
        widgets = {"background": UnfoldAdminTextareaWidget(attrs={"rows": 6}), "issues": forms.CheckboxSelectMultiple}
        error_messages = MESSAGES
        help_texts = {
            "issues": "目录里已列入的议题，可以不选。",
            "background": "为什么开会，方案是什么，关系到哪些人。公告里会全文登出。",
            "host": "一般是居委会主任。",
            "open_seats": "居民可以在手机上自己报名的名额，不留就填 0。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = [issue.pk for issue in self.instance.issues.all()] if self.instance.pk else []
        if now:
            self.initial["issues"] = now
        if self.instance.pk:
            self.initial["agenda"] = "\n".join(f"{row.title} {row.minutes}" for row in self.instance.agenda.all())
        rows = self.fields["issues"].queryset
        self.fields["issues"].queryset = (
            rows.filter(status=Issue.Status.LISTED) | rows.filter(pk__in=now)
        ).select_related("community")
        self.fields["issues"].label_from_instance = lambda row: f"{row.title}（{row.community}）"

    def write(self, cleaned):
        facts = dict(cleaned)
        if not self.instance.pk:
            return calling.draft_hearing(actor=self.actor, **facts)
        facts.pop("community", None)
        return calling.change_draft(self.instance, actor=self.actor, **facts)


# --- On the hearing's page --------------------------------------------------------------------------------------------
class Announce(Act):
    verb, label, icon, is_quiet = "announce", "公告", "megaphone", False
    done = "已公告。参会人会收到短信，居民在手机上看得到。"
    from_statuses = frozenset({Status.DRAFTED})

    def act(self):
        return calling.announce_hearing(self.subject, actor=self.user)


class Move(Act):
    verb, label, icon = "move", "改期、改地点", "calendar"
    done = "已重新公告，参会人会收到短信。"
    from_statuses = frozenset({Status.ANNOUNCED, Status.POSTPONED})
    starts_at = moment_field("新的时间")
    place = words_field("地点", 80)
    reason = words_field("原因", 60, required=False, help_text="会写在公告里。")

    def __init__(self, *args, subject, **kwargs):
        now = {"place": subject.place}
        if subject.status == Status.ANNOUNCED:
            now["starts_at"] = timezone.localtime(subject.starts_at)
        else:
            self.label, self.is_quiet = "再次公告", False
        super().__init__(*args, subject=subject, initial=now, **kwargs)

    def act(self, **cleaned):
        return calling.announce_again(self.subject, actor=self.user, **cleaned)


class AddPaper(Act):
    verb, label, icon, done = "add-paper", "上传会议材料", "upload", "已上传。"
    from_statuses = frozenset({Status.DRAFTED, Status.ANNOUNCED, Status.POSTPONED, Status.OPENED})
    title = words_field("材料名称", 60)
    file = PaperField()
    is_public = forms.BooleanField(
        label="公开", required=False, initial=True, help_text="不勾的，只有收到通知的参会人能看。"
    )

    def act(self, **cleaned):
        return papers.add_paper(self.subject, actor=self.user, **cleaned)


class RemovePaper(Act):
    verb, label, icon, done = "remove-paper", "删除材料", "trash", "已删除。"
    from_statuses = frozenset({Status.DRAFTED, Status.ANNOUNCED, Status.POSTPONED})
    paper = forms.ModelChoiceField(
        HearingPaper.objects.none(), label="哪一份", empty_label="请选择", error_messages=PICK
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["paper"].queryset = self.subject.papers.all()

    @classmethod
    def is_offered(cls, hearing):
        return super().is_offered(hearing) and hearing.papers.exists()

    def act(self, paper):
        return papers.remove_paper(paper, actor=self.user)


class AddPerson(Act):
    verb, label, icon, done = "add-person", "加一个参会人", "plus", "已加入名单。已公告的会议会发短信通知。"
    from_statuses = frozenset(people.CALLING)
    name = words_field("姓名", 40)
    phone = PhoneField(label="手机号", error_messages={"required": "请填 11 位手机号。"})
    role = forms.ChoiceField(label="身份", choices=Role.choices)
    is_entitled = forms.BooleanField(label="有表决权", required=False, initial=True)

    def act(self, **row):
        new = people.invite(self.subject, rows=[row], actor=self.user)
        if not new:
            raise forms.ValidationError({"phone": "这个手机号已在名单里。"}, code="known")
        return new


class Seats(Act):
    verb, label, icon, done = "seats", "改公开席位", "users", "已改公开席位。"
    from_statuses = frozenset({Status.ANNOUNCED, Status.POSTPONED})
    open_seats = number_field("公开席位", 0, 500)

    def __init__(self, *args, subject, **kwargs):
        super().__init__(*args, subject=subject, initial={"open_seats": subject.open_seats}, **kwargs)

    def act(self, open_seats):
        return people.set_open_seats(self.subject, open_seats=open_seats, actor=self.user)


class Withdraw(Act):
    verb, label, icon, done = "withdraw", "收回公告", "undo", "已收回，改好后可以重新公告。"
    from_statuses = frozenset({Status.ANNOUNCED})
    reason = words_field("原因", 80, help_text="参会人会收到短信，说公告已收回。")

    def act(self, reason):
        return calling.withdraw_announcement(self.subject, reason=reason, actor=self.user)


class Cancel(Act):
    verb, label, icon, done = "cancel", "取消会议", "circle-x", "已取消，参会人会收到短信；议题回到目录。"
    from_statuses = frozenset({Status.DRAFTED, Status.ANNOUNCED, Status.POSTPONED})
    reason = words_field("取消原因", 80, help_text="参会人会看到。")

    def act(self, reason):
        return calling.cancel_hearing(self.subject, reason=reason, actor=self.user)


CALLING_ACTS = (Announce, Move, AddPerson, AddPaper, RemovePaper, Seats, Withdraw, Cancel)


def asked_issues(request):
    """The keys of `?issues=`, from the catalogue's “排会”."""
    return [key for key in map(number, request.GET.get("issues", "").split(",")) if key is not None]
