// What FHIR R4 search lacks and dashboards need. Each has a row in canaries.csv, so that bootstrap proves it.

RuleSet: Search(code, base, type, title)
* url = "https://heimveg.dev/fhir/SearchParameter/heimveg-{code}"
* version = "0.1.0"
* name = "{title}"
* status = #active
* publisher = "heimveg"
* code = #{code}
* base = #{base}
* type = #{type}
* xpathUsage = #normal

Instance: heimveg-due
InstanceOf: SearchParameter
Usage: #definition
* insert Search(due, Task, date, TaskDue)
* description = "When a task is due: the period that Task.restriction sets, whose end is the deadline"
* expression = "Task.restriction.period"

Instance: heimveg-discharge-ready
InstanceOf: SearchParameter
Usage: #definition
* insert Search(discharge-ready, Encounter, date, EncounterDischargeReady)
* description = "When the patient was declared ready for discharge"
* expression = "Encounter.extension.where(url='https://heimveg.dev/fhir/StructureDefinition/discharge-ready').value.ofType(dateTime)"

Instance: heimveg-expected-discharge
InstanceOf: SearchParameter
Usage: #definition
* insert Search(expected-discharge, Encounter, date, EncounterExpectedDischarge)
* description = "When the patient is expected to be ready for discharge"
* expression = "Encounter.extension.where(url='https://heimveg.dev/fhir/StructureDefinition/expected-discharge').value.ofType(dateTime)"

Instance: heimveg-course-state
InstanceOf: SearchParameter
Usage: #definition
* insert Search(course-state, Encounter, token, EncounterCourseState)
* description = "Where the stay is in its course"
* expression = "Encounter.extension.where(url='https://heimveg.dev/fhir/StructureDefinition/course-state').extension.where(url='state').value.ofType(CodeableConcept)"

Instance: heimveg-disposition
InstanceOf: SearchParameter
Usage: #definition
* insert Search(disposition, Encounter, token, EncounterDisposition)
* description = "Where the patient went after the stay"
* expression = "Encounter.hospitalization.dischargeDisposition"

Instance: heimveg-custodian
InstanceOf: SearchParameter
Usage: #definition
* insert Search(custodian, CarePlan, reference, CarePlanCustodian)
* description = "Who is responsible for the plan (the extension that carries R5 CarePlan.custodian)"
* expression = "CarePlan.extension.where(url='http://hl7.org/fhir/5.0/StructureDefinition/extension-CarePlan.custodian').value.ofType(Reference)"
* target = #Organization

Instance: heimveg-author
InstanceOf: SearchParameter
Usage: #definition
* insert Search(author, CarePlan, reference, CarePlanAuthor)
* description = "Who wrote the plan"
* expression = "CarePlan.author"
* target[+] = #Organization
* target[+] = #Practitioner
* target[+] = #PractitionerRole
* target[+] = #Patient
* target[+] = #RelatedPerson
* target[+] = #CareTeam
* target[+] = #Device

Instance: heimveg-municipality
InstanceOf: SearchParameter
Usage: #definition
* insert Search(municipality, Patient, token, PatientMunicipality)
* description = "The municipality code of the patient's address, as the Norwegian base profile carries it"
* expression = "Patient.address.district.extension.where(url='http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode').value.ofType(Coding)"

Instance: heimveg-flag-code
InstanceOf: SearchParameter
Usage: #definition
* insert Search(flag-code, Flag, token, FlagCode)
* description = "What a flag is about"
* expression = "Flag.code"

Instance: heimveg-flag-status
InstanceOf: SearchParameter
Usage: #definition
* insert Search(flag-status, Flag, token, FlagStatus)
* description = "Whether a flag is active"
* expression = "Flag.status"
