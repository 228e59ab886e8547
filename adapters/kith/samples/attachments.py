"""The smallest files of the kinds that messages bring: PDF, JPEG, PNG and XML (HIS 1036:2011), made here."""

from __future__ import annotations

from zlib import compress, crc32

from adapters.kith.samples.envelope import Attachment


def pdf(title: str = "Kurve") -> Attachment:
    """One empty page."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj%bendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 4\n0000000000 65535 f \n%btrailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return Attachment(title=title, mime="application/pdf", body=body + end % (table, len(body)))


def png(title: str = "Sårfoto") -> Attachment:
    """One grey dot."""
    header = (1).to_bytes(4) * 2 + bytes((8, 0, 0, 0, 0))
    chunks = ((b"IHDR", header), (b"IDAT", compress(b"\0\x80")), (b"IEND", b""))
    body = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4) + name + data + crc32(name + data).to_bytes(4) for name, data in chunks
    )
    return Attachment(title=title, mime="image/png", body=body)


def jpeg(title: str = "Foto av hofte") -> Attachment:
    """One grey square of eight dots, with Huffman tables of one code each."""
    segments = (
        (b"\xe0", b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        (b"\xdb", b"\0" + b"\1" * 64),
        (b"\xc0", b"\x08\0\x08\0\x08\1\1\x11\0"),
        (b"\xc4", b"\0\1" + b"\0" * 16),
        (b"\xc4", b"\x10\1" + b"\0" * 16),
        (b"\xda", b"\1\1\0\0\x3f\0"),
    )
    marked = b"".join(b"\xff" + name + (len(data) + 2).to_bytes(2) + data for name, data in segments)
    return Attachment(title=title, mime="image/jpeg", body=b"\xff\xd8" + marked + b"\x3f\xff\xd9")


def xml(title: str = "Måleverdier") -> Attachment:
    """A small document of no standard."""
    body = '<?xml version="1.0" encoding="UTF-8"?><maaling navn="vekt">71,4</maaling>'
    return Attachment(title=title, mime="text/xml", body=body.encode())
