"""Trouble on our side, grouped by what to do next. The sender's mistakes are values (``hub.contract.Rejection``).

HubError
├── ConfigurationError    stop at start; the text names the setting
├── RetriableError        try again: the FHIR server is away or busy, the log cannot be reached
└── FatalError            park for a person: trying again gives the same answer

No text here may carry a fødselsnummer, a name or clinical content; a message id is enough to find it.
"""

from __future__ import annotations


class HubError(Exception):
    """Any trouble on our side."""


class ConfigurationError(HubError):
    """A setting is missing or wrong; the text says which and what to set."""


class RetriableError(HubError):
    """The same call may succeed later."""


class FhirServerBusyError(RetriableError):
    """The FHIR server is away, slow, or answered 409, 412, 429 or 5xx."""


class FhirServerAwayError(FhirServerBusyError):
    """The FHIR server cannot be reached or serves nobody; waiting for it never becomes a reason to park."""


class StoreUnavailableError(RetriableError):
    """PostgreSQL cannot be reached."""


class FatalError(HubError):
    """Trying again gives the same answer; a person must look."""


class FhirServerRefusedError(FatalError):
    """The FHIR server refused what we sent; the text carries its OperationOutcome codes and the resource ids."""


class AdapterFailedError(FatalError):
    """An adapter or mapping failed on a message that it had accepted."""
