// What municipalities' record systems state, where R4 has no element for it.

Extension: UkentligOmfangExtension
Id: ukentlig-omfang
Title: "Ukentlig omfang"
Description: "Hours a week of a municipal service, as a ratio of hours to one week."
Context: EpisodeOfCare, ServiceRequest
* value[x] only Ratio
* value[x] 1..1
* valueRatio.numerator 1..1
* valueRatio.denominator 1..1

Extension: UkentligOmfangTildeltExtension
Id: ukentlig-omfang-tildelt
Title: "Tildelt ukentlig omfang"
Description: "Hours a week that were allotted (tjResTimerUke), beside those that are given."
Context: EpisodeOfCare, ServiceRequest
* value[x] only Ratio
* value[x] 1..1

Extension: SistRapportertExtension
Id: sist-rapportert
Title: "Sist rapportert"
Description: "The last file that named the service; a newer one does not, which does not say that it has ended."
Context: EpisodeOfCare
* value[x] only date
* value[x] 1..1

Extension: VedtakExtension
Id: vedtak
Title: "Vedtak"
Description: "The municipality's decision on a service: its outcome, when it was made, and a complaint about it."
Context: ServiceRequest
* extension contains
    outcome 0..1 and
    decided 0..1 and
    complaint 0..1 and
    complaintAnswered 0..1
* extension[outcome] ^short = "What was decided, in words"
* extension[outcome].value[x] only string
* extension[outcome].value[x] 1..1
* extension[decided] ^short = "When it was decided"
* extension[decided].value[x] only date
* extension[decided].value[x] 1..1
* extension[complaint] ^short = "When a complaint was received"
* extension[complaint].value[x] only date
* extension[complaint].value[x] 1..1
* extension[complaintAnswered] ^short = "When the complaint was answered"
* extension[complaintAnswered].value[x] only date
* extension[complaintAnswered].value[x] 1..1

Extension: FunksjonsendringExtension
Id: funksjonsendring
Title: "Funksjonsendring"
Description: "The score before (before the stay that is going on, else the one before), and by how much it rose since."
Context: Observation
* extension contains
    before 1..1 and
    change 1..1 and
    observation 1..1
* extension[before] ^short = "The score before"
* extension[before].value[x] only integer
* extension[before].value[x] 1..1
* extension[change] ^short = "By how much the score rose; a higher score is more help"
* extension[change].value[x] only integer
* extension[change].value[x] 1..1
* extension[observation] ^short = "The assessment before"
* extension[observation].value[x] only Reference(Observation)
* extension[observation].value[x] 1..1

Extension: FastHjelpemiddelExtension
Id: fast-hjelpemiddel
Title: "Fast hjelpemiddel"
Description: "Whether the patient has the aid for good."
Context: Observation
* value[x] only boolean
* value[x] 1..1

Extension: HovedparorendeExtension
Id: hovedparorende
Title: "Hovedpårørende"
Description: "Whether this is the next of kin to be told first."
Context: RelatedPerson
* value[x] only boolean
* value[x] 1..1

Extension: InformasjonsbehovExtension
Id: informasjonsbehov
Title: "Informasjonsbehov"
Description: "Whether a child of the patient needs somebody to inform it (helsepersonelloven § 10 a)."
Context: RelatedPerson
* value[x] only boolean
* value[x] 1..1

CodeSystem: CareTeamRole
Id: care-team-role
Title: "Roller rundt pasienten"
Description: "Hvem kommunen har rundt pasienten, i CareTeam og RelatedPerson."
* insert OwnCodeSystem
* #koordinator "Koordinator" "Koordinator for tjenestene (helse- og omsorgstjenesteloven § 7-2)."
* #tjenesteansvarlig "Tjenesteansvarlig eller primærkontakt" "Den i tjenesten som har ansvar for pasienten til daglig."
* #kontaktlege "Kontaktlege" "Legen som er pasientens faste kontakt."
* #fastlege "Fastlege" "Pasientens fastlege."
* #barn "Mindreårig som pasienten har omsorg for" "Et barn under 18 år som pasienten har omsorg for; bare fødselsår."

CodeSystem: Identity
Id: identity
Title: "Hvor sikkert personen er kjent"
Description: "Merke på Patient når ingen vet hvem personen er."
* insert OwnCodeSystem
* #pseudonym "Pseudonym" "Bare et årlig uttrekk har fortalt om personen, og identfilen er ikke kommet."

CodeSystem: MunicipalDocument
Id: municipal-document
Title: "Dokumenter fra kommunens journal"
Description: "Hva kommunens journalsystem har sendt, i formater som ikke er meldinger etter kodeverk 8279."
* insert OwnCodeSystem
* #MUNICIPAL-CASE "Opplysninger fra kommunens journal" "Tjenester, funksjon, mål og planer for én person (municipal-case/1)."
* #MUNICIPAL-SERVICES "Kommunens tjenesteliste" "Tjenestene til én person som tabell."
* #KPR-IPLOS "IPLOS-uttrekk" "Én persons del av det årlige uttrekket (IPLOS 3.5)."
* #KPR-IDENT "Identfil til IPLOS-uttrekk" "Hvem et pseudonym i et uttrekk er."
* #KPR-EVENT "Tjenestehendelse til KPR" "Start, slutt, opphold eller endret utfører for en tjeneste (XPR(ipl) 56.0.0)."
* #MUNICIPAL-FHIR "FHIR fra kommunens journal" "Tjenester, besøksplan og opplysninger som FHIR R4, slik velferdsteknologisk knutepunkt viser dem."

Instance: example-municipal-episode
InstanceOf: HeimvegEpisodeOfCare
Usage: #example
Description: "A service that rests while the patient is in hospital, as the municipality's record system has it"
* insert ExampleTags
* extension[omfang].valueRatio.numerator = 7.5 'h' "t"
* extension[omfang].valueRatio.denominator = 1 'wk' "uke"
* identifier.system = "https://heimveg.dev/fhir/sid/kommune-tjeneste/9999"
* identifier.value = "T-501"
* status = #onhold
* statusHistory[0].status = #active
* statusHistory[0].period.start = "2025-04-01"
* statusHistory[0].period.end = "2026-03-05"
* statusHistory[1].status = #onhold
* statusHistory[1].period.start = "2026-03-05"
* type = $tjenestetype#15 "[Hjemmetjenester:] Helsetjenester i hjemmet"
* patient = Reference(example-patient)
* managingOrganization = Reference(example-municipality)
* period.start = "2025-04-01"
