"""What whoever drew a survey up is told of it, once in the same words."""

from django.urls import reverse

from accounts.services import notify_once


def tell(survey, words):
    link = reverse("admin:deliberations_survey_change", args=[survey.pk])
    notify_once([survey.made_by], text=f"评议“{survey}”{words}"[:200], link=link)


def remind_draft(survey):
    tell(survey, f"定在{survey.starts_on:%m月%d日}开始，还没有点“开始评议”。")


def remind_ending(survey):
    tell(survey, f"明天截止，网上收到 {survey.sheets.count()} 份。纸质问卷请及时收回录入。")


def remind_closed(survey):
    tell(survey, "已到期截止。请录入纸质问卷，看文字意见，然后公开结果。")
