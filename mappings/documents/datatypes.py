"""KITH data types (kith.xsd): values in attributes, every one of them optional by schema.

``CS`` is a code whose list the element implies, ``CV`` a code that names its list by OID (``s``), ``TS`` a time,
``PQ`` an amount with a unit. ``dn`` is the code's text (informative), ``ot`` text instead of or beside a code.
"""

from __future__ import annotations

from mappings.documents.shape import (
    ANY_URI,
    DECIMAL,
    DOUBLE,
    KITH_BOOLEAN,
    OID,
    STRING,
    TIME_STAMP,
    TOKEN,
    Leaf,
    Part,
    attribute,
    element,
)  # fmt: skip


@element("kith", is_global=False)
class CS(Part):
    v: Leaf | None = attribute("V", TOKEN)
    dn: Leaf | None = attribute("DN", STRING)


@element("kith", is_global=False)
class CV(Part):
    v: Leaf | None = attribute("V", TOKEN)
    s: Leaf | None = attribute("S", OID)
    dn: Leaf | None = attribute("DN", STRING)
    ot: Leaf | None = attribute("OT", STRING)


@element("kith", is_global=False)
class TS(Part):
    v: Leaf | None = attribute("V", TIME_STAMP)


@element("kith", is_global=False)
class PQ(Part):
    v: Leaf | None = attribute("V", DOUBLE)
    u: Leaf | None = attribute("U", TOKEN)


@element("kith", is_global=False)
class MO(Part):
    v: Leaf | None = attribute("V", DECIMAL)
    u: Leaf | None = attribute("U", TOKEN)


@element("kith", is_global=False)
class BL(Part):
    v: Leaf | None = attribute("V", KITH_BOOLEAN)


@element("kith", is_global=False)
class URL(Part):
    v: Leaf | None = attribute("V", ANY_URI)
