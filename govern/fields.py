"""Personal data at rest, and sets of flags that the matching engine reads as integers."""

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache
def _cipher(keys):
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: personal data cannot be kept")
    return MultiFernet([Fernet(key) for key in keys])


def seal(content):
    """Bytes as they may lie in a file for a while."""
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(content)


def unseal(sealed):
    return _cipher(tuple(settings.FIELD_KEYS)).decrypt(sealed)


def blind_index(value):
    """The keyed hash (64 hex digits) under which `value` is found without being readable; "" for nothing."""
    if not value:
        return ""
    if not settings.INDEX_KEY:
        raise ImproperlyConfigured("INDEX_KEY is empty: whoever knows a phone number could find its row")
    return hmac.new(settings.INDEX_KEY.encode(), value.strip().encode(), hashlib.sha256).hexdigest()


def mask_name(value):
    """王小明 -> 王**"""
    return value[:1] + "*" * (len(value) - 1)


def mask_phone(value):
    """13812345678 -> 138****5678"""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 7 else "*" * len(value)


def mask_identity(value):
    """The first three and the last four of an identity number stay."""
    return value[:3] + "*" * max(len(value) - 7, 0) + value[-4:] if len(value) >= 8 else "*" * len(value)


def mask_all(value):
    """An address below the building is a door: nothing of it stays."""
    return "***" if value else ""


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database and plain in Python.

    `mask` makes the form that lists and exports show; the model gets it as the property `masked_<name>`.
    Not searchable: pair it with a BlindIndexField where rows must be found by it.
    """

    def __init__(self, *args, mask=mask_all, **kwargs):
        self.mask = mask
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.mask is not mask_all:
            kwargs["mask"] = self.mask
        return name, path, args, kwargs

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)

        def masked(instance):
            return self.mask(getattr(instance, name) or "")

        masked.short_description = self.verbose_name
        setattr(cls, f"masked_{name}", property(masked))

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return _cipher(tuple(settings.FIELD_KEYS)).encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value, expression, connection):
        if not value:
            return value
        try:
            return _cipher(tuple(settings.FIELD_KEYS)).decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(f"no key in FIELD_KEYS opens {self.model.__name__}.{self.name}") from error

    def get_lookup(self, lookup_name):
        # Two encryptions of one value differ: comparing them would find nothing and look like "no such row".
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def formfield(self, **kwargs):
        return super().formfield(**{"max_length": self.max_length, "widget": forms.TextInput, **kwargs})


class BlindIndexField(models.CharField):
    """The blind index of the field named `source`, computed at every save that writes this column."""

    def __init__(self, *args, source, **kwargs):
        self.source = source
        kwargs.update(max_length=64, editable=False, blank=True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "editable", "blank"):
            kwargs.pop(implied, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, instance, add):
        index = blind_index(getattr(instance, self.source)) or (None if self.null else "")
        setattr(instance, self.attname, index)
        return index


class GramsField(models.TextField):
    """The two-character pieces of the field named `source`, apart by spaces: what a search for Chinese words reads.

    Trigram indexes do not serve words of two characters, and most Chinese words have two.
    """

    def __init__(self, *args, source, **kwargs):
        self.source = source
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("editable", "blank", "default"):
            kwargs.pop(implied, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, instance, add):
        value = " ".join(sorted(grams(getattr(instance, self.source))))
        setattr(instance, self.attname, value)
        return value


def grams(text):
    """The set of two-character pieces of `text`, lower case, letters and digits only: {"楼道", "道灯"} of "楼道灯"."""
    kept = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return {word[start : start + 2] for word in kept.split() for start in range(len(word) - 1)}


@GramsField.register_lookup
class HoldsPieces(models.Lookup):
    """`grams__hold={"楼道", "道灯"}`: with all of these pieces; on PostgreSQL by the index over the array of them."""

    lookup_name = "hold"
    prepare_rhs = False
    array_operator, joint = "@>", " AND "

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        # Pieces stand apart by spaces and hold none: one cannot be met across two others.
        parts = [f"{column} LIKE %s"] * len(self.rhs)
        return f"({self.joint.join(parts)})", [*params * len(parts), *(f"%{piece}%" for piece in sorted(self.rhs))]

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"string_to_array({column}, ' ') {self.array_operator} %s::text[]", [*params, sorted(self.rhs)]


@GramsField.register_lookup
class SharesPieces(HoldsPieces):
    """`grams__share={"楼道", "道灯"}`: with any of these pieces."""

    lookup_name = "share"
    array_operator, joint = "&&", " OR "


class FlagsField(models.PositiveIntegerField):
    """A set of `flags` ((bit value, label), ...) in one integer: the matching engine meets two sets with one `&`."""

    def __init__(self, *args, flags=(), **kwargs):
        self.flags = tuple(flags)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "flags": self.flags}

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)

        def labels(instance):
            value = getattr(instance, name) or 0
            return "、".join(label for bit, label in self.flags if value & bit == bit)

        setattr(cls, f"get_{name}_display", labels)

    def formfield(self, **kwargs):
        kwargs.pop("min_value", None)
        return FlagsFormField(
            choices=self.flags,
            label=kwargs.get("label", self.verbose_name),
            help_text=kwargs.get("help_text", self.help_text),
            required=False,
            initial=self.default if self.has_default() else 0,
        )


class FlagsFormField(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(coerce=int, empty_value=0, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, int):
            return [bit for bit, _ in self.choices if value & int(bit) == int(bit)]
        return value

    def clean(self, value):
        total = 0
        for bit in super().clean(value) or ():
            total |= bit
        return total

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial or 0), data)
