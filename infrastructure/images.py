"""Pictures from outside, decoded by Pillow with limits and drawn again: `Images` of `application/files.py`."""

from io import BytesIO

from PIL import Image, ImageOps

from application.files import NotAnImage, TooManyPixels

FORMATS = ("JPEG", "PNG", "WEBP")
PIXELS_AT_MOST = 40_000_000
"""Some 120 MB once decoded; phones take pictures of 12 to 40 million."""

QUALITY = 82


def redrawn(content: bytes, *, longest: int) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height <= PIXELS_AT_MOST:
                picture.draft("RGB", (longest, longest))  # a JPEG is decoded no larger than needed
                return _drawn(ImageOps.exif_transpose(picture), longest)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pass
    except Exception:  # noqa: BLE001 - decoders stumble over hostile bytes in ways of their own, and none of it is ours
        raise NotAnImage from None
    raise TooManyPixels(at_most=PIXELS_AT_MOST)


def _drawn(picture: Image.Image, longest: int) -> bytes:
    """Onto a new, white image: what is transparent is white, and nothing but pixels comes along."""
    picture.thumbnail((longest, longest))
    seen_through = picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(seen_through, mask=seen_through)
    written = BytesIO()
    paper.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
