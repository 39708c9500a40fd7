from django import forms


class UploadForm(forms.Form):
    file = forms.FileField(
        label="填好的表",
        help_text="只收 .xlsx 文件，上传后先看预览，不会马上写入。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "请选择要上传的文件。",
            "empty": "这个文件是空的。",
            "invalid": "请选择要上传的文件。",
        },
    )


class ConfirmForm(forms.Form):
    """What is said before the lines are written; of people's data, that they were told."""

    consent = forms.BooleanField(error_messages={"required": "请先确认，再打勾。"})

    def __init__(self, *args, consent, **kwargs):
        super().__init__(*args, **kwargs)
        if consent:
            self.fields["consent"].label = consent.rstrip("。")
        else:
            del self.fields["consent"]
