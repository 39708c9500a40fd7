from django import forms
from django.core.exceptions import ValidationError

from checklists.services.photos import clean_photo
from organizations.parameters import parameter


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to the set number of photos, each told by its content and made anew; cleans to a list of files."""

    widget = PhotosInput(attrs={"accept": "image/*", "data-photos": True})

    def clean(self, data, initial=None):
        files = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        limit = int(parameter("photo_max_count"))
        if len(files) > limit:
            raise ValidationError(f"最多 {limit} 张照片，您选了 {len(files)} 张。", code="count")
        return [clean_photo(super(PhotosField, self).clean(upload)) for upload in files]


class KeepingPhotosField(PhotosField):
    """`taken` has the good photos even where another one is refused, so that they need not be sent twice."""

    room = None

    def clean(self, data, initial=None):
        self.taken, errors = [], []
        for upload in data if isinstance(data, list | tuple) else [data]:
            if not upload:
                continue
            if len(self.taken) >= self.room:
                errors.append(ValidationError("照片太多，多出的没有收下。", code="count"))
                break
            try:
                self.taken.append(clean_photo(forms.FileField.clean(self, upload)))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return self.taken
