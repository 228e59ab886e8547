// One example per clinical profile: what the reports about the same made-up stay tell.

Instance: example-condition
InstanceOf: HeimvegCondition
Usage: #example
Description: "The main diagnosis of the stay"
* insert ExampleTags
* insert FromMessage
* extension[hoveddiagnose].valueBoolean = true
* category = http://terminology.hl7.org/CodeSystem/condition-category#encounter-diagnosis "Encounter Diagnosis"
* code = $icd-10#S720
* code.text = "Brudd i lårhals"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)

Instance: example-allergy-intolerance
InstanceOf: HeimvegAllergyIntolerance
Usage: #example
Description: "An allergy as the general practitioner reports it"
* insert ExampleTags
* insert FromMessage
* extension[allergihensyn].extension[forskrivning].valueBoolean = true
* clinicalStatus = http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical#active "Active"
* verificationStatus = http://terminology.hl7.org/CodeSystem/allergyintolerance-verification#unconfirmed "Unconfirmed"
* type = #allergy
* category = #medication
* criticality = #high
* code = $atc#J01CE02
* code.text = "Fenoksymetylpenicillin"
* patient = Reference(example-patient)
* encounter = Reference(example-encounter)
* reaction.manifestation = $snomed#39579001 "Anaphylaxis"

Instance: example-flag-cave
InstanceOf: HeimvegFlag
Usage: #example
Description: "A cave word that names no substance"
* insert ExampleTags
* insert FromMessage
* extension[merknad].valueString = "Oppgitt av pårørende"
* status = #active
* category[0] = http://terminology.hl7.org/CodeSystem/flag-category#safety "Safety"
* category[1] = $flag-kind#cave "Cave"
* code = $flag-kind#cave "Cave"
* code.text = "Reagerer på plaster"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)

Instance: example-observation-function
InstanceOf: HeimvegObservation
Usage: #example
Description: "A function score of the IPLOS scale: 1 to 5, and 9 for what does not apply"
* insert ExampleTags
* insert FromMessage
* status = #final
* category = http://terminology.hl7.org/CodeSystem/observation-category#survey "Survey"
* code = urn:oid:2.16.578.1.12.4.1.1.9111#7 "Personlig hygiene"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* effectiveDateTime = "2026-03-04"
* issued = "2026-03-05T10:05:00+01:00"
* performer = Reference(example-hospital)
* valueInteger = 3

Instance: example-observation-panel
InstanceOf: HeimvegObservation
Usage: #example
Description: "The overall assessment of function, with the scores as members"
* insert ExampleTags
* insert FromMessage
* status = #final
* category = http://terminology.hl7.org/CodeSystem/observation-category#survey "Survey"
* code = $observation-kind#samlet-funksjonsvurdering "Samlet vurdering av funksjonsnivå"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* effectiveDateTime = "2026-03-04"
* issued = "2026-03-05T10:05:00+01:00"
* performer = Reference(example-hospital)
* hasMember = Reference(example-observation-function)
* component.code = $observation-kind#vurdering-pleietyngde "Vurdering av pleietyngde"
* component.valueString = "Trenger tilsyn flere ganger daglig"

Instance: example-procedure
InstanceOf: HeimvegProcedure
Usage: #example
Description: "Who assessed the function"
* insert ExampleTags
* insert FromMessage
* extension[ekstern].valueBoolean = false
* status = #completed
* code = urn:oid:2.16.578.1.12.4.1.1.9131#1 "Vurdering av funksjonsnivå"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* performedDateTime = "2026-03-04T09:00:00+01:00"
* performer.actor = Reference(example-practitioner)

Instance: example-consent
InstanceOf: HeimvegConsent
Usage: #example
Description: "Something that the patient does not want"
* insert ExampleTags
* insert FromMessage
* status = #active
* scope = http://terminology.hl7.org/CodeSystem/consentscope#treatment "Treatment"
* category = $loinc#59284-0 "Consent Document"
* patient = Reference(example-patient)
* dateTime = "2026-03-03"
* performer = Reference(example-patient)
* policyRule.text = "Ønsker ikke at datteren får opplysninger"

Instance: example-service-request
InstanceOf: HeimvegServiceRequest
Usage: #example
Description: "A service that the hospital finds that the patient needs"
* insert ExampleTags
* insert FromMessage
* status = #active
* intent = #proposal
* code = $tjenestetype#15 "[Hjemmetjenester:] Helsetjenester i hjemmet"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* quantityQuantity.value = 3
* quantityQuantity.unit = "besøk per dag"
* authoredOn = "2026-03-05T10:05:00+01:00"
* requester = Reference(example-hospital)

