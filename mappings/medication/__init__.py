"""Medication: what a dose text says, what a list says, and where the lists of one patient differ.

One of the doors of ``mappings`` for the hub: the lists in a person's documents, compared, as plain values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from hub.contract import Document, Issue, Term
from mappings.documents import Entered, Message
from mappings.documents.medication_list import MedicationDocument, MedicationList
from mappings.documents.said import MedicationDecided, MedicationSigned
from mappings.entries import entries_of
from mappings.entries import told as entries_told
from mappings.medication.catalogue import Catalogue, RegisterCatalogue
from mappings.medication.from_messages import lists_of
from mappings.medication.plausible import odd_doses
from mappings.medication.reconcile import Setting, phase_of, reconcile
from mappings.medication.registered import asked, catalogue_of, with_register
from mappings.medication.told import SEVERITIES, told
from mappings.parties import Organisations

__all__ = ["SEVERITIES", "Setting", "asked", "compared", "lists", "with_register"]


def lists(documents: Iterable[Document]) -> list[MedicationList]:
    """The medication lists of one person's documents, in force."""
    held = list(documents)
    in_messages = lists_of(document for document in held if isinstance(document, Message))
    received = (document for document in held if isinstance(document, MedicationDocument))
    return [*in_messages, *(replace(one.listing, id=one.head.message_id or one.listing.id) for one in received)]


def compared(
    documents: Iterable[Document], at: datetime, setting: Setting, register: Iterable[Term] = ()
) -> dict[str, Any]:
    """The comparison of the lists in one person's documents, as plain values, and what was odd in them.

    ``register`` is a drug register for all of them. Without one, lists are compared by what was kept with them when
    they were taken in, or by our own small table, and that is said.
    """
    held = list(documents)
    found = lists(held)
    issues = [
        {"list": one.id, "code": issue.code, "text": issue.text, "path": issue.path}
        for one in sorted(found, key=lambda one: (one.source.time, one.id))
        for issue in dict.fromkeys((*one.issues, *odd_doses(one), *_ahead(one, at)))
    ]
    setting = setting if setting.phase else replace(setting, phase=phase_of(found, at))
    comparison = told(reconcile(found, at, setting, _catalogue(register, held)))
    return {**comparison, "issues": issues, **_decided(held)}


def _decided(documents: list[Document]) -> dict[str, Any]:
    """What people have decided of discrepancies, and who has signed the list, oldest first."""
    entered = [document for document in documents if isinstance(document, Entered)]
    every = entries_of(entered, [], Organisations(documents)).every
    decisions = [
        {"discrepancy": said.discrepancy, "decision": said.decision, **_by(entry)}
        for entry, said in entries_told(every, MedicationDecided)
    ]
    return {"decisions": decisions, "signed": [_by(entry) for entry, _ in entries_told(every, MedicationSigned)]}


def _by(entry: Entered) -> dict[str, str]:
    head = entry.head
    return {"by": entry.author, "organisation": head.sender.name or head.sender.key, "at": head.generated.isoformat()}


def _ahead(listing: MedicationList, at: datetime) -> list[Issue]:
    """A list that is from after the moment compared for is kept out, and said to be."""
    if listing.source.time <= at:
        return []
    text = "Listen er fra etter tidspunktet det sammenlignes for, og er ikke med."
    return [Issue(code="list-ahead", text=text, path=listing.id)]


def _catalogue(register: Iterable[Term], documents: Iterable[Document]) -> Catalogue:
    terms = list(register)
    if terms:
        return RegisterCatalogue(terms, version="FEST")
    return catalogue_of(
        one.registered
        for one in documents
        if isinstance(one, MedicationDocument) or (isinstance(one, Message) and asked(one))
    )
