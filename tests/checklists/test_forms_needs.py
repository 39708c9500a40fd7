"""The residents' forms without a browser: what is refused, in which words, and what is kept."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from checklists.forms.following import FollowForm
from checklists.forms.needs import NeedForm
from checklists.models import Category, Need, Question, TargetGroup
from tests import factories

pytestmark = pytest.mark.django_db


def picture(kind="JPEG", size=(64, 48), **options):
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def upload(content, name="照片.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def bomb():
    """A PNG of a hundred bytes whose header claims four gigapixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 65000, 65000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


def answers_of(home, /, **changed):
    """What a browser sends for a need at the building `home`, every field filled in."""
    return {
        "community": home.quarter.community_id,
        "quarter": home.quarter_id,
        "building": home.pk,
        "address_detail": "2单元501",
        "category": Category.objects.get(name="楼道照明").pk,
        "text": "三楼的灯坏了，晚上看不见。",
        "urgency": 3,
        "window": [],
        "target_group": TargetGroup.ELDERLY,
        "people_count": 2,
        "contact_name": "张阿姨",
        "contact_phone": "13800001234",
        "on_behalf_of": "",
        "consent": "on",
        **changed,
    }


@pytest.fixture
def building():
    return factories.make_building()


def form_of(home, /, photos=(), kept=(), **changed):
    return NeedForm(answers_of(home, **changed), {"photos": list(photos)} if photos else {}, kept=kept)


def errors_of(form):

    form.is_valid()
    return {name: list(messages) for name, messages in form.errors.items()}


class TestWords:
    def test_full_form_is_valid(self, building):
        form = form_of(building)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["building"] == building

    @pytest.mark.parametrize(
        ("changed", "field", "words"),
        [
            ({"contact_phone": "1380000123"}, "contact_phone", "手机号要 11 位，您填了 10 位。"),
            ({"contact_phone": "abc"}, "contact_phone", "请填写 11 位手机号，例如 13800001234。"),
            ({"contact_phone": ""}, "contact_phone", "请填 11 位手机号，社区好联系您。"),
            ({"text": "长" * 1001}, "text", "最多写 1000 个字，您写了 1001 个字。"),
            ({"text": "  "}, "text", "请写一写发生了什么事，一两句话就行。"),
            ({"category": ""}, "category", "请选一个最接近的类别。"),
            ({"category": "999999"}, "category", "这个类别已停用，请另选一个。"),
            ({"people_count": "0"}, "people_count", "人数至少填 1。"),
            ({"people_count": "很多"}, "people_count", "人数请填数字，一个人就填 1。"),
            ({"consent": ""}, "consent", "请先打勾同意，社区才能收下您的信息。"),
            ({"community": ""}, "community", "请选择您住的社区。"),
            ({"contact_name": "名" * 41}, "contact_name", "最多写 40 个字，您写了 41 个字。"),
        ],
    )
    def test_error_stands_at_its_field_in_plain_words(self, building, changed, field, words):
        assert errors_of(form_of(building, **changed))[field] == [words]

    @pytest.mark.parametrize("typed", ["138 0000 1234", "138-0000-1234", "＋86 13800001234", "１３８００００１２３４"])
    def test_phone_is_taken_however_it_was_spaced(self, building, typed):
        form = form_of(building, contact_phone=typed)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["contact_phone"] == "13800001234"

    def test_line_breaks_count_as_the_browser_counted_them(self, building):
        assert form_of(building, text="字\r\n" * 499 + "完字").is_valid()

    def test_windows_are_one_set_of_half_days(self, building):
        form = form_of(building, window=["341", "682"])
        assert form.is_valid(), form.errors
        assert form.cleaned_data["window"] == 341 | 682


class TestPlace:
    def test_building_of_another_quarter_is_refused(self, building):
        assert errors_of(form_of(building, building=factories.make_building().pk)) == {
            "building": ["这栋楼不在所选的小区，请重新选择。"]
        }

    def test_quarter_of_another_community_is_refused(self, building):
        errors = errors_of(form_of(building, quarter=factories.make_quarter().pk))
        assert errors["quarter"] == ["这个小区不在所选的社区，请重新选择。"]

    def test_without_a_building_the_words_say_where(self, building):
        assert errors_of(form_of(building, building="", address_detail=""))["address_detail"] == [
            "没有选楼栋，请写清楚在什么地方。"
        ]
        assert form_of(building, building="", address_detail="小区东门口").is_valid()


