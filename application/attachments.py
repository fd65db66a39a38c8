"""What people attach, a document or a picture, is known by its content, whatever it is called or said to be."""

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid5

from application.files import Files, Images, NotAnImage
from domain.errors import Invalid
from domain.expense import ExpenseAttached, MediaType

AT_MOST = 10 * 2**20
LONGEST_SIDE = 2400
"""Of a picture, in pixels: enough to read the small print of a receipt."""

PDF_HEADER, PDF_END = b"%PDF-", b"%%EOF"
"""How a PDF begins, and what stands in its last kilobyte (ISO 32000-1, 7.5.2 and 7.5.5; Acrobat's implementation note
18 for how far from the end)."""


class AttachmentTooLarge(Invalid):
    title = "A file may have up to 10 MB"


class NotADocument(Invalid):
    title = "Attach a PDF or a picture (JPEG, PNG or WebP)"


@dataclass(frozen=True, slots=True)
class Attachment:
    """`content` as it is kept: a PDF as it came, a picture drawn again."""

    media_type: MediaType
    content: bytes

    def kept_about(self, subject: UUID, files: Files) -> ExpenseAttached:
        """The id follows from whom it is about and the content: the same again is the same file."""
        file_id = uuid5(subject, hashlib.sha256(self.content).hexdigest())
        file = files.keep(file_id, subject, self.content)
        return ExpenseAttached(file.id, file.sha256, self.media_type)


def checked(content: bytes, images: Images, *, field: str = "attachment") -> Attachment:
    """Refused where it is neither a PDF nor a picture, or too large. PDFs are opened neither here nor on our pages."""
    if len(content) > AT_MOST:
        raise AttachmentTooLarge(field=field, at_most=AT_MOST)
    if content.startswith(PDF_HEADER):
        if PDF_END not in content[-1024:]:
            raise NotADocument(field=field)
        return Attachment(MediaType.PDF, content)
    try:
        return Attachment(MediaType.JPEG, images.redrawn(content, longest=LONGEST_SIDE, field=field))
    except NotAnImage:
        raise NotADocument(field=field) from None
