"""班子成员: appointed, succeeded, gone."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.forms import KeptPhoneMixin
from accounts.models import PhoneValidator
from govern.acts import Act
from govern.fields import blind_index
from organizations.forms.members import day_field
from organizations.forms.organizations import ServiceFormMixin
from organizations.models import LeadershipTerm, PartyMember
from organizations.services import leadership

LINK = "组织关系在本党组织"
LINK_HELP = "勾选后按姓名对应到名册里的党员，手机号取名册里的；同名的再填手机号。"


def member_of(organization, name, phone):
    """The one member of the body who is called so. ValidationError beside "name" where none or several are."""
    rows = PartyMember.objects.here().below(organization).filter(name=name)
    if phone:
        rows = rows.filter(phone_index=blind_index(phone))
    found = list(rows.select_related("branch")[:2])
    if len(found) == 1:
        return found[0]
    words = f"“{organization}”有几名党员叫{name}，请再填手机号。" if found else f"“{organization}”的名册里没有{name}。"
    raise ValidationError({"name": words + ("" if found else "组织关系不在这里的，请去掉下面的勾。")}, code="member")


class LeadershipTermAddForm(ServiceFormMixin, KeptPhoneMixin, forms.ModelForm):
    is_member = forms.BooleanField(label=LINK, required=False, help_text=LINK_HELP)

    class Meta:
        model = LeadershipTerm
        fields = ["organization", "position", "name", "phone", "starts_on"]
        error_messages = {
            "organization": {"required": "请选择党组织。"},
            "name": {"required": "请填姓名。"},
            "position": {"required": "请选择职务。"},
        }

    def write(self, cleaned):
        if cleaned.pop("is_member"):
            cleaned["member"] = member_of(cleaned["organization"], cleaned["name"], cleaned["phone"])
        return leadership.appoint_leader(**cleaned, actor=self.actor)


class LeadershipTermForm(ServiceFormMixin, KeptPhoneMixin, forms.ModelForm):
    """更正: what was written down wrongly. 离任 and 接任 are acts on the page of the body."""

    is_member = forms.BooleanField(label=LINK, required=False, help_text=LINK_HELP)

    class Meta:
        model = LeadershipTerm
        fields = ["name", "phone", "starts_on", "ends_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "is_member" in self.fields:
            self.fields["is_member"].initial = self.instance.member_id is not None

    def write(self, cleaned):
        term, wanted = self.instance, cleaned.pop("is_member", False)
        kept = term.member if term.member_id and term.member.name == cleaned["name"] else None
        typed = cleaned["phone"] if "phone" in self.changed_data else ""
        member = (kept or member_of(term.organization, cleaned["name"], typed)) if wanted else None
        return leadership.correct_term(term, member=member, actor=self.actor, **cleaned)


# --- 办理 -------------------------------------------------------------------------------------------------------------
class PersonAct(Act):
    """Names somebody: a member of the body, or a name and a phone."""

    name = forms.CharField(label="姓名", max_length=40, error_messages={"required": "请填姓名。"})
    phone = forms.CharField(
        label="手机号",
        required=False,
        validators=[PhoneValidator()],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    is_member = forms.BooleanField(label=LINK, required=False, initial=True, help_text=LINK_HELP)

    def person(self, organization):
        name, phone = self.cleaned_data["name"].strip(), self.cleaned_data["phone"]
        if self.cleaned_data["is_member"]:
            return {"member": member_of(organization, name, phone)}
        return {"name": name, "phone": phone}


class Appoint(PersonAct):
    """`subject` is the body."""

    verb, label, icon, done = "appoint", "新任", "plus", "已登记任职。"
    position = forms.ChoiceField(
        label="职务",
        choices=[("", "请选择"), *LeadershipTerm.Position.choices],
        error_messages={"required": "请选择职务。"},
    )
    on = day_field("任职日期", initial=timezone.localdate)
    field_order = ["position", "name", "phone", "is_member", "on"]

    def act(self, position, on, **cleaned):
        person = self.person(self.subject)
        try:
            return leadership.appoint_leader(self.subject, position=position, starts_on=on, actor=self.user, **person)
        except ValidationError as error:
            raise _beside(error, starts_on="on", member="name") from error


class Succeed(PersonAct):
    """`subject` is the term that ends by it."""

    verb, label, icon, done = "succeed", "接任", "refresh", "已登记：前任离任，新任接任。"
    on = day_field("接任日期", help_text="前任的离任日期就是前一天。", initial=timezone.localdate)
    field_order = ["name", "phone", "is_member", "on"]

    @classmethod
    def is_offered(cls, term):
        return term.ends_on is None

    def act(self, on, **cleaned):
        person = self.person(self.subject.organization)
        try:
            return leadership.succeed(self.subject, on=on, actor=self.user, **person)
        except ValidationError as error:
            raise _beside(error, starts_on="on", member="name") from error


class EndTerm(Act):
    """`subject` is a term."""

    verb, label, icon, done = "end", "离任", "logout", "已登记离任。"
    on = day_field("离任日期", help_text="在任的最后一天。", initial=timezone.localdate)

    @classmethod
    def is_offered(cls, term):
        return term.ends_on is None

    def act(self, on):
        return leadership.end_term(self.subject, on=on, actor=self.user)


def _beside(error, **names):
    """The same words, beside the fields of the form instead of the row's."""
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({names.get(field, field): words for field, words in error.error_dict.items()})


TERM_ACTS = (Succeed, EndTerm)
