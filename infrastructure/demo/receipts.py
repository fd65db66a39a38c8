"""Receipts to attach in the demo: a slip of paper as a picture, an invoice as a PDF. The same every time."""

from io import BytesIO

from PIL import Image, ImageDraw

from application.attachments import Attachment
from domain.expense import MediaType

FUEL = ("ESTACION DE SERVICIO LA PALMERA", "NIF B00000000", "", "SIN PLOMO 95", "GRACIAS POR SU VISITA")
PARKING = ("APARCAMIENTO PLAZA MAYOR", "NIF B00000001", "", "ESTANCIA", "CONSERVE ESTE TIQUE")

PDF = """%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R
/Resources <</Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>>> endobj
4 0 obj <</Length {length}>> stream
{content}
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
"""


def slip(lines: tuple[str, ...]) -> Attachment:
    """As a till prints it."""
    paper = Image.new("L", (420, 60 + 34 * len(lines)), 250)
    draw = ImageDraw.Draw(paper)
    for number, line in enumerate(lines):
        draw.text((30, 30 + 34 * number), line, fill=40, font_size=20)
    written = BytesIO()
    paper.convert("RGB").save(written, "JPEG", quality=82)
    return Attachment(MediaType.JPEG, written.getvalue())


def invoice(title: str) -> Attachment:
    content = f"BT /F1 16 Tf 50 520 Td ({title}) Tj ET"
    return Attachment(MediaType.PDF, PDF.format(length=len(content), content=content).encode())
