"""Pictures from outside, decoded by Pillow with limits and drawn again: `Images` of `application/files.py`."""

from io import BytesIO

from PIL import Image, ImageOps

from application.files import NotAnImage, TooManyPixels

FORMATS = ("JPEG", "PNG", "WEBP")
PIXELS_AT_MOST = 50_000_000
"""Of a picture before it is decoded: a few kilobytes can claim to be billions. Phones take 12 to 50 million."""

SIDE = 256
"""Of a portrait, in pixels."""

Image.MAX_IMAGE_PIXELS = None  # else Pillow warns, or refuses, by its own bound; ours is asked for below


def redrawn(content: bytes, *, longest: int, field: str) -> bytes:
    """Onto a new, white image: what is transparent is white, and nothing but pixels comes along."""
    picture = _decoded(content, longest, field).convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture)
    return _written(paper, "JPEG", quality=82)


def portrait(content: bytes, *, field: str) -> bytes:
    picture = _decoded(content, SIDE, field)
    seen = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    clean = Image.new(seen.mode, seen.size)  # nothing but pixels: no place, no camera, no colour profile
    clean.paste(seen)
    return _written(clean, "WEBP", quality=80, method=4)


def _decoded(content: bytes, longest: int, field: str) -> Image.Image:
    """Upright, and its longer side no longer than that."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _check_size(picture, field)
            picture.draft("RGB", (2 * longest, 2 * longest))  # a JPEG may be decoded smaller than it is
            picture.thumbnail((longest, longest))
            return ImageOps.exif_transpose(picture)  # a copy, and of the small one
    except (TooManyPixels, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - decoders stumble over hostile bytes in ways of their own, and none of it is ours
        raise NotAnImage(field=field) from None


def _check_size(picture: Image.Image, field: str) -> None:
    if picture.width * picture.height > PIXELS_AT_MOST:
        raise TooManyPixels(field=field, at_most=PIXELS_AT_MOST)


def _written(picture: Image.Image, kind: str, **how: int) -> bytes:
    written = BytesIO()
    picture.save(written, kind, **how)
    return written.getvalue()
