"""报到 as it is filled in: by the person, by a clerk at the desk, and once more after it was returned."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.fields import PhoneField, show_refusal
from govern.fields import mask_phone
from govern.scoping import ScopedFormMixin
from govern.views import number
from grids.models import Community
from volunteers.forms.report_people import PersonForm, by_street, like_named
from volunteers.forms.signing import DigitsField
from volunteers.models import Position, Report
from volunteers.services import report_filing, reports
from volunteers.services.people import find_known

KNOWN = "这个手机号或身份证号可能登记过。登记过的，请登录“我的志愿服务”查看；没有登记过的，请打社区电话核对。"
AFTER_CODE = ("wanted", "consent")
MOST_WANTED = 30


class ReportForm(PersonForm):
    """报到 by the person, without an account. `building` came with the QR code of a door."""

    phone = PhoneField(
        label="手机号",
        help_text="社区用它联系您，查进度要用它的最后四位。",
        error_messages={"required": "请填 11 位手机号，社区好联系您。"},
    )
    wanted = forms.ModelMultipleChoiceField(
        Position.objects.none(),
        label="想认领的岗位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "有一个岗位已经停招，请重新选。"},
    )
    consent = forms.BooleanField(
        label="我同意社区为组织志愿服务使用以上信息",
        error_messages={"required": "请先打勾同意，社区才能收下您的信息。"},
    )

    proven = ""  # the phone, masked, once it is
    sent_to = ""  # the last digits of the phone that a code was just sent to
    is_refused_as_known = False

    def __init__(self, *args, building=None, proven="", asks_code=False, **kwargs):
        self.building = building
        super().__init__(*args, **kwargs)
        self.fields["wanted"].queryset = positions_of(self["community"].value())
        if proven:
            self.take_as_proven(proven)
        elif asks_code:
            required = {"required": "请先获取验证码，再填短信里的 6 位数字。"}
            self.fields["code"] = DigitsField(label="短信验证码", error_messages=required)
            self.order_fields([name for name in self.fields if name not in AFTER_CODE])

    def take_as_proven(self, phone):
        """The phone has been proven: it is asked for no more."""
        self.fields.pop("code", None)
        self.proven = mask_phone(phone)
        self.fields["phone"].disabled = True
        self.initial["phone"] = phone

    def clean(self):
        cleaned = super().clean()
        is_inside = self.building and cleaned.get("community") == self.building.quarter.community
        cleaned["building"] = self.building if is_inside else None
        return cleaned

    @property
    def is_known(self):
        """Whether somebody here has this phone or this identity number; who, nobody is told."""
        cleaned = self.cleaned_data
        return find_known(phone=cleaned["phone"], identity_number=cleaned["identity_number"]) is not None

    def submit(self):
        """(report, [words of posts that could not be claimed]), or None with the refusal among the form's errors."""
        wanted = self.cleaned_data["wanted"]
        try:
            return report_filing.file_report(source=Report.Source.SELF, wanted=wanted, **self.facts)
        except ValidationError as error:
            show_refusal(self, ValidationError(KNOWN) if self.is_known else error)
            return None


def positions_of(community):
    """The posts that people may claim in the community with this key."""
    rows = Position.objects.open().filter(community=number(str(community or "")))
    first = rows.order_by("position_class__order", "title").values_list("pk", flat=True)[:MOST_WANTED]
    return rows.filter(pk__in=list(first)).order_by("position_class__order", "title")


class CounterForm(ScopedFormMixin, PersonForm):
    """社区代办, at the desk: the person is there and has read the notice."""

    phone = PhoneField(label="手机号", error_messages={"required": "请填 11 位手机号。"})
    consent = forms.BooleanField(
        label="本人看过隐私告知书并同意", error_messages={"required": "要本人看过隐私告知书并同意，才能登记。"}
    )
    receive = forms.BooleanField(label="登记后直接接收", required=False, initial=True)
    field_order = ["kind", "name", "phone", "identity_number", "born_on", "community"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        communities = Community.objects.under_posts(self.user, "volunteers.add_report")
        self.fields["community"].queryset = communities
        self.fields["community"].choices = by_street(communities)
        if len(rows := list(communities[:2])) == 1:
            self.fields["community"].initial = rows[0].pk
        # People work anywhere: the names of units are no secret, and the form without an account offers them too.
        self.fields["unit"].queryset = like_named(self.data.get(self.add_prefix("employer"), ""))
        self.fields["kind"].label = "身份"
        self.fields["skills"].label = "会什么"
        self.fields["is_from_office"].label = "在机关或事业单位工作"

    @transaction.atomic
    def file(self):
        source, community = Report.Source.COMMUNITY, self.cleaned_data["community"]
        if known := self.known():
            report = reports.submit_report(known, community=community, source=source, actor=self.user)
        else:
            report, _ = report_filing.file_report(source=source, actor=self.user, **self.facts)
        return reports.receive_report(report, actor=self.user) if self.cleaned_data["receive"] else report

    def known(self):
        """Who was here before and reports anew: the same phone or identity number, and the name as they are known."""
        cleaned = self.cleaned_data
        found = find_known(phone=cleaned["phone"], identity_number=cleaned["identity_number"])
        return found if found and found.name == cleaned["name"] else None

    def submit(self):
        try:
            return self.file()
        except ValidationError as error:
            show_refusal(self, error)
            return None


class CorrectionForm(PersonForm):
    """补正: what was known stays where nothing is typed; the own data are not shown to whoever knows a code alone."""

    def __init__(self, *args, report, **kwargs):
        self.report, person = report, report.volunteer
        kept = ["kind", "community", "is_from_office", "times", "skills", "interests"]
        initial = {name: getattr(person, name) for name in kept[2:4]}
        initial |= {"kind": person.kind, "community": report.community_id, "employer": person.unit or person.employer}
        initial |= {name: list(getattr(person, name).all()) for name in kept[4:]}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for name in ("name", "identity_number", "guardian_name", "guardian_phone"):
            self.fields[name].required = False
            if masked := getattr(person, f"masked_{name}"):
                self.fields[name].help_text = f"现在是 {masked}，不改就空着。"

    def clean(self):
        for name in ("name", "identity_number", "born_on", "guardian_name", "guardian_phone"):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.cleaned_data[name] = getattr(self.report.volunteer, name)
        if self.report.volunteer.guardian_agreed_at:
            self.cleaned_data["guardian_agrees"] = True
        return super().clean()

    def submit(self, actor):
        """The report, sent again; None with the refusal among the form's errors."""
        facts = self.facts
        community = facts.pop("community")
        try:
            return reports.resubmit_report(self.report, community=community, changes=facts, actor=actor)
        except ValidationError as error:
            show_refusal(self, error)
            return None
