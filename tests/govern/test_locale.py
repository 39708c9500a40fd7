"""What the borrowed packages say to people is said in Chinese, and the compiled catalogues are the written ones."""

import ast
import gettext
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import DjangoTranslation

CATALOGUES = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*(?::\w+)?\}")
NAMES = {"IP", "JSON"}  # what a Chinese sentence says in Latin letters too

SAID = [
    # django-unfold
    "Select action to run",
    "Type to search",
    "Apply Filters",
    "No results found",
    "Welcome back to",
    "Choose file to upload",
    "Search apps and models...",
    "This item will be deleted.",
    # django-axes
    "Account locked: too many login attempts. Please try again later.",
    "access attempts",
    "Failed Logins",
    # django-auditlog
    "Audit log",
    "object representation",
    "Updated {repr:s}",
    # django-import-export
    "No valid data to import. Ensure your file has the correct headers or data for import.",
    "new through import_export",
    'Select at least 1 field for "%(resource_name)s" to export',
    # django-mptt
    "A node may not be made a child of itself.",
    # django-filter
    "is greater than or equal to",
    "Range query expects two values.",
    "%s (descending)",
    # djangorestframework, drf-spectacular
    "A valid biginteger is required.",
    "Not found.",
    "Request was throttled.",
    "No response body",
    # Django
    "This field is required.",
    "Enter a valid date.",
    "Select a valid choice. That choice is not one of the available choices.",
    "Upload a valid image. The file you uploaded was either not an image or a corrupted image.",
    "%(model_name)s with this %(field_label)s already exists.",
    "Delete selected %(model)s",
    "Log out",
]
COUNTED = [
    (
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "最多 %(limit_value)d 个字，您填了 %(show_value)d 个。",
    ),
    (
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "密码太短，至少要 %d 个字符。",
    ),
    ("%(num)d day", "%(num)d days", "%(num)d 天"),
    ("%(counter)s result", "%(counter)s results", "%(counter)s 条结果"),
]


def words(text):
    """The Latin words a reader would meet: not the placeholders, not the tags."""
    return set(re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", "", PLACEHOLDER.sub("", text)))) - NAMES


def msgids(package):
    """Every plain message of the package: {% trans "…" %} in its templates, _("…") in its Python."""
    (root,) = find_spec(package).submodule_search_locations
    for path in Path(root).rglob("*.html"):
        for _, msgid in re.findall(r"{%\s*trans(?:late)?\s+([\"'])(.*?)\1", path.read_text("utf-8")):
            yield msgid
    for path in Path(root).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="_" | "gettext" | "gettext_lazy"), args=[ast.Constant(value=msgid), *_]):
                    yield msgid


def written(po):
    """The messages of a .po file, keyed as a compiled catalogue keys them."""
    messages = {}
    for block in po.read_text("utf-8").split("\n\n"):
        parts, keyword = {}, ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if not line.startswith('"'):
                keyword, line = line.split(" ", 1)
            parts[keyword] = parts.get(keyword, "") + ast.literal_eval(line)
        key = "\x04".join(parts[part] for part in ("msgctxt", "msgid") if part in parts)
        if "msgid_plural" in parts:
            messages[key, 0] = parts["msgstr[0]"]
        else:
            messages[key] = parts["msgstr"]
    return messages


@pytest.mark.parametrize("msgid", SAID)
def test_a_message_reads_as_chinese(msgid):
    with translation.override("zh-hans"):
        text = translation.gettext(msgid)
    assert not words(text), text
    assert re.search("[一-鿿]", text)
    assert set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(msgid))


@pytest.mark.parametrize(("one", "many", "text"), COUNTED)
def test_a_counted_message_has_one_form(one, many, text):
    with translation.override("zh-hans"):
        assert {translation.ngettext(one, many, n) for n in (0, 1, 5)} == {text}


@pytest.mark.parametrize("package", ["unfold", "axes", "auditlog", "import_export", "django_filters"])
def test_no_message_of_a_package_is_left_in_english(package):
    with translation.override("zh-hans"):
        left = {msgid for msgid in msgids(package) if words(msgid) and words(translation.gettext(msgid))}
    assert not left


def test_the_calendar_names_its_days_in_chinese():
    scripts = DjangoTranslation("zh-hans", domain="djangojs")
    days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    assert "".join(scripts.gettext(f"one letter {day}\x04{day[0]}") for day in days) == "日一二三四五六"


@pytest.mark.parametrize("name", ["django", "djangojs"])
def test_the_compiled_catalogue_is_the_written_one(name):
    messages = written(CATALOGUES / f"{name}.po")
    with (CATALOGUES / f"{name}.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled)._catalog == messages
    assert all(messages.values())
