// One example per profile: a made-up stay. Numbers are synthetic (month + 80; organisation numbers from the test series).

RuleSet: ExampleTags
* meta.tag[0] = $kommunenummer#9999
* meta.tag[1] = $organisation-access#310000019
* meta.tag[2] = $organisation-access#310000027

RuleSet: FromMessage
* meta.source = "urn:uuid:6d2f7f0e-5f0b-4c5a-9d43-0f5a4d1c9a01"

Instance: example-hospital
InstanceOf: HeimvegOrganization
Usage: #example
Description: "A hospital trust"
* meta.tag = $organisation-access#310000019
* identifier.system = $orgnr
* identifier.value = "310000019"
* name = "Eksempel sykehus HF"

Instance: example-municipality
InstanceOf: HeimvegOrganization
Usage: #example
Description: "A municipality"
* meta.tag = $organisation-access#310000027
* identifier.system = $orgnr
* identifier.value = "310000027"
* name = "Eksempel kommune"

Instance: example-municipal-unit
InstanceOf: HeimvegOrganization
Usage: #example
Description: "A communication party of the municipality"
* meta.tag = $organisation-access#310000027
* identifier.system = $her-id
* identifier.value = "900001"
* name = "Eksempel kommune, Saksbehandling"
* partOf = Reference(example-municipality)

Instance: example-patient
InstanceOf: HeimvegPatient
Usage: #example
Description: "A synthetic patient who lives in the municipality"
* insert ExampleTags
* identifier.system = $fnr
* identifier.value = "12834510055"
* name.family = "Eksempel"
* name.given = "Kari"
* gender = #female
* birthDate = "1945-03-12"
* address.use = #home
* address.line = "Prøveveien 1"
* address.postalCode = "0000"
* address.city = "Eksempelby"
* address.district = "Eksempel"
* address.district.extension.url = $municipalitycode
* address.district.extension.valueCoding = $kommunenummer#9999

Instance: example-practitioner
InstanceOf: HeimvegPractitioner
Usage: #example
Description: "The one who judged the patient ready"
* meta.tag = $organisation-access#310000019
* identifier.system = $hpr
* identifier.value = "9999999"
* name.family = "Prøve"
* name.given = "Ola"

Instance: example-practitioner-role
InstanceOf: HeimvegPractitionerRole
Usage: #example
Description: "A doctor at the hospital"
* meta.tag = $organisation-access#310000019
* practitioner = Reference(example-practitioner)
* organization = Reference(example-hospital)
* code = urn:oid:2.16.578.1.12.4.1.1.9060#LE "Lege"

Instance: example-encounter
InstanceOf: HeimvegEncounter
Usage: #example
Description: "A stay whose patient has been declared ready"
* insert ExampleTags
* extension[dischargeReady].valueDateTime = "2026-03-05T10:00:00+01:00"
* extension[expectedDischarge].valueDateTime = "2026-03-05"
* extension[courseState].extension[state].valueCodeableConcept = $stay-state#ready "Meldt utskrivningsklar"
* extension[courseState].extension[since].valueDateTime = "2026-03-05T10:00:00+01:00"
* extension[stayUnresolved].valueBoolean = false
* identifier.system = "https://heimveg.dev/fhir/sid/stay"
* identifier.value = "310000019:eksempel-1"
* status = #in-progress
* statusHistory.status = #in-progress
* statusHistory.period.start = "2026-03-02T14:30:00+01:00"
* type = $type-opphold#1 "Heldøgnsopphold"
* subject = Reference(example-patient)
* period.start = "2026-03-02T14:30:00+01:00"
* hospitalization.dischargeDisposition = http://terminology.hl7.org/CodeSystem/discharge-disposition#home
* serviceProvider = Reference(example-hospital)

