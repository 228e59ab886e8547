"""Several messages in one upload, within limits."""

from __future__ import annotations

import asyncio
import io
import zipfile

import pytest

from hub.upload import Limits, Part, UploadError, multipart_parts, zip_parts

FORM = "multipart/form-data; boundary=b"
LIMITS = Limits(messages=3, message_bytes=1000, total_bytes=2000)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def form(*parts: tuple[str, bytes], kind: str = "application/xml") -> tuple[bytes, str]:
    lines = [
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\nContent-Type: %b\r\n\r\n%b\r\n'
        % (name.encode(), kind.encode(), content)
        for name, content in parts
    ]
    return b"".join(lines) + b"--b--\r\n", FORM


def test_every_file_of_a_zip_is_a_message() -> None:
    assert zip_parts(zipped(a=b"<a/>", b=b"<b/>"), LIMITS) == [
        Part(name="a", body=b"<a/>"),
        Part(name="b", body=b"<b/>"),
    ]


def test_what_macos_adds_to_a_zip_is_no_message() -> None:
    assert zip_parts(zipped(**{"__MACOSX/._a": b"x", "a": b"<a/>"}), LIMITS) == [Part(name="a", body=b"<a/>")]


def test_a_file_over_the_limit_is_cut_so_that_the_intake_refuses_it() -> None:
    (part,) = zip_parts(zipped(a=b"x" * 1500), LIMITS)
    assert len(part.body) == LIMITS.message_bytes + 1


@pytest.mark.parametrize(
    "body",
    [
        zipped(a=b"0" * 1000, b=b"0" * 1000, c=b"0" * 1000),
        zipped(a=b"", b=b"", c=b"", d=b""),
        b"PK\x03\x04 and then nothing",
        zipped(a=b"<a/>")[:-30],
    ],
    ids=["too much in all", "too many", "no zip", "cut off"],
)
def test_a_zip_that_is_broken_or_too_large_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(UploadError):
        zip_parts(body, LIMITS)


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(zipped(a=b"0" * 10_000_000))
    at = bomb.index(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the archive claims ten bytes
    with pytest.raises(UploadError):
        zip_parts(bytes(bomb), LIMITS)


def test_the_parts_of_a_form_are_messages_and_a_zip_among_them_is_opened() -> None:
    body, content_type = form(("a.xml", b"<a/>"), ("b.zip", zipped(c=b"<c/>")))
    found = asyncio.run(multipart_parts(body, content_type, LIMITS))
    assert [(part.name, part.body) for part in found] == [("a.xml", b"<a/>"), ("c", b"<c/>")]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=b"),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n<a/>\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        form(*((f"{n}.xml", b"<a/>") for n in range(4))),
    ],
    ids=["no boundary", "no parts", "text and no file", "too many"],
)
def test_a_form_that_cannot_be_read_is_refused_as_a_whole(body: bytes, content_type: str) -> None:
    try:
        found = asyncio.run(multipart_parts(body, content_type, LIMITS))
    except UploadError:
        return
    assert found == []
