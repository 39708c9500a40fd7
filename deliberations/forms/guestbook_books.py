from django import forms
from django.core.exceptions import ValidationError

from deliberations.forms.moderation import MessageAct
from deliberations.models import WatchedWord
from deliberations.services import moderation
from deliberations.watching import bare


class WordForm(forms.ModelForm):
    class Meta:
        model = WatchedWord
        fields = ["word", "effect"]
        help_texts = {
            "word": "空格、标点、全角半角和大小写不用分别写，“加微信”也认得出“加 微-信”。",
            "effect": "先审后发：等工作人员看过再公开；不收：当场请居民改写。",
        }

    def clean_word(self):
        word = self.cleaned_data["word"].strip()
        if not bare(word):
            raise ValidationError("词里要有字或数字。", code="empty")
        return word


class LiftForm(MessageAct):
    verb, label = "lift", "解除"
    reason = forms.CharField(
        label="为什么解除",
        max_length=100,
        help_text="作者会看到。",
        error_messages={"required": "请写明为什么解除。"},
    )

    def act(self, reason):
        return moderation.lift_block(self.subject, reason=reason, actor=self.user)
