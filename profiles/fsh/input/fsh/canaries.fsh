// Two resources of each type that has a search parameter of ours, different in every value that is searched for.
// They exist for seconds, while bootstrap proves the parameters (canaries.csv). Their status is entered-in-error
// where the type has one, they say that they are nobody, and they claim no profile, so that no dashboard shows them.

RuleSet: CanaryTag
* meta.tag = $canary#canary

RuleSet: CanaryCoding(path, one)
* {path}.system = "https://heimveg.dev/fhir/CodeSystem/canary"
* {path}.code = #{one}

RuleSet: CanaryOrganization
* insert CanaryTag
* active = false
* name = "Kanarifugl: ingen virksomhet"

RuleSet: CanaryPatient(one)
* insert CanaryTag
* active = false
* name.text = "Kanarifugl: ingen pasient"
* address.district.extension[0].url = "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode"
* insert CanaryCoding(address.district.extension[0].valueCoding, {one})

RuleSet: CanaryTask(day)
* insert CanaryTag
* status = #entered-in-error
* intent = #order
* restriction.period.start = "{day}"
* restriction.period.end = "{day}"

RuleSet: CanaryEncounter(one, day)
* insert CanaryTag
* extension[0].url = "https://heimveg.dev/fhir/StructureDefinition/discharge-ready"
* extension[0].valueDateTime = "{day}"
* extension[1].url = "https://heimveg.dev/fhir/StructureDefinition/expected-discharge"
* extension[1].valueDateTime = "{day}"
* extension[2].url = "https://heimveg.dev/fhir/StructureDefinition/course-state"
* extension[2].extension[0].url = "state"
* insert CanaryCoding(extension[2].extension[0].valueCodeableConcept.coding, {one})
* status = #entered-in-error
* class = $v3-ActCode#VR
* insert CanaryCoding(hospitalization.dischargeDisposition.coding, {one})

RuleSet: CanaryCarePlan(one)
* insert CanaryTag
* extension[0].url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-CarePlan.custodian"
* extension[0].valueReference.reference = "Organization/canary-organization-{one}"
* status = #entered-in-error
* intent = #proposal
* subject.reference = "Patient/canary-patient-{one}"
* author.reference = "Organization/canary-organization-{one}"

RuleSet: CanaryFlag(one, status)
* insert CanaryTag
* status = #{status}
* insert CanaryCoding(code.coding, {one})
* subject.reference = "Patient/canary-patient-{one}"

Instance: canary-organization-one
InstanceOf: Organization
Usage: #example
* insert CanaryOrganization

Instance: canary-organization-other
InstanceOf: Organization
Usage: #example
* insert CanaryOrganization

Instance: canary-patient-one
InstanceOf: Patient
Usage: #example
* insert CanaryPatient(one)

Instance: canary-patient-other
InstanceOf: Patient
Usage: #example
* insert CanaryPatient(other)

Instance: canary-task-one
InstanceOf: Task
Usage: #example
* insert CanaryTask(2001-02-03)

Instance: canary-task-other
InstanceOf: Task
Usage: #example
* insert CanaryTask(2001-02-10)

Instance: canary-encounter-one
InstanceOf: Encounter
Usage: #example
* insert CanaryEncounter(one, 2001-02-03)

Instance: canary-encounter-other
InstanceOf: Encounter
Usage: #example
* insert CanaryEncounter(other, 2001-02-10)

Instance: canary-careplan-one
InstanceOf: CarePlan
Usage: #example
* insert CanaryCarePlan(one)

Instance: canary-careplan-other
InstanceOf: CarePlan
Usage: #example
* insert CanaryCarePlan(other)

Instance: canary-flag-one
InstanceOf: Flag
Usage: #example
* insert CanaryFlag(one, entered-in-error)

Instance: canary-flag-other
InstanceOf: Flag
Usage: #example
* insert CanaryFlag(other, inactive)
