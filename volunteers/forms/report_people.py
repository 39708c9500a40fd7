"""What a person says about themselves: 身份信息, 服务技能, 服务时间 (志愿服务条例 art. 7)."""

from django import forms
from django.utils import timezone

from accounts.fields import TOO_LONG, PhoneField, plain
from govern.choices import QUICK_WINDOWS
from govern.fields import FlagsFormField
from grids.models import Community
from organizations.identities import IdentityNumberValidator, born_on
from organizations.models import Unit
from organizations.parameters import parameter
from volunteers.models import PositionClass, Skill, Volunteer
from volunteers.services.people import is_minor

Kind = Volunteer.Kind
GUARDIAN = ("guardian_name", "guardian_phone", "guardian_agrees")
MOST_UNITS = 8


def by_street(communities):
    """The choices of a select of `communities`, under the names of their streets."""
    groups = {}
    for community in communities.select_related("street").order_by("street__code", "code"):
        groups.setdefault(community.street.name, []).append((community.pk, community.name))
    return [("", "请选择社区"), *groups.items()]


class CommunityField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        kwargs.setdefault("label", "居住地社区")
        messages = {"required": "请选择您住的社区。", "invalid_choice": "没有这个社区，请重新选择。"}
        super().__init__(Community.objects.all(), error_messages=messages, **kwargs)


class IdentityField(forms.CharField):
    def __init__(self, **kwargs):
        attrs = {"autocomplete": "off", "maxlength": 24, "spellcheck": "false"}
        super().__init__(
            label="身份证号",
            error_messages={"required": "党员请填身份证号，用来对上党员名册。"},
            widget=forms.TextInput(attrs=attrs),
            validators=[IdentityNumberValidator()],
            **kwargs,
        )

    def to_python(self, value):
        return plain(super().to_python(value)).replace(" ", "").upper()


def like_named(words):
    """The unit of that very name, else those whose names hold `words`; none where too many do to be read."""
    words = words.strip()
    rows = Unit.objects.active().filter(name__icontains=words).order_by("name")
    if len(words) < 2 or rows[: MOST_UNITS + 1].count() > MOST_UNITS:
        rows = rows.filter(name=words)
    same = rows.filter(name=words)
    return same if same.exists() else rows


class PersonForm(forms.Form):
    """What a person says about themselves. A subclass says what it does with it."""

    kind = forms.ChoiceField(label="您是", choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.MEMBER)
    name = forms.CharField(
        label="姓名",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请填写姓名。", "max_length": TOO_LONG},
    )
    identity_number = IdentityField(help_text="党员要填，用来对上党员名册。群众可以不填。")
    born_on = forms.DateField(
        label="出生日期",
        required=False,
        help_text="没填身份证号的，要填这一栏。",
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填日期，如 1990-05-01。"},
    )
    community = CommunityField()
    employer = forms.CharField(
        label="工作单位",
        max_length=80,
        required=False,
        help_text="写几个字会列出名单里的单位。名单里没有的，照实写。退休、没有单位的不用填。",
        widget=forms.TextInput(attrs={"list": "unit-names", "autocomplete": "organization"}),
        error_messages={"max_length": TOO_LONG},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="名单里有这些单位，是其中一家吗",
        required=False,
        blank=True,
        empty_label="都不是，照我填的写",
        widget=forms.RadioSelect,
    )
    is_from_office = forms.BooleanField(label="我在机关或事业单位工作", required=False)
    skills = forms.ModelMultipleChoiceField(
        Skill.objects.none(), label="您会什么", required=False, widget=forms.CheckboxSelectMultiple
    )
    interests = forms.ModelMultipleChoiceField(
        PositionClass.objects.none(), label="想做哪一类事", required=False, widget=forms.CheckboxSelectMultiple
    )
    times = FlagsFormField(
        label="什么时候有空", choices=QUICK_WINDOWS, required=False, help_text="不选就是什么时候都行。"
    )
    guardian_name = forms.CharField(
        label="监护人姓名", max_length=40, required=False, error_messages={"max_length": TOO_LONG}
    )
    guardian_phone = PhoneField(label="监护人手机号", required=False)
    guardian_agrees = forms.BooleanField(label="监护人知道并同意参加志愿服务", required=False)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = by_street(self.fields["community"].queryset)
        self.fields["unit"].queryset = like_named(self.data.get(self.add_prefix("employer"), ""))
        self.fields["skills"].queryset = Skill.objects.in_use()
        self.fields["interests"].queryset = PositionClass.objects.in_use()
        # Asked of members; a choice of the same page that changes it is read once the form is sent.
        kind = self.data.get(self.add_prefix("kind")) if self.is_bound else self.initial.get("kind", Kind.MEMBER)
        self.fields["identity_number"].required = kind == Kind.MEMBER
        age = int(parameter("volunteer_adult_age"))
        self.guardian_words = f"不满 {age} 周岁的，请填监护人"

    @property
    def asks_for_guardian(self):
        return any(self[name].errors or self[name].value() for name in GUARDIAN)

    def clean(self):
        cleaned = super().clean()
        self.choose_unit(cleaned)
        is_member = cleaned.get("kind") == Kind.MEMBER
        unit = cleaned.get("unit")
        of_office = unit is not None and unit.kind == Unit.Kind.GOVERNMENT
        cleaned["is_from_office"] = is_member and (cleaned.get("is_from_office", False) or of_office)
        self.check_identity(cleaned)
        self.check_guardian(cleaned)
        return cleaned

    def choose_unit(self, cleaned):
        """The unit of that very name; where some only hold it, which of them is asked once."""
        offered, asked = self.fields["unit"].queryset, self.add_prefix("unit") in self.data
        same = next((unit for unit in offered if unit.name == cleaned.get("employer", "").strip()), None)
        cleaned["unit"] = same or cleaned.get("unit")
        if cleaned["unit"]:
            cleaned["employer"] = ""
        elif offered and not asked and "unit" not in self.errors:
            self.add_error("unit", "请选一家，或选“都不是”。")

    @property
    def asks_for_unit(self):
        return bool(self["unit"].errors or (self.is_bound and self.add_prefix("unit") in self.data))

    def check_identity(self, cleaned):
        if {"identity_number", "born_on"} & set(self.errors):
            return
        number = cleaned.get("identity_number")
        if number:
            cleaned["born_on"] = cleaned.get("born_on") or born_on(number)
        elif not cleaned.get("born_on"):
            self.add_error("born_on", "没有填身份证号，请填出生日期。")

    def check_guardian(self, cleaned):
        day = timezone.localdate()
        if cleaned.get("born_on") and is_minor(Volunteer(born_on=cleaned["born_on"]), day):
            for name, words in zip(GUARDIAN, ("监护人姓名", "监护人手机号", "监护人是否同意"), strict=True):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, f"{self.guardian_words}。这里缺{words}。")
        else:
            cleaned.update(guardian_name="", guardian_phone="")

    @property
    def facts(self):
        """What register_volunteer takes."""
        asides = {"guardian_agrees", "consent", "code", "wanted", "receive"}
        return {name: value for name, value in self.cleaned_data.items() if name not in asides}
