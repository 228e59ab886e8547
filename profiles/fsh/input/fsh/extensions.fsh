// Extensions of ours. What a Norwegian base profile already defines is used by its own url and not repeated.

Extension: DischargeReady
Id: discharge-ready
Title: "Discharge ready"
Description: "When the hospital declared the patient ready for discharge (utskrivningsklar). Absent again when the declaration is withdrawn (avmeldt)."
Context: Encounter
* value[x] only dateTime
* value[x] 1..1

Extension: ExpectedDischarge
Id: expected-discharge
Title: "Expected discharge"
Description: "When the hospital expects the patient to be ready for discharge, from the newest message that says so. Usually a date."
Context: Encounter
* value[x] only dateTime
* value[x] 1..1

Extension: StayUnresolved
Id: stay-unresolved
Title: "Stay unresolved"
Description: "True when messages do not tell for certain which stay they are about, so that the stay's times may be incomplete."
Context: Encounter
* value[x] only boolean
* value[x] 1..1

Extension: Anslag
Id: anslag
Title: "Anslag"
Description: "The sender's Anslag flag as sent: true for an estimate, false for final. Kept as it came; readers of the message differ on what it means, so no status depends on it alone."
Context: Encounter, Observation, Extension
* value[x] only boolean
* value[x] 1..1

Extension: ForbeholdOmVideresending
Id: forbehold-om-videresending
Title: "Forbehold om videresending"
Description: "True when the patient has reserved against the information being forwarded."
Context: DocumentReference
* value[x] only boolean
* value[x] 1..1

Extension: VerdictExtension
Id: verdict
Title: "Verdict"
Description: "How a duty with a deadline turned out, why, on what evidence and under which named policies."
Context: Task
* extension contains
    code 1..1 and
    rule 0..1 and
    reason 0..1 and
    text 0..1 and
    evidence 0..* and
    policy 0..* and
    delivery 0..1 and
    minutes-late 0..1 and
    flag 0..*
* extension[code] ^short = "pending, met, late, missing, not-applicable or unknown"
* extension[code].value[x] only CodeableConcept
* extension[code].value[x] 1..1
* extension[code].value[x] from VerdictValueSet (required)
* extension[text] ^short = "The reason in words, bokmål"
* extension[text].value[x] only string
* extension[text].value[x] 1..1
* extension[reason] ^short = "Why, as a short code"
* extension[reason].value[x] only string
* extension[reason].value[x] 1..1
* extension[rule] ^short = "The rule that was applied: 24H, UPDATE, READY9, READY-NOTICE, REPLY, MUNI24, EPIKRISE ..."
* extension[rule].value[x] only code
* extension[rule].value[x] 1..1
* extension[minutes-late].value[x] only integer
* extension[minutes-late].value[x] 1..1
* extension[flag] ^short = "What a reader should know of the evidence"
* extension[flag].value[x] only string
* extension[flag].value[x] 1..1
* extension[evidence] ^short = "A message that was looked at, as urn:uuid of its message id"
* extension[evidence].value[x] only uri
* extension[evidence].value[x] 1..1
* extension[policy] ^short = "A named policy that decided where the rules leave room"
* extension[policy].value[x] only string
* extension[policy].value[x] 1..1
* extension[delivery] ^short = "Whether the receiver has confirmed or rejected what was sent"
* extension[delivery].value[x] only code
* extension[delivery].value[x] 1..1
* extension[delivery].value[x] from DeliveryValueSet (required)

Extension: DeliveryExtension
Id: delivery
Title: "Delivery"
Description: "What the receiver's application receipt (AppRec) says of a message. Absent until a receipt came, or the time for one ran out."
Context: DocumentReference, Communication
* extension contains
    code 1..1 and
    at 0..1 and
    late 0..1 and
    error 0..*
* extension[code] ^short = "confirmed, rejected or missing"
* extension[code].value[x] only CodeableConcept
* extension[code].value[x] 1..1
* extension[code].value[x] from DeliveryValueSet (required)
* extension[at] ^short = "When the receipt was made"
* extension[at].value[x] only dateTime
* extension[at].value[x] 1..1
* extension[late] ^short = "True when the receipt was made more than 96 hours after the message"
* extension[late].value[x] only boolean
* extension[late].value[x] 1..1
* extension[error] ^short = "An error of the receipt, in the receiver's coding"
* extension[error].value[x] only CodeableConcept
* extension[error].value[x] 1..1

// HL7 defines this one, in R5. An R4 validator without the R5 package calls its url invalid, so it is repeated here.
Extension: CarePlanCustodian
Id: extension-CarePlan.custodian
Title: "CarePlan.custodian (R5)"
Description: "Who is responsible for the plan: R5 CarePlan.custodian carried in R4, as HL7's cross-version rule names it."
Context: CarePlan
* ^url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-CarePlan.custodian"
* value[x] only Reference(Organization or Practitioner or PractitionerRole or CareTeam or Patient or RelatedPerson or Device)
* value[x] 1..1

Extension: Sone
Id: sone
Title: "Sone"
Description: "Which zone of a plan for own treatment this part is: its description says when it holds, its note and activities what to do then."
Context: CarePlan
* value[x] only code
* value[x] 1..1
* value[x] from SoneValueSet (required)

Extension: CurrentVersion
Id: current-version
Title: "Current version"
Description: "The version that holds, contained in the outcome that refuses a change of an older one."
Context: OperationOutcome.issue
* value[x] only Reference
* value[x] 1..1
