"""What was entered here, as the PLO and dialog messages that tell a partner of it. Pure, and the same every time.

An entry is told on by its addressee only: the municipality's answer by the municipality, a deviation by the receiver
of the message, readiness by the hospital. What came in as a message already is not sent again.
"""

from __future__ import annotations

from mappings.outgoing.composing import TELLS_OF, drafts
from mappings.outgoing.knowing import Draft, Known, Making, known
from mappings.outgoing.report import REPORTS, NothingToTellError, report

__all__ = ["REPORTS", "TELLS_OF", "Draft", "Known", "Making", "NothingToTellError", "drafts", "known", "report"]