Instance: example-task
InstanceOf: HeimvegTask
Usage: #example
Description: "Discharge readiness: the municipality has not answered yet"
* insert ExampleTags
* groupIdentifier.system = "https://heimveg.dev/fhir/sid/stay"
* groupIdentifier.value = "310000019:eksempel-1"
* status = #requested
* businessStatus = $readiness#venter-svar "Venter på svar"
* code = $discharge-process#utskrivningsklar "Meldt utskrivningsklar"
* extension[overliggerdogn].extension[state].valueCode = #running
* extension[overliggerdogn].extension[open].valueBoolean = true
* extension[overliggerdogn].extension[days].valueInteger = 2
* extension[overliggerdogn].extension[potential-days].valueInteger = 0
* extension[overliggerdogn].extension[hospital-delay-days].valueInteger = 0
* extension[overliggerdogn].extension[reason].valueString = "not-answered"
* extension[overliggerdogn].extension[day][0].valueDate = "2026-03-05"
* extension[overliggerdogn].extension[day][1].valueDate = "2026-03-06"
* focus = Reference(example-document-reference)
* for = Reference(example-patient)
* encounter = Reference(example-encounter)
* executionPeriod.start = "2026-03-05T10:00:00+01:00"
* authoredOn = "2026-03-05T10:05:00+01:00"
* requester = Reference(example-hospital)
* owner = Reference(example-municipality)

Instance: example-task-duty
InstanceOf: HeimvegTask
Usage: #example
Description: "A duty with a deadline and its verdict"
* insert ExampleTags
* extension[verdict].extension[code].valueCodeableConcept = $verdict#pending "Venter"
* extension[verdict].extension[reason].valueString = "Fristen er ikke passert"
* extension[verdict].extension[evidence].valueUri = "urn:uuid:6d2f7f0e-5f0b-4c5a-9d43-0f5a4d1c9a01"
* extension[verdict].extension[policy].valueString = "reply-within-24-hours"
* status = #requested
* businessStatus = $verdict#pending "Venter"
* code = $discharge-process#kommune-beslutning "Kommunens svar"
* for = Reference(example-patient)
* encounter = Reference(example-encounter)
* partOf = Reference(example-task)
* authoredOn = "2026-03-05T10:05:00+01:00"
* requester = Reference(example-hospital)
* owner = Reference(example-municipality)
* restriction.period.end = "2026-03-06T10:05:00+01:00"

Instance: example-care-plan
InstanceOf: HeimvegCarePlan
Usage: #example
Description: "The plan for the way home"
* insert ExampleTags
* extension[custodian].valueReference = Reference(example-municipality)
* status = #active
* category = $care-plan-category#utskrivningsplan "Utskrivningsplan"
* title = "Utskrivningsplan"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* period.start = "2026-03-02"
* author = Reference(example-hospital)
* activity.reference = Reference(example-task)

Instance: example-binary
InstanceOf: Binary
Usage: #example
Description: "The original bytes of a message"
* contentType = #application/xml
* data = "PE1zZ0hlYWQvPg=="

Instance: example-document-reference
InstanceOf: HeimvegDocumentReference
Usage: #example
Description: "The message that declared the patient ready"
* insert ExampleTags
* insert FromMessage
* extension[forbeholdOmVideresending].valueBoolean = false
* masterIdentifier.system = "urn:ietf:rfc:3986"
* masterIdentifier.value = "urn:uuid:6d2f7f0e-5f0b-4c5a-9d43-0f5a4d1c9a01"
* status = #current
* type.coding[meldingstype].code = #LOG_UTSKRIVNINGSKLAR
* type.coding[meldingstype].display = "Melding om utskrivningsklar pasient"
* subject = Reference(example-patient)
* date = "2026-03-05T10:05:00+01:00"
* author = Reference(example-hospital)
* content.attachment.contentType = #application/xml
* content.attachment.url = "Binary/example-binary"
* content.attachment.size = 10
* context.encounter = Reference(example-encounter)

