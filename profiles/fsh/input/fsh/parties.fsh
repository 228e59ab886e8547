// Profiles are thin and open: they name what a reader may look for, and demand only what is always true.

RuleSet: Tagged
* meta.tag MS
* meta.tag ^short = "Municipality (kodeverk 3402) and one access tag per entitled organisation"

Profile: HeimvegPatient
Parent: Patient
Id: heimveg-patient
Title: "Patient"
Description: "A person as the messages know them. Address.district carries the municipality code as the Norwegian base profile does."
* insert Tagged
* identifier 1..* MS
* identifier.system 1..1
* identifier.value 1..1
* name MS
* birthDate MS
* deceased[x] MS
* address MS
* link MS

Profile: HeimvegOrganization
Parent: Organization
Id: heimveg-organization
Title: "Organization"
Description: "A hospital, a municipality or a unit of one. The legal unit has an organisation number; a communication party is a child of it with a HER-id."
* insert Tagged
* identifier MS
* identifier.system 1..1
* identifier.value 1..1
* name MS
* partOf MS

Profile: HeimvegPractitioner
Parent: Practitioner
Id: heimveg-practitioner
Title: "Practitioner"
Description: "Health personnel named in a message, with HPR number where sent."
* insert Tagged
* identifier MS
* name MS

Profile: HeimvegPractitionerRole
Parent: PractitionerRole
Id: heimveg-practitioner-role
Title: "PractitionerRole"
Description: "What somebody does for an organisation, as a message says it."
* insert Tagged
* practitioner MS
* organization MS
* code MS
