from django import forms

from govern.imports.cells import Refusal
from grids.imports.outlines import MEGABYTE, features_of, most_bytes


class GeoJsonForm(forms.Form):
    file = forms.FileField(
        label="边界文件",
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
        error_messages={
            "required": "请选择要上传的文件。",
            "empty": "这个文件是空的。",
            "invalid": "请选择要上传的文件。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.most = most_bytes()
        self.fields["file"].help_text = f"GeoJSON，不超过 {self.most // MEGABYTE} MB。上传后先看预览，不会马上写入。"

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > self.most:
            raise forms.ValidationError(f"文件不能超过 {self.most // MEGABYTE} MB。请分成几份，或先简化边界。")
        self.content = file.read()
        try:
            features_of(self.content)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file
