"""What passes between the community and those who help without a unit: opened, offered, confirmed, taken back."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from checklists.forms.acts import note_field
from checklists.forms.steps.step import Step
from checklists.models import Appeal, Claim, Need
from checklists.services import claims, needs
from volunteers.models import Team, Volunteer

Status = Need.Status


def has_appeal(need):
    return Appeal.objects.standing().filter(need=need).exists()


def claim_status(need):
    # A row of the queue knows already (`with_holder`): asked for each, the page would cost a query a row.
    if hasattr(need, "claim_status"):
        return need.claim_status
    return need.claims.active().values_list("status", flat=True).first()


class OpenToClaim(Step):
    verb, label, icon, done = "open-claim", "开放认领", "heart", "已开放认领，本社区的志愿者和服务队能看到。"
    from_statuses = frozenset({Status.ACCEPTED})
    text = forms.CharField(
        label="给志愿者看的说明",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        validators=[RegexValidator(r"1\d{10}", "请不要写手机号，确认以后认领的人会看到联系方式。", inverse_match=True)],
        error_messages={"required": "请写一句给志愿者看的说明。"},
        help_text="一句话说清要帮什么。不写居民姓名、电话和门牌：没认领的人也看得到。",
    )

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and not has_appeal(need)

    def act(self, text):
        return claims.open_to_claim(self.need, actor=self.user, words=text)


class CloseToClaim(Step):
    verb, label, icon, done = "close-claim", "停止认领", "hand-stop", "已停止认领。"
    from_statuses = frozenset({Status.ACCEPTED})

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and has_appeal(need)

    def act(self):
        return claims.close_to_claim(self.need, actor=self.user)


class OfferTo(Step):
    """交给队伍或个人: one of the two is chosen, a person by the number on the card."""

    verb, label, icon, done = "offer", "交给队伍或个人", "users", "已交办，等对方答应；到时不答复会退回来。"
    from_statuses = frozenset({Status.ACCEPTED})
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="服务队",
        required=False,
        empty_label="不交给服务队",
        error_messages={"invalid_choice": "本社区没有这支服务队，请刷新后另选。"},
    )
    volunteer = forms.ModelChoiceField(
        Volunteer.objects.none(),
        label="或志愿者编号",
        required=False,
        to_field_name="code",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="14 位数字，在志愿者的卡上和名单里。",
        error_messages={"invalid_choice": "本社区没有这个编号的志愿者，请核对。"},
    )
    note = note_field("给对方的话", help_text="答应以前看不到居民是谁，请不要写姓名、电话和门牌。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        here = {"community": self.need.community_id}
        self.fields["team"].queryset = Team.objects.standing().filter(**here).exclude(leader=None)
        self.fields["volunteer"].queryset = Volunteer.objects.here().filter(**here)

    def clean(self):
        cleaned = super().clean()
        chosen = [cleaned.get(name) for name in ("team", "volunteer")]
        if not self.errors and chosen.count(None) != 1:
            raise ValidationError("请选一支服务队，或填一个志愿者编号，两样只要一样。", code="one")
        return cleaned

    def act(self, team, volunteer, note):
        return claims.offer(self.need, team or volunteer, actor=self.user, words=note)


class ClaimStep(Step):
    """A step that answers the claim on the need, while it is in one of `claim_statuses`."""

    from_statuses = frozenset({Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE, Status.SUSPENDED})
    claim_statuses = frozenset()

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and claim_status(need) in cls.claim_statuses

    @property
    def claim(self):
        row = self.need.claims.active().with_story().first()
        if row is None:
            raise needs.stale(self.need)
        return row


class ApproveClaim(ClaimStep):
    verb, label, icon, is_quiet = "approve-claim", "同意认领", "check", False
    done = "已同意，认领的人现在可以看到联系方式。"
    claim_statuses = frozenset({Claim.Status.CLAIMED})

    def act(self):
        return claims.approve(self.claim, actor=self.user)


class RefuseClaim(ClaimStep):
    verb, label, icon, done = "refuse-claim", "不同意认领", "x", "已退回，这件事又在等人办。"
    claim_statuses = frozenset({Claim.Status.CLAIMED})
    reason = note_field("不同意的原因", required=True, help_text="认领的人会看到。")

    def act(self, reason):
        return claims.refuse(self.claim, reason=reason, actor=self.user)


class RecallClaim(ClaimStep):
    verb, label, icon, done = "recall-claim", "收回认领", "undo", "已收回，这件事又在等人办。"
    claim_statuses = frozenset({Claim.Status.OFFERED, Claim.Status.APPROVED})
    reason = note_field("收回的原因", required=True, help_text="认领的人会看到。")

    def act(self, reason):
        return claims.recall(self.claim, reason=reason, actor=self.user)
