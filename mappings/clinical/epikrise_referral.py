"""The referral that an epikrise answers: what was asked for, when, and why."""

from __future__ import annotations

from collections.abc import Iterator

from hub.contract import Resource
from mappings.clinical.chart import Chart
from mappings.clinical.values import as_notes, said, stamp
from mappings.documents import epikrise as dis
from mappings.plain_text import words
from mappings.resources import concept


def referral(chart: Chart, key: str, of: dis.ServReq) -> Iterator[Resource]:
    """It has been carried out: the epikrise is what came of it."""
    asked = concept(of.msg_descr_kode) or {"text": said(of.msg_descr) or "Henvisning"}
    reasons = [text for reason in of.reason_as_text for text in words(reason.text_result_value)]
    codes = [concept(code) for reason in of.reason_as_text for code in reason.text_code]
    yield chart.made(
        "ServiceRequest",
        key,
        identifier=[{"type": {"text": "Henvisningens id"}, "value": said(of.id)}],
        status="completed",
        intent="order",
        code=asked,
        authoredOn=stamp(of.issue_date),
        reasonCode=[*(concept(one.concept) for one in of.diagnosis), *codes, *({"text": text} for text in reasons)],
        note=as_notes(of.req_comment),
        **chart.about(),
    )
