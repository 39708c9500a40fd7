from django import forms
from django.core.exceptions import ValidationError

from organizations.parameters import parameter
from organizations.photos import clean_photo


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to the set number of photos, each told by its content and made anew; cleans to a list of files."""

    widget = PhotosInput(attrs={"accept": "image/*", "data-photos": True})
    limit_key = "photo_max_count"  # the parameter

    def clean(self, data, initial=None):
        files = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        limit = int(parameter(self.limit_key))
        if len(files) > limit:
            raise ValidationError(f"最多 {limit} 张照片，您选了 {len(files)} 张。", code="count")
        return [clean_photo(super(PhotosField, self).clean(upload)) for upload in files]
