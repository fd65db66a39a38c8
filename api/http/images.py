"""Pictures that people send: how large, and how they are shown."""

from domain.errors import Invalid

IMAGE_AT_MOST = 10 * 2**20


class ImageTooLarge(Invalid):
    title = "A picture may have up to 10 MB"


HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Disposition": 'inline; filename="client.webp"',
}
"""No cache keeps it, as no answer of ours: a client who is erased is not to live on in a browser."""
