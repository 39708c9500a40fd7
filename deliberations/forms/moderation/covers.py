"""遮盖: pieces of the text, and boxes of a photo drawn with the mouse or written as numbers."""

import re

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import WordsField, plain
from deliberations.blackening import covered, covered_pieces
from deliberations.forms.moderation.reasons import MessageAct
from deliberations.models import Message
from deliberations.services import moderation

Status = Message.Status
ROWS, COLUMNS = ("上", "中", "下"), ("左", "中", "右")
# 九宫格: {its number: (what it is called, its box as shares)}
NINTHS = {
    str(3 * row + column): (
        "正中" if row == column == 1 else f"{across}{down}".replace("中", "") + ("边" if 1 in (row, column) else "角"),
        [column / 3, row / 3, 1 / 3, 1 / 3],
    )
    for row, down in enumerate(ROWS)
    for column, across in enumerate(COLUMNS)
}


class CoverAct(MessageAct):
    from_statuses = frozenset(Status) - {Status.WITHDRAWN}


class CoverText(CoverAct):
    verb, label, icon, done = "cover-text", "遮盖文字", "edit", "公开的文字已改，作者会收到消息。"
    pieces = WordsField(
        label="要遮盖的字",
        required=False,
        max_length=1000,
        help_text="一行一处，照原文写，公开时显示为 ■。在上面选中文字再按“遮盖选中的字”也行。全部删去就是不遮盖。",
    )
    reason = forms.CharField(
        label="原因", max_length=100, required=False, help_text="如：含有他人的手机号。作者会看到。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject.shown_text:
            self.fields["pieces"].initial = "\n".join(covered_pieces(self.subject.shown_text, self.subject.text))
        self.fields["pieces"].widget.attrs["data-cover-pieces"] = True

    def clean_pieces(self):
        pieces = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["pieces"].splitlines()))))
        missing = [piece for piece in pieces if piece not in self.subject.text]
        if missing:
            raise ValidationError(f"原文里没有“{missing[0][:20]}”，请照原文写。", code="missing")
        return pieces

    def act(self, pieces, reason):
        text = covered(self.subject.text, pieces)
        return moderation.redact_message(self.subject, text=text, reason=reason, actor=self.user)


class CoverPhoto(CoverAct):
    """One for each photo, beside it; `photo` tells which."""

    verb, label, icon, done = "cover-photo", "遮盖照片", "camera", "公开的照片已改，作者会收到消息。"
    photo = forms.ModelChoiceField(
        None, widget=forms.HiddenInput, error_messages={"invalid_choice": "这张照片已经不在了，请刷新。"}
    )
    areas = WordsField(
        label="遮盖的地方",
        required=False,
        max_length=1000,
        help_text="在照片上拖出方框；或一行写一处：左、上、宽、高，都按照片的百分比，如 10 20 30 15。",
    )
    ninths = forms.MultipleChoiceField(
        label="或整块遮盖",
        choices=[(key, name) for key, (name, _) in NINTHS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(label="原因", max_length=100, required=False, help_text="如：拍到了邻居的脸。作者会看到。")

    def __init__(self, *args, photo=None, **kwargs):
        if photo is not None:
            kwargs["auto_id"] = f"id_cover_{photo.pk}_%s"
        super().__init__(*args, **kwargs)
        self.fields["photo"].queryset = self.subject.photos.all()
        self.fields["areas"].widget.attrs["data-cover-areas"] = True
        if photo is not None:
            self.initial = {"photo": photo.pk, "areas": "\n".join(map(_spoken, photo.hidden_areas))}

    def clean_areas(self):
        return [_shares(line) for line in self.cleaned_data["areas"].splitlines() if line.strip()]

    def act(self, photo, areas, ninths, reason):
        boxes = [*areas, *(NINTHS[key][1] for key in ninths)]
        return moderation.redact_photo(photo, areas=boxes, reason=reason, actor=self.user)


def _spoken(area):
    return " ".join(f"{share * 100:.2f}".rstrip("0").rstrip(".") for share in area)


def _shares(line):
    try:
        x, y, width, height = (float(each) / 100 for each in re.split(r"[\s,、;%]+", plain(line).strip("%")))
    except ValueError as error:
        raise ValidationError(f"“{line[:20]}”要写四个数：左、上、宽、高，如 10 20 30 15。", code="invalid") from error
    return [x, y, width, height]