Instance: example-goal
InstanceOf: HeimvegGoal
Usage: #example
Description: "A goal with a day"
* insert ExampleTags
* insert FromMessage
* extension[stikkord].valueString = "Mobilisering"
* lifecycleStatus = #active
* description.text = "Gå med rullator innendørs"
* subject = Reference(example-patient)
* target.dueDate = "2026-03-20"

Instance: example-appointment
InstanceOf: HeimvegAppointment
Usage: #example
Description: "A control at the hospital's clinic"
* insert ExampleTags
* insert FromMessage
* extension[bestilt].valueBoolean = true
* extension[sted].valueString = "Ortopedisk poliklinikk"
* status = #booked
* start = "2026-04-20T09:30:00+02:00"
* end = "2026-04-20T10:00:00+02:00"
* minutesDuration = 30
* participant.actor = Reference(example-patient)
* participant.status = #needs-action

Instance: example-care-team
InstanceOf: HeimvegCareTeam
Usage: #example
Description: "Whom the municipality may ask"
* insert ExampleTags
* insert FromMessage
* contained = example-ward
* status = #active
* name = "Kontakter i meldingen"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* participant[0].member.reference = "#example-ward"
* participant[1].role = urn:oid:2.16.578.1.12.4.1.1.9034#10 "Utskrivende lege"
* participant[1].member = Reference(example-practitioner)
* participant[2].member = Reference(example-related-person)
* managingOrganization = Reference(example-hospital)

Instance: example-ward
InstanceOf: Organization
Usage: #inline
* name = "Sengepost 3"
* telecom.system = #phone
* telecom.value = "10000101"

Instance: example-related-person
InstanceOf: HeimvegRelatedPerson
Usage: #example
Description: "A daughter"
* insert ExampleTags
* insert FromMessage
* active = true
* patient = Reference(example-patient)
* relationship = urn:oid:2.16.578.1.12.4.1.1.9033#DA "Datter"
* name.family = "Eksempel"
* name.given = "Eva"
* telecom.system = #phone
* telecom.value = "10000102"

Instance: example-medication-statement
InstanceOf: HeimvegMedicationStatement
Usage: #example
Description: "A line of the hospital's list"
* insert ExampleTags
* insert FromMessage
* extension[legemiddel].extension[strength].valueQuantity.value = 40
* extension[legemiddel].extension[strength].valueQuantity.unit = "mg"
* extension[multidose].extension[inMultidose].valueBoolean = false
* status = #active
* medicationCodeableConcept = $atc#C10AA05
* medicationCodeableConcept.text = "Syntetistatin tabletter 40 mg"
* subject = Reference(example-patient)
* context = Reference(example-encounter)
* effectivePeriod.start = "2026-03-03"
* dateAsserted = "2026-03-05T10:05:00+01:00"
* informationSource = Reference(example-hospital)
* dosage.text = "1 tablett om kvelden"

Instance: example-medication-request
InstanceOf: HeimvegMedicationRequest
Usage: #example
Description: "An order of the ward"
* insert ExampleTags
* insert FromMessage
* status = #active
* intent = #order
* medicationCodeableConcept = $atc#C10AA05
* medicationCodeableConcept.text = "Syntetistatin tabletter 40 mg"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* authoredOn = "2026-03-03T09:00:00+01:00"
* dosageInstruction.text = "1 tablett om kvelden"

Instance: example-medication-administration
InstanceOf: HeimvegMedicationAdministration
Usage: #example
Description: "A dose given on the day of leaving"
* insert ExampleTags
* insert FromMessage
* status = #completed
* medicationCodeableConcept.text = "Syntetistatin tabletter 40 mg"
* subject = Reference(example-patient)
* context = Reference(example-encounter)
* effectiveDateTime = "2026-03-05T08:00:00+01:00"
* dosage.text = "1 tablett"
* dosage.dose.value = 1
* dosage.dose.unit = "tablett"

Instance: example-medication-dispense
InstanceOf: HeimvegMedicationDispense
Usage: #example
Description: "Doses handed out for the first days at home"
* insert ExampleTags
* insert FromMessage
* status = #completed
* medicationCodeableConcept.text = "Syntetistatin tabletter 40 mg"
* subject = Reference(example-patient)
* context = Reference(example-encounter)
* supportingInformation = Reference(example-medication-statement)
* quantity.value = 6
* quantity.unit = "enkeltdoser"

