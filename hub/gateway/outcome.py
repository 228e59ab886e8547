"""What a FHIR client is told when it does not get what it asked for: an OperationOutcome, and the HTTP status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Reason:
    """HTTP status, FHIR issue type (``http://hl7.org/fhir/issue-type``), and the text, in bokmål."""

    status: int
    code: str
    text: str


REASONS: Final = {
    "unknown-type": Reason(404, "not-supported", "Ressurstypen tilbys ikke her. Se /fhir/metadata."),
    "not-found": Reason(404, "not-found", "Finnes ikke, eller ikke for deg."),
    "interaction": Reason(405, "not-supported", "Dette tilbys ikke her. Se /fhir/metadata for hva som gjør det."),
    "parameter": Reason(400, "not-supported", "Søkeparameteren tilbys ikke her. Se /fhir/metadata."),
    "modifier": Reason(400, "not-supported", "Modifikatoren tilbys ikke for denne parameteren."),
    "chain": Reason(400, "not-supported", "Kjedingen tilbys ikke: bruk én referanse, med type der den kan ha flere."),
    "include": Reason(400, "not-supported", "_include og _revinclude tilbys bare for referansene i /fhir/metadata."),
    "value": Reason(400, "invalid", "Verdien kan ikke brukes her."),
    "number-in-address": Reason(
        400, "security", "Et fødselsnummer skal ikke stå i en adresse. Søk med POST [type]/_search og skjema i kroppen."
    ),
    "scope": Reason(403, "forbidden", "Tokenet har ikke scope for dette."),
    "not-for-organisation": Reason(403, "forbidden", "Tokenet er ikke for denne virksomheten."),
    "service-codes": Reason(403, "forbidden", "Headeren ServiceCodes må nevne en tjeneste som gir tjenstlig behov."),
    "scopes-collide": Reason(403, "forbidden", "Tokenet har flere begrensede scope for samme ressurstype."),
    "too-costly": Reason(400, "too-costly", "Søket treffer for mye. Avgrens det."),
    "page": Reason(410, "expired", "Siden finnes ikke lenger, eller er ikke din. Søk på nytt."),
    "body": Reason(400, "structure", "Innholdet kan ikke leses som det skal."),
    "structure": Reason(422, "structure", "Ressursen er ikke gyldig FHIR R4."),
    "profile": Reason(422, "invariant", "Ressursen er ikke etter profilen."),
    "refused-by-server": Reason(
        409, "processing", "Lagret, men FHIR-tjeneren tar den ikke imot. Den prøves igjen når noe om pasienten endres."
    ),
    "rule": Reason(422, "business-rule", "Ressursen kan ikke skrives slik."),
    "not-a-system": Reason(403, "forbidden", "Abonnement er for systemer: bruk et token uten person."),
    "too-many-subscriptions": Reason(422, "too-costly", "Klienten har så mange abonnement som den kan ha."),
    "dangling": Reason(422, "not-found", "Referansen viser til noe som ikke finnes, eller ikke for deg."),
    "two-patients": Reason(422, "business-rule", "Alt i en transaksjon skal gjelde samme pasient."),
    "other-patient": Reason(422, "business-rule", "Ressursen gjelder en annen pasient enn den som står der."),
    "twice": Reason(422, "duplicate", "Samme ressurs kan ikke skrives to ganger i en transaksjon."),
    "circle": Reason(422, "business-rule", "Ressursene viser til hverandre i ring."),
    "unmappable": Reason(422, "processing", "Ressursen kan ikke vises på FHIR-tjeneren slik den er."),
    "too-many": Reason(413, "too-long", "Transaksjonen har for mange oppføringer. Del den opp."),
    "too-large": Reason(413, "too-long", "Innholdet er for stort."),
    "update-create": Reason(405, "not-supported", "Finnes ikke, eller ikke for deg. Nye ressurser lages med POST."),
    "not-party": Reason(403, "forbidden", "Tokenet er ikke for en virksomhet som har del i pasientens forløp."),
    "precondition-required": Reason(428, "required", "If-Match må være med: ETag fra den versjonen du endrer."),
    "stale": Reason(412, "conflict", "Ressursen er endret siden. Den gjeldende versjonen er med i svaret."),
    "several": Reason(412, "multiple-matches", "If-None-Exist treffer flere."),
    "key-used-before": Reason(409, "duplicate", "Idempotency-Key er brukt før, til noe annet."),
    "stored": Reason(202, "informational", "Lagret. FHIR-tjeneren viser det om litt."),
    "done": Reason(200, "informational", "Lagret og vist."),
    "server-away": Reason(503, "transient", "FHIR-serveren kan ikke nås. Prøv igjen om litt."),
    "server-refused": Reason(400, "processing", "FHIR-serveren godtar ikke forespørselen."),
}


class OutcomeError(Exception):
    """Answered with an OperationOutcome; ``where`` is the parameter or place, never a value."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.reason, self.code, self.where = REASONS[code], code, where


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong with what somebody wrote: our code, the FHIRPath of it, and the text, in bokmål."""

    code: str
    path: str
    text: str


class WriteError(OutcomeError):
    """Nothing was stored; every trouble by its path. ``current`` is the other version, for who wrote on an old one."""

    def __init__(
        self, code: str, troubles: Iterable[Trouble] = (), *, where: str = "", current: Any = None, etag: str = ""
    ) -> None:
        super().__init__(code, where)
        self.troubles, self.current, self.etag = tuple(troubles), current, etag


CURRENT: Final = "https://heimveg.dev/fhir/StructureDefinition/current-version"


def written(error: WriteError) -> dict[str, Any]:
    """The OperationOutcome of something that was not written; the other version is contained in it (dom-4: bare)."""
    whole = outcome(error)
    issues = [_issue(error.reason, one.code, one.text, one.path) for one in error.troubles] or whole["issue"]
    if error.current is None:
        return {**whole, "issue": issues}
    bare = {**error.current, "id": "current"}
    bare["meta"] = {n: v for n, v in bare.get("meta", {}).items() if n not in ("versionId", "lastUpdated", "security")}
    issues[0]["extension"] = [{"url": CURRENT, "valueReference": {"reference": "#current"}}]
    return {"resourceType": "OperationOutcome", "contained": [bare], "issue": issues}


def told(code: str) -> dict[str, Any]:
    """The OperationOutcome of something that went well."""
    reason = REASONS[code]
    return {
        "resourceType": "OperationOutcome",
        "issue": [{**_issue(reason, code, reason.text, ""), "severity": "information"}],
    }


def unshown(refused: bool) -> dict[str, Any]:
    """The OperationOutcome of something that is stored and not shown yet; ``refused``: the server would not have it."""
    return outcome(OutcomeError("refused-by-server")) if refused else told("stored")


def outcome(error: OutcomeError) -> dict[str, Any]:
    """The OperationOutcome of an error."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [_issue(error.reason, error.code, error.reason.text, error.where)],
    }


def _issue(reason: Reason, code: str, text: str, where: str) -> dict[str, Any]:
    issue: dict[str, Any] = {
        "severity": "error",
        "code": reason.code,
        "details": {"coding": [{"system": "https://heimveg.dev/fhir/CodeSystem/gateway", "code": code}]},
        "diagnostics": text,
    }
    if where:
        issue["expression"] = [where]
    return issue
