// What a client may rely on. The server can more; only what stands here is promised and tested.

RuleSet: Readable(type, profile)
* rest[0].resource[+].type = #{type}
* rest[0].resource[=].supportedProfile = "https://heimveg.dev/fhir/StructureDefinition/{profile}"
* insert ReadAndSearch

RuleSet: ReadAndSearch
* rest[0].resource[=].interaction[0].code = #read
* rest[0].resource[=].interaction[1].code = #search-type
* rest[0].resource[=].interaction[2].code = #vread
* rest[0].resource[=].interaction[3].code = #history-instance
* rest[0].resource[=].versioning = #versioned
* rest[0].resource[=].referencePolicy = #literal
* rest[0].resource[=].searchParam[0].name = "_id"
* rest[0].resource[=].searchParam[=].type = #token
* rest[0].resource[=].searchParam[+].name = "_tag"
* rest[0].resource[=].searchParam[=].type = #token
* rest[0].resource[=].searchParam[=].documentation = "Municipality (kodeverk 3402)"

// People and record systems write these; every change is an entry in the log. If-Match is required, ids are ours.
RuleSet: Writable
* rest[0].resource[=].interaction[4].code = #create
* rest[0].resource[=].interaction[5].code = #update
* rest[0].resource[=].versioning = #versioned-update
* rest[0].resource[=].updateCreate = false
* rest[0].resource[=].conditionalCreate = true

RuleSet: Standard(name, base, type)
* rest[0].resource[=].searchParam[+].name = "{name}"
* rest[0].resource[=].searchParam[=].definition = "http://hl7.org/fhir/SearchParameter/{base}-{name}"
* rest[0].resource[=].searchParam[=].type = #{type}

RuleSet: Clinical(name, type)
* rest[0].resource[=].searchParam[+].name = "{name}"
* rest[0].resource[=].searchParam[=].definition = "http://hl7.org/fhir/SearchParameter/clinical-{name}"
* rest[0].resource[=].searchParam[=].type = #{type}

RuleSet: Ours(name, type)
* rest[0].resource[=].searchParam[+].name = "{name}"
* rest[0].resource[=].searchParam[=].definition = "https://heimveg.dev/fhir/SearchParameter/heimveg-{name}"
* rest[0].resource[=].searchParam[=].type = #{type}

