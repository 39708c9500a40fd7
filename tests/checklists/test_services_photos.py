"""Photos from strangers."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from checklists.services.photos import add_photos
from organizations.photos import clean_photo
from tests import factories as make

pytestmark = pytest.mark.django_db


def picture(format="JPEG", size=(400, 300), mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, size, 200).save(out, format, **options)
    return out.getvalue()


def upload(content, name="照片.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def opened(photo):
    return Image.open(BytesIO(photo.read()))


def with_place():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretPhone", 6  # the maker, and "turn me"
    exif.get_ifd(0x8825)[2] = (31.0, 18.0, 0.0)  # where it was taken
    return picture(exif=exif)


class TestCleaning:
    @pytest.mark.parametrize(("format", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("GIF", "P")])
    def test_any_usual_format_becomes_a_jpeg(self, format, mode):
        photo = opened(clean_photo(upload(picture(format, mode=mode), "x.bin")))
        assert (photo.format, photo.mode, photo.size) == ("JPEG", "RGB", (400, 300))

    def test_hidden_data_is_gone_and_the_picture_upright(self):
        original = with_place()
        assert b"SecretPhone" in original
        photo = clean_photo(upload(original))
        assert b"SecretPhone" not in photo.read()
        photo.seek(0)
        picture = opened(photo)
        assert not picture.getexif() and picture.size == (300, 400)

    def test_large_one_is_made_small(self):
        assert opened(clean_photo(upload(picture(size=(4000, 1000))))).size == (2048, 512)

    @pytest.mark.parametrize(
        "content",
        [b"", b"<script>alert(1)</script>", b"%PDF-1.7", b"GIF89a", picture()[:200], b"\xff\xd8\xff\xe0" + bytes(50)],
    )
    def test_what_is_no_photo_is_told_by_name(self, content):
        with pytest.raises(ValidationError, match="“病历.jpg”不是能打开的照片") as refusal:
            clean_photo(upload(content, "病历.jpg"))
        assert refusal.value.code == "not_a_photo"

    def test_vector_and_rare_formats_are_refused(self):
        out = BytesIO()
        Image.new("RGB", (10, 10)).save(out, "TIFF")
        for content in (out.getvalue(), b'<svg xmlns="http://www.w3.org/2000/svg"/>'):
            with pytest.raises(ValidationError):
                clean_photo(upload(content))

    def test_too_many_bytes(self):
        with pytest.raises(ValidationError, match="有 10.5 MB，每张照片不超过 10 MB") as refusal:
            clean_photo(upload(bytes(int(10.5 * 1024 * 1024))))
        assert refusal.value.code == "size"

    @pytest.mark.parametrize("side", [8_000, 30_000])
    def test_bomb_is_told_by_its_header(self, side):
        def chunk(name, body):
            return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
        with pytest.raises(ValidationError) as refusal:
            clean_photo(upload(bomb + chunk(b"IEND", b"")))
        assert refusal.value.code == "pixels"

    @pytest.mark.filterwarnings("ignore::UserWarning")
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
    @given(data=st.data())
    def test_damage_is_refused_or_harmless(self, data):
        content = bytearray(with_place())
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        try:
            assert opened(clean_photo(upload(bytes(content)))).format == "JPEG"
        except ValidationError as refusal:
            assert refusal.code in {"not_a_photo", "pixels"}


def test_name_of_the_file_says_nothing(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    need = make.make_need()
    add_photos(need, [clean_photo(upload(picture(), "张三的病历.jpg"))])
    photo = need.photos.get()
    assert photo.stage == "reported"
    assert photo.image.name.startswith("needs/") and "张三" not in photo.image.name
