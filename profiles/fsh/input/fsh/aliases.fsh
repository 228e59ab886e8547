// H = our canonical base. National code lists are urn:oid:2.16.578.1.12.4.1.1.<list>.
Alias: $discharge-process = https://heimveg.dev/fhir/CodeSystem/discharge-process
Alias: $readiness = https://heimveg.dev/fhir/CodeSystem/readiness
Alias: $verdict = https://heimveg.dev/fhir/CodeSystem/verdict
Alias: $delivery = https://heimveg.dev/fhir/CodeSystem/delivery
Alias: $organisation-access = https://heimveg.dev/fhir/CodeSystem/organisation-access
Alias: $care-plan-category = https://heimveg.dev/fhir/CodeSystem/care-plan-category
Alias: $sone = https://heimveg.dev/fhir/CodeSystem/sone
Alias: $message-event = https://heimveg.dev/fhir/CodeSystem/message-event
Alias: $flag-kind = https://heimveg.dev/fhir/CodeSystem/flag-kind
Alias: $observation-kind = https://heimveg.dev/fhir/CodeSystem/observation-kind
Alias: $med-list-type = https://heimveg.dev/fhir/CodeSystem/med-list-type
Alias: $med-list-flag = https://heimveg.dev/fhir/CodeSystem/med-list-flag
Alias: $varenummer = https://heimveg.dev/fhir/CodeSystem/varenummer
Alias: $document-section = https://heimveg.dev/fhir/CodeSystem/document-section
Alias: $canary = https://heimveg.dev/fhir/CodeSystem/canary
Alias: $vkp-care-plan-category = http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090

Alias: $kommunenummer = urn:oid:2.16.578.1.12.4.1.1.3402
Alias: $meldingens-funksjon = urn:oid:2.16.578.1.12.4.1.1.8279
Alias: $type-opphold = urn:oid:2.16.578.1.12.4.1.1.8240

Alias: $tjenestetype = urn:oid:2.16.578.1.12.4.1.1.9151
Alias: $icd-10 = urn:oid:2.16.578.1.12.4.1.1.7110

Alias: $loinc = http://loinc.org
Alias: $snomed = http://snomed.info/sct
Alias: $atc = http://www.whocc.no/atc
Alias: $fnr = urn:oid:2.16.578.1.12.4.1.4.1
Alias: $hpr = urn:oid:2.16.578.1.12.4.1.4.4
Alias: $orgnr = urn:oid:2.16.578.1.12.4.1.4.101
Alias: $her-id = urn:oid:2.16.578.1.12.4.1.2

Alias: $v3-ActCode = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: $provenance-participant-type = http://terminology.hl7.org/CodeSystem/provenance-participant-type

Alias: $municipalitycode = http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode
