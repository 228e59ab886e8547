Profile: HeimvegComposition
Parent: Composition
Id: heimveg-composition
Title: "Composition"
Description: "A message as a readable document: every section has a heading as a code and text, also where nothing is structured. A discharge report has the section codes of the European Hospital Discharge Report beside ours."
* insert Tagged
* identifier MS
* type MS
* subject 1..1 MS
* encounter MS
* author MS
* relatesTo MS
* section 1..* MS
* section.title 1..1 MS
* section.code 1..1 MS
* section.code.coding ^slicing.discriminator.type = #value
* section.code.coding ^slicing.discriminator.path = "system"
* section.code.coding ^slicing.rules = #open
* section.code.coding contains del 1..1 MS
* section.code.coding[del] from DocumentSectionValueSet (required)
* section.code.coding[del].system 1..1
* section.code.coding[del].system = "https://heimveg.dev/fhir/CodeSystem/document-section" (exactly)
* section.code.coding[del].code 1..1
* section.text 1..1 MS
* section.entry MS

Profile: HeimvegDocumentReference
Parent: DocumentReference
Id: heimveg-document-reference
Title: "DocumentReference"
Description: "The original message: what it is, and where its bytes are. masterIdentifier is the message id."
* insert Tagged
* extension contains ForbeholdOmVideresending named forbeholdOmVideresending 0..1 MS
* masterIdentifier 1..1 MS
* masterIdentifier.system 1..1
* masterIdentifier.value 1..1
* type 1..1 MS
* type.coding ^slicing.discriminator.type = #value
* type.coding ^slicing.discriminator.path = "system"
* type.coding ^slicing.rules = #open
* type.coding contains meldingstype 0..1 MS
* type.coding[meldingstype].system 1..1
* type.coding[meldingstype].system = "urn:oid:2.16.578.1.12.4.1.1.8279" (exactly)
* type.coding[meldingstype].code 1..1
* subject MS
* author MS
* relatesTo MS
* content MS
* content.attachment MS
* securityLabel MS
* context.encounter MS

Profile: HeimvegProvenance
Parent: Provenance
Id: heimveg-provenance
Title: "Provenance"
Description: "Which resources a message touched, who sent it, and the document it came from."
* insert Tagged
* target MS
* occurred[x] MS
* recorded MS
* activity MS
* activity from MessageEventValueSet (extensible)
* agent MS
* entity 1..* MS
* entity.role MS
* entity.what MS
