Profile: HeimvegAuditEvent
Parent: AuditEvent
Id: heimveg-audit-event
Title: "AuditEvent"
Description: "One access to what is known of one patient: which client, person and organisation, what was asked, why where that was told. In the shape of IHE BALP (PatientRead, PatientQuery, PatientCreate, PatientUpdate, PatientDelete), with the extensions of the Norwegian trust framework (no-domain-Trustframework-Auditevent): auditevent-patient-extension always, auditevent-carerelation-metadata-extension where a person decided on the access (an emergency). Other patients that the same call showed are not named, values that were searched for are not kept."
* type = http://terminology.hl7.org/CodeSystem/audit-event-type#rest
* subtype 1..1
* action 1..1
* outcome 1..1
* outcomeDesc 1..1
* outcomeDesc ^short = "The interaction and type, as in: search Task"
* extension 1..*
* agent 2..* MS
* agent.type 1..1
* agent.who 1..1
* agent.who ^short = "The client by its id, the person by HPR number or pseudonym, the organisation by number"
* source.observer.display = "heimveg"
* entity 1..* MS

Instance: example-audit-event
InstanceOf: HeimvegAuditEvent
Usage: #example
Description: "A nurse has read a patient in an emergency"
* contained = example-audit-user
* extension.url = "http://hl7.no/fhir/StructureDefinition/auditevent-patient-extension"
* extension.valueReference = Reference(example-patient)
* type = http://terminology.hl7.org/CodeSystem/audit-event-type#rest "Restful Operation"
* subtype = http://hl7.org/fhir/restful-interaction#read
* action = #R
* recorded = "2026-03-05T10:15:00+01:00"
* outcome = #0
* outcomeDesc = "read Patient"
* purposeOfEvent = http://terminology.hl7.org/CodeSystem/v3-ActReason#ETREAT
* purposeOfEvent.text = "Bevisstløs pasient, må vite om legemidler"
* agent[0].type = http://dicom.nema.org/resources/ontology/DCM#110153 "Source Role ID"
* agent[0].who.identifier.system = "https://heimveg.dev/fhir/sid/client"
* agent[0].who.identifier.value = "epj"
* agent[0].requestor = false
* agent[1].type = http://dicom.nema.org/resources/ontology/DCM#110152 "Destination Role ID"
* agent[1].who.display = "heimveg"
* agent[1].requestor = false
* agent[2].type = http://terminology.hl7.org/CodeSystem/v3-ParticipationType#IRCP "information recipient"
* agent[2].who = Reference(example-audit-user)
* agent[2].who.identifier.system = "urn:oid:2.16.578.1.12.4.1.4.4"
* agent[2].who.identifier.value = "9999999"
* agent[2].requestor = true
* source.observer.display = "heimveg"
* entity.what = Reference(example-patient)
* entity.type = http://terminology.hl7.org/CodeSystem/audit-entity-type#1 "Person"
* entity.role = http://terminology.hl7.org/CodeSystem/object-role#1 "Patient"

Instance: example-audit-user
InstanceOf: PractitionerRole
Usage: #inline
* practitioner.identifier.system = "urn:oid:2.16.578.1.12.4.1.4.4"
* practitioner.identifier.value = "9999999"
* organization.identifier.system = "urn:oid:2.16.578.1.12.4.1.4.101"
* organization.identifier.value = "100000024"