class TestQuestions:
    def test_required_question_of_the_category_is_asked(self, building):
        category = Category.objects.get(name="陪同就医")
        errors = errors_of(form_of(building, category=category.pk))
        assert list(errors.values()) == [["请回答这一条。"]] * 2

    def test_answers_are_kept_with_their_questions(self, building):
        category = factories.make_category()
        kinds = {"text": "哪里", "number": "4", "date": "2026-12-01", "choice": "要"}
        rows = {
            kind: Question.objects.create(category=category, text=kind, kind=kind, options="要\n不要") for kind in kinds
        }
        typed = {f"answer_{rows[kind].pk}": value for kind, value in kinds.items()}
        form = form_of(building, category=category.pk, **typed)
        assert form.is_valid(), form.errors
        assert {row["question"]: row["answer"] for row in form.instance.answers} == {**kinds, "date": "2026年12月1日"}

    def test_emergency_is_refused_with_its_notice(self, building):
        category = Category.objects.exclude(emergency_notice="").get()
        form = form_of(building, category=category.pk)
        assert not form.is_valid()
        assert form.has_error("category", "emergency")


class TestPhotos:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"not a picture at all", "不是能打开的照片"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是能打开的照片"),
            (picture()[:200], "不是能打开的照片"),
        ],
    )
    def test_what_is_no_picture_is_refused_by_its_content(self, building, content, words):
        (message,) = errors_of(form_of(building, photos=[upload(content)]))["photos"]
        assert words in message

    def test_bomb_is_refused_from_its_header(self, building):
        (message,) = errors_of(form_of(building, photos=[upload(bomb(), "炸弹.png")]))["photos"]
        assert "炸弹.png" in message

    def test_eleven_megabytes_are_too_many(self, building):
        (message,) = errors_of(form_of(building, photos=[upload(picture() + b"\0" * 11 * 1024 * 1024)]))["photos"]
        assert message == "“照片.jpg”有 11.0 MB，每张照片不超过 10 MB。"

    def test_place_and_camera_are_gone_from_the_picture(self, building):
        exif = Image.Exif()
        exif[0x010F] = "PhoneMaker"
        exif.get_ifd(0x8825)[2] = (31.0, 18.0, 0.0)
        content = picture(exif=exif)
        assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)
        form = form_of(building, photos=[upload(content)])
        assert form.is_valid(), form.errors
        (photo,) = form.all_photos
        cleaned = Image.open(BytesIO(photo.read()))
        assert cleaned.format == "JPEG"
        assert not cleaned.getexif()
        assert b"PhoneMaker" not in cleaned.tobytes()

    def test_good_photo_survives_a_bad_one(self, building):
        form = form_of(building, photos=[upload(picture()), upload(b"text")])
        assert not form.is_valid()
        assert len(form.new_photos) == 1

    def test_photos_of_earlier_rounds_count(self, building):
        kept = [upload(picture()), upload(picture())]
        form = form_of(building, photos=[upload(picture()), upload(picture())], kept=kept)
        assert errors_of(form)["photos"] == ["照片太多，多出的没有收下。"]
        assert len(form.all_photos) == 3


class TestSubmission:
    def test_need_is_submitted_with_everything(self, building):
        form = form_of(building, photos=[upload(picture())])
        assert form.is_valid(), form.errors
        need = form.submit(actor="resident", channel=Need.Channel.SCAN)
        assert Need.objects.get() == need
        assert (need.building, need.people_count, need.urgency, need.channel) == (building, 2, 3, "scan")
        assert need.photos.count() == 1

    def test_refusal_of_the_service_is_shown_and_saves_nothing(self, building):
        from accounts.models import PrivacyNotice

        PrivacyNotice.objects.all().delete()
        form = form_of(building)
        assert form.is_valid()
        assert form.submit(actor="resident") is None
        assert form.non_field_errors() == ["还没有生效的隐私告知书，请联系平台管理员。"]
        assert not Need.objects.exists()


class TestChoices:
    def test_most_used_kinds_come_first_and_no_kind_comes_twice(self):
        category = Category.objects.get(name="法律咨询")
        factories.make_need(category=category)
        form = NeedForm()
        assert form.frequent_kinds[0] == category
        assert len(form.frequent_kinds) == 4
        others = [kind for _, kinds in form.kinds_by_class for kind in kinds]
        assert len(others) + 4 == len({*others, *form.frequent_kinds}) == Category.objects.active().kinds().count()


class TestFollowForm:
    @pytest.mark.parametrize("change", [str.lower, lambda code: f" {code[:4]} - {code[4:]}", lambda code: code])
    def test_code_is_forgiven_case_spaces_and_hyphens(self, change):
        need = factories.make_need(contact_phone="13800001234")
        form = FollowForm({"code": change(need.code), "digits": "１２３４"})
        assert form.is_valid(), form.errors
        assert form.find() == need

    def test_wrong_code_and_wrong_digits_find_alike_nothing(self):
        need = factories.make_need(contact_phone="13800001234")
        for code, digits in ((need.code, "4321"), ("22222222", "1234"), ("22222222", "----")):
            form = FollowForm({"code": code, "digits": digits})
            assert not form.is_valid() or form.find() is None

    def test_lengths_are_told(self):
        form = FollowForm({"code": "ABC", "digits": "12"})
        assert not form.is_valid()
        assert form.errors == {"code": ["受理编号是 8 位，您填了 3 位。"], "digits": ["只填手机号的最后四位数字。"]}