Instance: example-list
InstanceOf: HeimvegList
Usage: #example
Description: "The hospital's list at discharge"
* insert ExampleTags
* insert FromMessage
* identifier.system = "https://heimveg.dev/fhir/sid/medlist"
* identifier.value = "6d2f7f0e-5f0b-4c5a-9d43-0f5a4d1c9a01"
* status = #current
* mode = #snapshot
* title = "Sykehusets liste ved utskrivning"
* code.coding[0] = $med-list-type#hospital-discharge "Sykehusets liste ved utskrivning"
* code.coding[1] = $loinc#10183-2 "Hospital discharge medications Narrative"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* date = "2026-03-05T10:05:00+01:00"
* source = Reference(example-practitioner-role)
* entry.item = Reference(example-medication-statement)

Instance: example-episode-of-care
InstanceOf: HeimvegEpisodeOfCare
Usage: #example
Description: "A municipal service"
* insert ExampleTags
* extension[tjeneste].extension[private].valueBoolean = false
* extension[tjeneste].extension[provider].valueString = "Hjemmetjenesten, distrikt nord"
* extension[tjeneste].extension[extent].valueQuantity.value = 3.5
* extension[tjeneste].extension[extent].valueQuantity.unit = "timer per uke"
* status = #active
* type = $tjenestetype#15 "[Hjemmetjenester:] Helsetjenester i hjemmet"
* patient = Reference(example-patient)
* managingOrganization = Reference(example-municipality)
* period.start = "2025-09-01"

Instance: example-communication
InstanceOf: HeimvegCommunication
Usage: #example
Description: "What the next of kin was told"
* insert ExampleTags
* insert FromMessage
* extension[muntligInformasjon].valueBoolean = true
* status = #completed
* category = http://terminology.hl7.org/CodeSystem/communication-category#notification "Notification"
* topic = urn:oid:2.16.578.1.12.4.1.1.9502#G "Generelt om samtykke (til behandling)"
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* sent = "2026-03-05"
* recipient = Reference(example-related-person)
* sender = Reference(example-practitioner)
* payload.contentString = "Fortalt om utskrivningen"

Instance: example-care-plan-follow-up
InstanceOf: HeimvegCarePlan
Usage: #example
Description: "What the hospital's report plans after the stay"
* insert ExampleTags
* insert FromMessage
* extension[custodian].valueReference = Reference(example-hospital)
* status = #active
* category = $care-plan-category#oppfolgingsplan "Oppfølgingsplan"
* title = "Oppfølgingsplan"
* description = "Fastlegen fjerner sting etter to uker."
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* careTeam = Reference(example-care-team)
* author = Reference(example-hospital)
* supportingInfo = Reference(example-composition)
* goal = Reference(example-goal)
* activity[0].reference = Reference(example-service-request)
* activity[1].reference = Reference(example-appointment)

Instance: example-questionnaire-response
InstanceOf: HeimvegQuestionnaireResponse
Usage: #example
Description: "A discharge conversation, as the nurse who had it wrote it down"
* insert ExampleTags
* meta.source = "urn:uuid:0b2d8f10-5c1d-4b70-9a55-0c6e3a1f7b21"
* questionnaire = "https://heimveg.dev/fhir/Questionnaire/utskrivningssamtale"
* status = #completed
* subject = Reference(example-patient)
* encounter = Reference(example-encounter)
* authored = "2026-03-06T11:30:00+01:00"
* author = Reference(example-hospital)
* item[0].linkId = "hjemme"
* item[0].text = "Hva er viktig for deg når du kommer hjem?"
* item[0].answer.valueString = "Å kunne gå ut med hunden"

Instance: example-zone-plan
InstanceOf: HeimvegCarePlan
Usage: #example
Description: "The yellow zone of a plan for own treatment: when it holds, and what to do then"
* insert ExampleTags
* meta.source = "urn:uuid:0b2d8f10-5c1d-4b70-9a55-0c6e3a1f7b22"
* extension[custodian].valueReference = Reference(example-hospital)
* extension[sone].valueCode = #yellow
* status = #active
* intent = #plan
* category = $vkp-care-plan-category#2 "Egenbehandlingsplan"
* title = "Gul sone"
* description = "Mer tungpustet enn vanlig i to dager"
* subject = Reference(example-patient)
* partOf = Reference(example-care-plan)
* author = Reference(example-hospital)
* note.text = "Ring hjemmetjenesten samme dag"
