"""Personal data at rest, and sets of flags in one integer."""

import pytest
from auditlog.models import LogEntry
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection
from django.forms import modelform_factory

from accounts.models import User
from checklists.models import HALF_DAYS, Need, Resource
from govern.fields import FlagsFormField, blind_index, mask_identity, mask_name, mask_phone
from tests import factories as make

PHONE = "13812345678"


def stored(table, column, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])  # noqa: S608
        return cursor.fetchone()[0]


@pytest.mark.django_db
class TestEncryption:
    def test_database_holds_no_plain_text(self):
        user = make.make_user(phone=PHONE)
        assert PHONE not in stored("accounts_user", "phone", user.pk)
        assert User.objects.get(pk=user.pk).phone == PHONE
        assert stored("accounts_user", "phone_index", user.pk) == blind_index(PHONE)

    def test_same_value_twice_looks_different(self):
        needs = [make.make_need(contact_phone=PHONE) for _ in range(2)]
        assert len({stored("checklists_need", "contact_phone", need.pk) for need in needs}) == 2

    def test_nothing_stays_nothing(self):
        user = make.make_user()
        assert stored("accounts_user", "phone", user.pk) == ""
        assert stored("accounts_user", "phone_index", user.pk) is None
        make.make_user()  # two without a phone are not two with the same

    def test_key_rotation(self, settings):
        user, old = make.make_user(phone=PHONE), settings.FIELD_KEYS
        settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
        user = User.objects.get(pk=user.pk)
        assert user.phone == PHONE
        user.save()
        settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
        assert User.objects.get(pk=user.pk).phone == PHONE
        settings.FIELD_KEYS = old
        with pytest.raises(ImproperlyConfigured, match="User.phone"):
            User.objects.get(pk=user.pk)

    def test_without_a_key_nothing_is_kept(self, settings):
        settings.FIELD_KEYS = []
        with pytest.raises(ImproperlyConfigured):
            make.make_user(phone=PHONE)

    def test_without_an_index_key_nothing_is_looked_for(self, settings):
        settings.INDEX_KEY = ""
        with pytest.raises(ImproperlyConfigured):
            blind_index(PHONE)

    @pytest.mark.parametrize("lookup", ["", "__exact", "__in", "__contains", "__startswith"])
    def test_comparing_is_refused_not_empty(self, lookup):
        with pytest.raises(FieldError):
            User.objects.filter(**{f"phone{lookup}": [PHONE] if lookup == "__in" else PHONE}).exists()

    def test_found_by_its_index(self):
        need = make.make_need(contact_phone=PHONE)
        make.make_need()
        assert Need.objects.get(contact_phone_index=blind_index(f" {PHONE} ")) == need

    def test_bulk_create_writes_the_index(self):
        (user,) = User.objects.bulk_create([User(username="bulk", name="批", phone=PHONE)])
        assert User.objects.get(phone_index=blind_index(PHONE)).username == "bulk"

    def test_index_follows_a_change(self):
        user = make.make_user(phone=PHONE)
        user.phone = "13900000000"
        user.save()
        assert User.objects.get(phone_index=blind_index("13900000000")) == user

    def test_another_index_key_is_another_index(self, settings):
        before = blind_index(PHONE)
        settings.INDEX_KEY = "another"
        assert blind_index(PHONE) != before


class TestMasks:
    @pytest.mark.parametrize(
        ("mask", "value", "shown"),
        [
            (mask_phone, PHONE, "138****5678"),
            (mask_phone, "12345", "*****"),
            (mask_phone, "", ""),
            (mask_name, "王小明", "王**"),
            (mask_name, "", ""),
            (mask_identity, "320501199001011234", "320***********1234"),
            (mask_identity, "1234567", "*******"),
        ],
    )
    def test_mask(self, mask, value, shown):
        assert mask(value) == shown

    def test_models_show_masked(self):
        need = Need(contact_name="王小明", contact_phone=PHONE, address_detail="2单元501")
        assert need.masked_contact_name == "王**"
        assert need.masked_contact_phone == "138****5678"
        assert need.masked_address_detail == "***"
        assert need.masked_on_behalf_of == ""
        assert Need.masked_contact_phone.fget.short_description == "手机号"


class TestFlags:
    Form = modelform_factory(Resource, fields=["availability"])

    @pytest.mark.parametrize("value", [0, 1, 1 << 13, 0b10000000000001, (1 << 14) - 1])
    def test_form_round_trip(self, value):
        field = Resource._meta.get_field("availability").formfield()
        assert field.clean([str(bit) for bit in field.prepare_value(value)]) == value

    def test_form_of_a_model(self):
        resource = Resource(availability=0b101)
        form = self.Form(instance=resource)
        html = str(form["availability"])
        assert html.count("checked") == 2 and "周一上午" in html
        assert not self.Form({"availability": ["4", "1"]}, instance=Resource(availability=0b101)).has_changed()
        changed = self.Form({"availability": ["8192"]}, instance=resource)
        assert changed.is_valid() and changed.has_changed()
        assert changed.cleaned_data == {"availability": 1 << 13}
        assert self.Form({}, instance=resource).has_changed()

    @pytest.mark.parametrize("value", [["3"], ["16384"], ["x"], ["-1"]])
    def test_unknown_flag_is_refused(self, value):
        form = self.Form({"availability": value})
        assert not form.is_valid() and "availability" in form.errors

    def test_words(self):
        assert Resource(availability=0b11).get_availability_display() == "周一上午、周一下午"
        assert Resource(availability=0).get_availability_display() == ""

    def test_typed_input_is_kept(self):
        field = FlagsFormField(choices=HALF_DAYS)
        assert field.prepare_value(["1", "x"]) == ["1", "x"]


def test_no_digit_of_a_phone_is_in_the_trail(db):
    user = make.make_user(phone="13812345678")
    user.phone = "13912345679"
    user.save()
    told = [entry.changes["phone"] for entry in LogEntry.objects.get_for_object(user)]
    assert told == [["***", "***"]] * 2
