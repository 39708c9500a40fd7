"""What a unit's liaison fills in: 单位报到, and the 回执 of the year's appraisal."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import NamedChoiceField, WordsField, show_refusal
from grids.models import Community
from volunteers.models import UnitReport
from volunteers.services import unit_reports, year_reviews
from volunteers.services.reports import resubmit_report


class UnitReportForm(forms.ModelForm):
    """The unit's Party organization to the community of its site; once more after it was returned."""

    class Meta:
        model = UnitReport
        fields = ["secretary", "members_count", "offers", "wishes"]
        widgets = {
            "members_count": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": 99999}),
            "offers": forms.Textarea(attrs={"rows": 3}),
            "wishes": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "offers": "场地、专业人员、物资，比如：会议室周末开放，有 3 名律师。",
            "wishes": "想和社区一起办的事。",
        }
        error_messages = {
            "secretary": {"required": "请填单位党组织负责人的姓名。"},
            "members_count": {"required": "请填在职党员有几名。", "invalid": "请填数字。", "min_value": "不能是负数。"},
        }

    def __init__(self, *args, unit, community, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit, self.community, self.user = unit, community, user

    def _get_validation_exclusions(self):
        return {*super()._get_validation_exclusions(), "unit", "community"}

    def run(self):
        try:
            if self.instance.pk:
                return unit_reports.resubmit_unit_report(self.instance, actor=self.user, **self.cleaned_data)
            return unit_reports.submit_unit_report(
                self.unit, community=self.community, actor=self.user, **self.cleaned_data
            )
        except ValidationError as error:
            show_refusal(self, error)
            return None


class ResubmitForm(forms.Form):
    """Somebody's report that was returned, once more: to the same community, or to the right one."""

    community = NamedChoiceField(
        label="居住社区",
        queryset=Community.objects.all(),
        help_text="住的不是这个社区，请改选。姓名、手机号写错的，请本人在手机上改。",
        error_messages={"required": "请选择居住社区。"},
    )

    def __init__(self, *args, report, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.report, self.user = report, user
        self.initial["community"] = report.community_id

    def run(self):
        try:
            return resubmit_report(self.report, community=self.cleaned_data["community"], actor=self.user)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class ReceiptForm(forms.Form):
    """For the sheets that the page showed, named by hidden keys: one that came since is not receipted unread."""

    reviews = forms.TypedMultipleChoiceField(coerce=int, widget=forms.MultipleHiddenInput)
    opinion = WordsField(
        label="回执意见",
        max_length=200,
        initial="已收悉，计入本人年度考核。",
        error_messages={"required": "请填写回执意见。"},
    )

    def __init__(self, *args, reviews, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["reviews"].choices = [(row.pk, row.pk) for row in reviews]
        self.initial["reviews"] = [row.pk for row in reviews if row.status == "sent"]

    def run(self):
        """The reviews receipted now; None where it was refused."""
        keys, opinion = self.cleaned_data["reviews"], self.cleaned_data["opinion"]
        try:
            return year_reviews.receipt_reviews(keys, opinion=opinion, actor=self.user)
        except ValidationError as error:
            show_refusal(self, error)
            return None
