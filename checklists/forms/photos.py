from django import forms
from django.core.exceptions import ValidationError

from organizations.forms.photos import PhotosField
from organizations.photos import clean_photo


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