Instance: example-composition
InstanceOf: HeimvegComposition
Usage: #example
Description: "The same message as a readable document"
* insert ExampleTags
* insert FromMessage
* identifier.system = "urn:ietf:rfc:3986"
* identifier.value = "urn:uuid:6d2f7f0e-5f0b-4c5a-9d43-0f5a4d1c9a01"
* status = #final
* type = $meldingens-funksjon#LOG_UTSKRIVNINGSKLAR "Melding om utskrivningsklar pasient"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* date = "2026-03-05T10:05:00+01:00"
* author = Reference(example-hospital)
* title = "Melding om utskrivningsklar pasient"
* section.title = "Oppholdet"
* section.code = $document-section#opphold "Oppholdet"
* section.text.status = #generated
* section.text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Pasienten er meldt utskrivningsklar 5. mars 2026 kl. 10.00.</p></div>"

Instance: example-provenance
InstanceOf: HeimvegProvenance
Usage: #example
Description: "What the message touched and where it came from"
* insert ExampleTags
* insert FromMessage
* target[0] = Reference(example-task)
* target[1] = Reference(example-encounter)
* occurredDateTime = "2026-03-05T10:05:00+01:00"
* recorded = "2026-03-05T10:05:30+01:00"
* activity = $message-event#ny "Ny"
* agent.type = $provenance-participant-type#author
* agent.who = Reference(example-hospital)
* entity.role = #source
* entity.what = Reference(example-document-reference)

Instance: example-flag
InstanceOf: HeimvegFlag
Usage: #example
Description: "An alert to people; state is never told by a Flag"
* insert ExampleTags
* status = #active
* category = http://terminology.hl7.org/CodeSystem/flag-category#safety "Safety"
* code.text = "Pasienten har ventet mer enn tre døgn på kommunal plass"
* code.coding = $discharge-process#avklaring "Avklaring"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* period.start = "2026-03-08"

Instance: example-measure
InstanceOf: HeimvegMeasure
Usage: #example
Description: "The definition of an indicator"
* url = "https://heimveg.dev/fhir/Measure/indikator-i1"
* version = "1"
* name = "IndikatorI1"
* title = "Tidlig varsel innen 24 timer"
* status = #active
* experimental = false
* description = "Opphold der sykehuset skulle varsle kommunen. Teller: dommen over plikten er oppfylt."
* scoring = http://terminology.hl7.org/CodeSystem/measure-scoring#proportion "Proportion"
* group.population[0].code = http://terminology.hl7.org/CodeSystem/measure-population#numerator "Numerator"
* group.population[=].criteria.description = "dommen over plikten er oppfylt"
* group.population[=].criteria.language = #text/cql
* group.population[=].criteria.reference = "https://heimveg.dev/fhir/Measure/indikator-i1/numerator"
* group.population[+].code = http://terminology.hl7.org/CodeSystem/measure-population#denominator "Denominator"
* group.population[=].criteria.description = "opphold der sykehuset skulle varsle kommunen"
* group.population[=].criteria.language = #text/cql
* group.population[=].criteria.reference = "https://heimveg.dev/fhir/Measure/indikator-i1/denominator"

Instance: example-measure-report
InstanceOf: HeimvegMeasureReport
Usage: #example
Description: "The numbers of an indicator for a month, one of them hidden"
* status = #complete
* type = #summary
* measure = "https://heimveg.dev/fhir/Measure/eksempel|1"
* date = "2026-06-02T06:00:00+02:00"
* period.start = "2026-05-01"
* period.end = "2026-05-31"
* group.code.text = "av alle"
* group.population[0].code = http://terminology.hl7.org/CodeSystem/measure-population#numerator "Numerator"
* group.population[=].count = 28
* group.population[+].code = http://terminology.hl7.org/CodeSystem/measure-population#denominator "Denominator"
* group.population[=].count = 31
* group.measureScore.value = 0.903
* group.stratifier.code.text = "municipality"
* group.stratifier.stratum.component.code.text = "municipality"
* group.stratifier.stratum.component.value.text = "9999"
* group.stratifier.stratum.population[0].code = http://terminology.hl7.org/CodeSystem/measure-population#numerator "Numerator"
* group.stratifier.stratum.population[=].count.extension.url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
* group.stratifier.stratum.population[=].count.extension.valueCode = #masked
