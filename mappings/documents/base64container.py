"""A file inside the message (Base64Container, 2009-06-16)."""

from __future__ import annotations

from mappings.documents.shape import BASE64, Leaf, Part, content, element


@element("base64")
class Base64Container(Part):
    text: Leaf = content(BASE64)
