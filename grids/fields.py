from django.db import models


class KeyField(models.CharField):
    """The field named `source` brought to one form by `key`, to be found by; written at every save of this column."""

    def __init__(self, *args, source, key, **kwargs):
        self.source, self.key = source, key
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("editable", "blank", "default"):
            kwargs.pop(implied, None)
        return name, path, args, {**kwargs, "source": self.source, "key": self.key}

    def pre_save(self, instance, add):
        value = self.key(getattr(instance, self.source))[: self.max_length]
        setattr(instance, self.attname, value)
        return value
