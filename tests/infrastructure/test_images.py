"""A portrait is small, upright and tells nothing but what is to be seen; what is no image is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from application.files import NotAnImage, TooManyPixels
from infrastructure.files.images import PIXELS_AT_MOST, portrait

PLACE = "Cuacos de Yuste"


def photograph(format_="JPEG", size=(800, 400), mode="RGB", **more):
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    image = image.convert(mode)
    made = BytesIO()
    image.save(made, format_, **more)
    return made.getvalue()


def opened(content):
    return Image.open(BytesIO(portrait(content, field="image")))


def said(orientation=1):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, PLACE
    return exif.tobytes()


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_it_is_webp_of_256_pixels_at_most(format_):
    image = opened(photograph(format_))
    assert (image.format, image.size) == ("WEBP", (256, 128))


@pytest.mark.parametrize(("mode", "format_"), [("L", "PNG"), ("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "WEBP")])
def test_any_colours_will_do(mode, format_):
    assert opened(photograph(format_, mode=mode)).size == (256, 128)


def test_it_is_turned_as_the_camera_was_held():
    image = opened(photograph(exif=said(orientation=6)))
    assert image.size == (128, 256)
    red, _, blue = image.convert("RGB").getpixel((64, 10))
    assert red > 200 > blue


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_nothing_is_left_of_what_the_file_tells_besides(format_):
    sent = photograph(format_, exif=said())
    assert PLACE.encode() in sent
    made = portrait(sent, field="image")
    assert PLACE.encode() not in made
    assert not Image.open(BytesIO(made)).info.keys() & {"exif", "icc_profile", "xmp"}


def test_a_small_one_stays_as_small_as_it_is():
    assert opened(photograph("PNG", size=(20, 10))).size == (20, 10)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        photograph()[:300],
        photograph("PNG")[:60],
        photograph("GIF"),
        photograph("BMP"),
    ],
)
def test_what_is_no_such_image_is_refused(content):
    with pytest.raises(NotAnImage) as refused:
        portrait(content, field="image")
    assert refused.value.details == {"field": "image"}


def test_a_few_bytes_that_claim_to_be_billions_of_pixels_are_refused_before_they_are_decoded():
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    side = 60_000
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(TooManyPixels) as refused:
        portrait(bomb, field="image")
    assert refused.value.details == {"field": "image", "at_most": PIXELS_AT_MOST}
