"""Reads back what a PDF of ours says: its pages' texts, in the order in which they are told, and what it is called."""

import html
import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
SIZED = re.compile(rb"/(f\d+) [\d.]+ Tf")
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(pdf):
    """One text for each page, blanks folded."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    return [_page(objects, body) for _, body in sorted(objects.items()) if b"/Type/Page/" in body]


def text(pdf):
    return " ".join(pages(pdf))


def title(pdf):
    """What a window shows that has the PDF open."""
    found = re.search(rb"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", pdf, re.DOTALL)
    return html.unescape(found.group(1).decode())


def language(pdf):
    return re.search(rb"/Lang\((.*?)\)", pdf).group(1).decode()


def _page(objects, page):
    fonts = re.findall(rb"/(f\d+) (\d+) 0 R", objects[_reference(page, b"Resources")])
    signs = {name: _signs(objects, int(font)) for name, font in fonts}
    said = _said(_stream(objects[_reference(page, b"Contents")]), signs)
    return " ".join(said.replace("\u200b", "").split())


def _reference(body, name):
    return int(re.search(rb"/" + name + rb" (\d+) 0 R", body).group(1))


def _stream(body):
    head, _, rest = body.partition(b"stream")
    raw = rest.lstrip(b"\r\n").rpartition(b"endstream")[0]
    return zlib.decompress(raw) if b"/FlateDecode" in head else raw


def _signs(objects, font):
    """By a glyph's number, the text that it stands for."""
    told = _stream(objects[_reference(objects[font], b"ToUnicode")])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", told)
    return {int(glyph, 16): bytes.fromhex(sign.decode()).decode("utf-16-be") for glyph, sign in pairs}


def _said(content, signs):
    """A run of text ends in a blank: that is how words in neighbouring cells are told apart."""
    font, said, at = b"", [], 0
    while at < len(content):
        if content[at : at + 1] == b"(":
            shown, at = _string(content, at + 1)
            numbers = (int.from_bytes(shown[one : one + 2]) for one in range(0, len(shown), 2))
            said += [signs[font].get(number, "\ufffd") for number in numbers] if font else []
        elif sized := SIZED.match(content, at):
            font, at = sized.group(1), sized.end()
        else:
            font = b"" if content.startswith(b"ET\n", at) else font  # what follows in brackets are tags
            said += " " if content.startswith((b"TJ", b"Tj"), at) else ""
            at += 1
    return "".join(said)


def _string(content, at):
    """What stands in brackets, which may hold brackets in pairs; and where it ends."""
    shown, depth = b"", 1
    while True:
        if escaped := ESCAPED.match(content, at):
            octal, other = escaped.groups()
            shown += bytes([int(octal, 8)]) if octal else ESCAPES.get(other, other)
            at = escaped.end()
            continue
        sign = content[at : at + 1]
        depth += {b"(": 1, b")": -1}.get(sign, 0)
        at += 1
        if not depth:
            return shown, at
        shown += sign