Instance: heimveg
InstanceOf: CapabilityStatement
Usage: #definition
Title: "What a client may rely on"
* url = "https://heimveg.dev/fhir/CapabilityStatement/heimveg"
* version = "0.1.0"
* name = "Heimveg"
* title = "What a client may rely on"
* status = #active
* experimental = false
* date = "2026-11-24"
* publisher = "heimveg"
* description = "Shared treatment plans and discharge readiness as FHIR R4. Resources are projected from messages and from what clients write: create and update are promised where they stand."
* kind = #requirements
* fhirVersion = #4.0.1
* format = #application/fhir+json
* rest.mode = #server
* rest.documentation = "A fødselsnummer must never be in an address: search for people with POST [base]/Patient/_search and a form body. Resources that no message stands behind any more say entered-in-error or active=false; they are never deleted. Plans of treatment are also searched in the shape of NHN's CarePlan API (/careplan), what municipalities have in that of VKP (/epj/r4/{orgnr}): the same searches, tokens and access log."
* insert Readable(Task, heimveg-task)
* insert Writable
* insert Standard(code, Task, token)
* insert Standard(status, Task, token)
* insert Standard(business-status, Task, token)
* insert Standard(owner, Task, reference)
* insert Standard(requester, Task, reference)
* insert Standard(patient, Task, reference)
* insert Standard(encounter, Task, reference)
* insert Standard(group-identifier, Task, token)
* insert Standard(part-of, Task, reference)
* insert Standard(period, Task, date)
* insert Standard(authored-on, Task, date)
* insert Standard(modified, Task, date)
* insert Ours(due, date)
* insert Readable(Encounter, heimveg-encounter)
* insert Standard(status, Encounter, token)
* insert Standard(class, Encounter, token)
* insert Clinical(patient, reference)
* insert Clinical(identifier, token)
* insert Clinical(date, date)
* insert Standard(service-provider, Encounter, reference)
* insert Ours(discharge-ready, date)
* insert Ours(expected-discharge, date)
* insert Ours(course-state, token)
* insert Ours(disposition, token)
* insert Readable(CarePlan, heimveg-care-plan)
* insert Writable
* insert Standard(category, CarePlan, token)
* insert Standard(status, CarePlan, token)
* insert Clinical(patient, reference)
* insert Standard(encounter, CarePlan, reference)
* insert Standard(activity-reference, CarePlan, reference)
* insert Standard(subject, CarePlan, reference)
* insert Standard(care-team, CarePlan, reference)
* insert Standard(condition, CarePlan, reference)
* insert Standard(goal, CarePlan, reference)
* insert Standard(part-of, CarePlan, reference)
* insert Clinical(date, date)
* insert Ours(author, reference)
* insert Ours(custodian, reference)
* insert Readable(Patient, heimveg-patient)
* insert Standard(identifier, Patient, token)
* insert Standard(active, Patient, token)
* insert Ours(municipality, token)
* insert Readable(Organization, heimveg-organization)
* insert Standard(identifier, Organization, token)
* insert Standard(name, Organization, string)
* insert Standard(partof, Organization, reference)
* insert Readable(Practitioner, heimveg-practitioner)
* insert Standard(identifier, Practitioner, token)
* insert Readable(PractitionerRole, heimveg-practitioner-role)
* insert Standard(practitioner, PractitionerRole, reference)
* insert Standard(organization, PractitionerRole, reference)
* insert Readable(Composition, heimveg-composition)
* insert Clinical(patient, reference)
* insert Clinical(type, token)
* insert Clinical(encounter, reference)
* insert Clinical(date, date)
* insert Readable(DocumentReference, heimveg-document-reference)
* insert Clinical(patient, reference)
* insert Clinical(type, token)
* insert Clinical(encounter, reference)
* rest[0].resource[=].searchParam[+].name = "identifier"
* rest[0].resource[=].searchParam[=].type = #token
* rest[0].resource[=].searchParam[=].documentation = "Also finds masterIdentifier, the message id as urn:uuid"
* insert Readable(DetectedIssue, heimveg-detected-issue)
* insert Clinical(patient, reference)
* insert Standard(code, DetectedIssue, token)
* insert Standard(implicated, DetectedIssue, reference)
* insert Readable(Provenance, heimveg-provenance)
* insert Standard(target, Provenance, reference)
* insert Standard(entity, Provenance, reference)
* insert Standard(recorded, Provenance, date)
* insert Readable(Condition, heimveg-condition)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Standard(category, Condition, token)
* insert Standard(encounter, Condition, reference)
* insert Standard(verification-status, Condition, token)
* insert Readable(AllergyIntolerance, heimveg-allergy-intolerance)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Standard(criticality, AllergyIntolerance, token)
* insert Standard(verification-status, AllergyIntolerance, token)
* insert Readable(Observation, heimveg-observation)
* insert Writable
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Clinical(encounter, reference)
* insert Standard(category, Observation, token)
* insert Standard(has-member, Observation, reference)
* insert Standard(status, Observation, token)
* insert Readable(MedicationStatement, heimveg-medication-statement)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Standard(context, MedicationStatement, reference)
* insert Standard(effective, MedicationStatement, date)
* rest[0].resource[=].searchParam[+].name = "status"
* rest[0].resource[=].searchParam[=].definition = "http://hl7.org/fhir/SearchParameter/medications-status"
* rest[0].resource[=].searchParam[=].type = #token
* insert Readable(MedicationRequest, heimveg-medication-request)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Readable(MedicationAdministration, heimveg-medication-administration)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Readable(MedicationDispense, heimveg-medication-dispense)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Readable(List, heimveg-list)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Clinical(encounter, reference)
* insert Clinical(date, date)
* insert Standard(item, List, reference)
* insert Standard(status, List, token)
* insert Readable(EpisodeOfCare, heimveg-episode-of-care)
* insert Clinical(patient, reference)
* insert Clinical(type, token)
* insert Clinical(date, date)
* insert Standard(organization, EpisodeOfCare, reference)
* insert Standard(status, EpisodeOfCare, token)
* insert Readable(ServiceRequest, heimveg-service-request)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Clinical(encounter, reference)
* insert Standard(intent, ServiceRequest, token)
* insert Standard(status, ServiceRequest, token)
* insert Readable(Goal, heimveg-goal)
* insert Writable
* insert Clinical(patient, reference)
* insert Standard(lifecycle-status, Goal, token)
* insert Standard(target-date, Goal, date)
* insert Readable(Appointment, heimveg-appointment)
* insert Writable
* insert Standard(patient, Appointment, reference)
* insert Standard(date, Appointment, date)
* insert Standard(status, Appointment, token)
* insert Readable(CareTeam, heimveg-care-team)
* insert Writable
* insert Clinical(patient, reference)
* insert Standard(encounter, CareTeam, reference)
* insert Standard(participant, CareTeam, reference)
* insert Readable(RelatedPerson, heimveg-related-person)
* insert Standard(patient, RelatedPerson, reference)
* insert Standard(relationship, RelatedPerson, token)
* insert Readable(Communication, heimveg-communication)
* insert Writable
* insert Standard(patient, Communication, reference)
* insert Standard(encounter, Communication, reference)
* insert Standard(identifier, Communication, token)
* insert Standard(sent, Communication, date)
* insert Readable(Procedure, heimveg-procedure)
* insert Clinical(patient, reference)
* insert Clinical(code, token)
* insert Clinical(date, date)
* insert Readable(Consent, heimveg-consent)
* insert Clinical(patient, reference)
* insert Clinical(date, date)
* insert Standard(status, Consent, token)
* rest[0].resource[+].type = #PlanDefinition
* insert ReadAndSearch
* rest[0].resource[=].documentation = "The checklists, a resource for each version; Task.instantiatesCanonical names it"
* insert Standard(url, PlanDefinition, uri)
* insert Standard(version, PlanDefinition, token)
* insert Standard(status, PlanDefinition, token)
* insert Standard(title, PlanDefinition, string)
* insert Readable(Measure, heimveg-measure)
* insert Standard(url, Measure, uri)
* insert Standard(version, Measure, token)
* insert Readable(MeasureReport, heimveg-measure-report)
* insert Standard(measure, MeasureReport, reference)
* insert Standard(period, MeasureReport, date)
* insert Readable(QuestionnaireResponse, heimveg-questionnaire-response)
* insert Writable
* insert Standard(patient, QuestionnaireResponse, reference)
* insert Standard(encounter, QuestionnaireResponse, reference)
* insert Standard(questionnaire, QuestionnaireResponse, reference)
* insert Standard(status, QuestionnaireResponse, token)
* insert Readable(Flag, heimveg-flag)
* insert Writable
* insert Clinical(patient, reference)
* insert Ours(flag-code, token)
* insert Ours(flag-status, token)
* rest[0].resource[+].type = #Binary
* rest[0].resource[=].interaction.code = #read
* rest[0].resource[=].documentation = "The original bytes of a message, by the address in DocumentReference.content"
