"""参会名单: pasted from a sheet and looked at before it counts, or ticked among those known here."""

import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import PhoneField, plain, show_refusal
from deliberations.models import Attendee
from deliberations.services.hearings import people
from grids.models import Duty
from organizations.models import Unit
from volunteers.models import Volunteer

Role = Attendee.Role
ROLES = {label: value for value, label in Role.choices} | {
    "居民": Role.RESIDENT,
    "单位": Role.UNIT,
    "专家": Role.EXPERT,
}
NO_VOTE = {"无", "否", "没有", "列席", "无表决权", "没有表决权", "不表决"}
MOST_LINES, MOST_SHOWN = 500, 60


@dataclass
class Line:
    place: int
    name: str
    phone: str
    role: str
    is_entitled: bool
    fault: str = ""

    @property
    def role_label(self):
        return Role(self.role).label


def read_line(place, text, phones):
    """One pasted line as it was understood: name, phone, role, vote, in this order, apart by tabs, commas or spaces."""
    parts = [part for part in re.split(r"[\t,，;；\s]+", plain(text)) if part]
    name, rest = (parts[0] if parts else ""), parts[1:]
    phone = next((re.sub(r"\D", "", part) for part in rest if re.sub(r"\D", "", part)), "")
    words = [part for part in rest if not re.search(r"\d", part)]
    unknown = [
        word for word in words if word not in ROLES and word not in NO_VOTE and word not in {"有", "是", "有表决权"}
    ]
    role = next((ROLES[word] for word in words if word in ROLES), Role.RESIDENT)
    line = Line(place, name, phone, role, role != Role.OBSERVER and not NO_VOTE & set(words))
    try:
        line.phone = PhoneField().clean(phone)
    except ValidationError as error:
        line.fault = error.messages[0] if phone else "没有手机号"
    if unknown:
        line.fault = f"看不懂“{unknown[0]}”，身份请写：{'、'.join(Role.labels)}"
    elif len(name) > 40 or re.search(r"\d", name):
        line.fault = "第一列要是姓名"
    elif not line.fault and line.phone in phones:
        line.fault = "和上面重复"
    phones.add(line.phone)
    return line


class PasteForm(forms.Form):
    lines = forms.CharField(
        label="粘贴名单",
        max_length=30_000,
        widget=forms.Textarea(
            attrs={"rows": 8, "placeholder": "王建国 13812345678 居民代表 有\n李梅 13912345678 列席"}
        ),
        help_text="每行一人：姓名、手机号、身份、有没有表决权。可以直接从 Excel 复制。",
        error_messages={"required": "请先粘贴名单。"},
    )

    def clean_lines(self):
        text, phones = self.cleaned_data["lines"], set()
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(f"一次最多 {MOST_LINES} 行。", code="count")
        self.rows = [read_line(place, line, phones) for place, line in enumerate(lines, 1)]
        return text

    @property
    def faults(self):
        return [row.place for row in self.rows if row.fault]

    def submit(self, hearing, user):
        """The new attendees, of all lines or of none; None with the refusal among the form's errors."""
        if self.faults:
            places = "、".join(map(str, self.faults[:10]))
            self.add_error("lines", ValidationError(f"第 {places} 行要先改好，名单还没有加入。", code="faulty"))
            return None
        rows = [
            {"name": row.name, "phone": row.phone, "role": row.role, "is_entitled": row.is_entitled}
            for row in self.rows
        ]
        return invite(self, hearing, rows, user)


class KnownPeopleForm(forms.Form):
    """Ticked among the duty holders, the units' liaisons and the volunteers that `user` reaches in this community."""

    people = forms.MultipleChoiceField(label="请谁", choices=(), error_messages={"required": "请先勾选。"})
    role = forms.ChoiceField(label="身份", choices=Role.choices)
    is_entitled = forms.BooleanField(label="有表决权", required=False, initial=True)

    def __init__(self, *args, hearing, user, words="", **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = known_people(hearing, user, words)
        self.found = {key: row for _, people in self.groups for key, row in people}
        self.fields["people"].choices = [(key, row["shown"]) for key, row in self.found.items()]

    def submit(self, hearing, user):
        facts = {"role": self.cleaned_data["role"], "is_entitled": self.cleaned_data["is_entitled"]}
        chosen = [self.found[key] for key in self.cleaned_data["people"]]
        kept = ("name", "phone", "unit")
        rows = [{**{name: row[name] for name in kept if name in row}, **facts} for row in chosen]
        return invite(self, hearing, rows, user)


def invite(form, hearing, rows, user):
    try:
        return people.invite(hearing, rows=rows, actor=user)
    except ValidationError as error:
        show_refusal(form, error)
        return None


def known_people(hearing, user, words=""):
    """[(group, [(key, {name, phone, about})])]; names are encrypted, so all are read to find one."""
    community = hearing.community
    duties = (
        Duty.objects.visible_to(user).current().in_communities([community]).select_related("grid", "building__quarter")
    )
    units = Unit.objects.visible_to(user).active().filter(organization=community.organization_id)
    volunteers = Volunteer.objects.visible_to(user).here().filter(community=community).select_related("unit")
    groups = [
        ("网格值守人员", "duty", [(row, f"{row.get_kind_display()} {row.grid or row.building}") for row in duties]),
        ("单位联络员", "unit", [(row, row.name) for row in units.exclude(liaison=None).select_related("liaison")]),
        ("志愿者", "volunteer", [(row, row.get_kind_display()) for row in volunteers.order_by("code")[:500]]),
    ]
    return [
        (
            label,
            [(f"{kind}-{row.pk}", person) for row, about in rows if (person := person_of(kind, row, about, words))][
                :MOST_SHOWN
            ],
        )
        for label, kind, rows in groups
    ]


def person_of(kind, row, about, words):
    """{name, phone, about, unit} of a row; None without a phone, or where it does not hold `words`."""
    source = row.liaison if kind == "unit" else row
    if not source.phone or words and words not in source.name and words not in about:
        return None
    # What is kept sealed stays masked on the page; who stands on a public board does not.
    shown = getattr(source, "masked_name", source.name)
    person = {"name": source.name, "shown": shown, "phone": source.phone, "about": about}
    return {**person, "unit": row} if kind == "unit" else person
