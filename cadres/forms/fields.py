import unicodedata

from django import forms

from cadres.models import Track


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    def __init__(self, label, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        messages = {"required": f"请填{label}。", "invalid": "请填日期，如 2026-12-01。"}
        super().__init__(label=label, error_messages=messages, **kwargs)


class WordsField(forms.CharField):
    def __init__(self, label, *, max_length=200, **kwargs):
        messages = {"required": f"请填{label}。", "max_length": f"最多 {max_length} 个字。"}
        super().__init__(label=label, max_length=max_length, error_messages=messages, **kwargs)


class TrackField(forms.ModelChoiceField):
    """岗位, of the schemes in use; the scheme is told where there are several."""

    def __init__(self, label="岗位", **kwargs):
        rows = Track.objects.filter(scheme__is_active=True).select_related("scheme")
        messages = {"required": "请选择岗位。", "invalid_choice": "请选择在用的岗位。"}
        super().__init__(rows, label=label, empty_label="请选择", error_messages=messages, **kwargs)

    def label_from_instance(self, track):
        return f"{track}（{track.scheme}）"


class NumberField(forms.CharField):
    """A phone or identity number as people type it: in groups, full-width, with a small x at its end."""

    def __init__(self, label, validator, **kwargs):
        super().__init__(label=label, validators=[validator], required=False, **kwargs)

    def to_python(self, value):
        return "".join(unicodedata.normalize("NFKC", value or "").split()).upper()
