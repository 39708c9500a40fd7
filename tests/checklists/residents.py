"""What a resident does in a browser, for the tests of the residents' pages."""

from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from organizations.models import Parameter
from tests.checklists.test_forms_needs import answers_of

CREATE = reverse("checklists:need_create")
FOLLOW = reverse("checklists:need_follow")


def page(name, need, **query):
    return reverse(f"checklists:need_{name}", args=[need.code], query=query or None)


def let_in(client, need):
    client.post(FOLLOW, {"code": need.code, "digits": need.contact_phone[-4:]})
    return client


def open_form(client, url=CREATE):
    return client.get(url).context["token"]


def file_need(client, building, url=CREATE, token=None, **changed):
    return client.post(url, {**answers_of(building, **changed), "token": token or open_form(client, url)})


def set_parameter(key, value):
    Parameter.objects.get(key=key).values.create(value=Decimal(value), effective_on=timezone.localdate())


def words_of(response):
    return response.content.decode()
