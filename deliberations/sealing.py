"""Files of a case as they lie on the disk: unreadable without the installation's keys."""

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

from govern.fields import seal, unseal


def sealed_storage():
    return storages["sealed"]


class SealedStorage(FileSystemStorage):
    """The media folder, each file encrypted whole with FIELD_KEYS. A file of a case is a few megabytes at most."""

    def _save(self, name, content):
        content.seek(0)
        return super()._save(name, ContentFile(seal(content.read())))

    def _open(self, name, mode="rb"):
        with super()._open(name, "rb") as file:
            return ContentFile(unseal(file.read()), name=name)
