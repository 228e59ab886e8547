// What the rules say of a stay: where it is, what waiting costs, what is documented, what a person must look at.

Alias: $stay-state = https://heimveg.dev/fhir/CodeSystem/stay-state
Alias: $task-output = https://heimveg.dev/fhir/CodeSystem/task-output
Alias: $documented = https://heimveg.dev/fhir/CodeSystem/documented
Alias: $finding = https://heimveg.dev/fhir/CodeSystem/finding

CodeSystem: StayState
Id: stay-state
Title: "Hvor i forløpet oppholdet er"
Description: "Hva som er meldt om oppholdet til nå, regnet ut av alle gjeldende meldinger og registreringer."
* insert OwnCodeSystem
* #none "Ikke meldt innlagt" "Ingen gjeldende melding forteller at pasienten er innlagt."
* #admitted "Meldt innlagt" "Sykehuset har meldt pasienten innlagt."
* #notified "Varslet" "Kommunen har fått tidlig varsel."
* #updated "Oppdatert varsel" "Kommunen har fått oppdaterte opplysninger."
* #ready "Meldt utskrivningsklar" "Sykehuset har meldt pasienten utskrivningsklar; ingen kodet svar er registrert."
* #answered-can "Kommunen kan ta imot" "Kommunen har svart at den kan ta imot pasienten."
* #answered-cannot "Kommunen kan ikke ta imot" "Kommunen har svart at den ikke kan ta imot pasienten ennå."
* #offered "Tilbud meldt klart" "Kommunen har meldt at tilbudet er klart."
* #left "Meldt utskrevet" "Sykehuset har meldt at pasienten har reist."
* #died "Meldt død" "Pasienten er meldt død."
* #void "Innleggelsen er kansellert" "Meldingen om innleggelsen er trukket tilbake."

CodeSystem: TaskOutput
Id: task-output
Title: "Hva en oppgave har gitt"
Description: "Typen til Task.output i utskrivningsforløpet."
* insert OwnCodeSystem
* #melding "Melding" "Meldingen som oppfyller oppgaven."
* #kan-ta-imot "Kan ta imot" "Om kommunen kan ta imot pasienten."
* #fra-dato "Fra dato" "Datoen kommunens svar gjelder."
* #sted "Sted" "Hvor kommunen tar imot pasienten."
* #ankomst "Ankomst" "Når pasienten kom til den som tar imot."
* #gjort "Gjort" "Hvor mange punkter på sjekklisten som er gjort."
* #antall "Antall" "Hvor mange punkter sjekklisten har, uten dem som ikke er aktuelle."
* #grunn "Begrunnelse" "Kommunens begrunnelse, slik den er gitt."
* #paragraf-9-a "Problemstilling ved innleggelse" "§ 9 bokstav a: problemstillingen ved innleggelse, slik innleggende lege formulerte den."
* #paragraf-9-b "Øvrige problemstillinger" "§ 9 bokstav b: problemstillinger som er kommet til."
* #paragraf-9-c "Uavklarte spørsmål" "§ 9 bokstav c: redegjørelse for spørsmål som ikke er avklart."
* #paragraf-9-d "Diagnose og plan" "§ 9 bokstav d: standpunkt til diagnose og plan for videre oppfølging."
* #paragraf-9-e "Funksjonsnivå" "§ 9 bokstav e: samlet funksjon, endring og forventet utvikling."
* #paragraf-9-phv-meeting-invited "Invitert til møte" "PHV og TSB: samarbeidspartnere er invitert til møte."
* #paragraf-9-phv-own-follow-up-clarified "Egen oppfølging avklart" "PHV og TSB: spesialisthelsetjenestens egen oppfølging er avklart."

CodeSystem: Documented
Id: documented
Title: "Om noe er dokumentert"
Description: "Om meldingene inneholder dokumentasjon av et punkt. Sier ingenting om punktet er oppfylt."
* insert OwnCodeSystem
* #present "Dokumentasjon funnet" "Meldingene inneholder dokumentasjon av punktet."
* #absent "Dokumentasjon ikke funnet" "Dokumentasjon av punktet er ikke funnet i meldingene."
* #not-assessable "Kan ikke vurderes ut fra meldinger" "Meldinger kan ikke vise om punktet er dokumentert."

CodeSystem: Finding
Id: finding
Title: "Noe et menneske må se"
Description: "Hva en DetectedIssue gjelder: opplysninger som strider mot hverandre, eller som mangler."
* insert OwnCodeSystem
* #stay-unresolved "Uavklart opphold" "Innleggelsen er kansellert, men andre meldinger om oppholdet står."
* #dead-but-open "Meldt død, opphold åpent" "Pasienten er meldt død, men oppholdet er ikke avsluttet av sykehuset."
* #ready-before-admission "Meldt klar før innleggelse" "Datoen i meldingen om utskrivningsklar pasient er før innleggelsen."
* #ready-after-left "Meldt klar etter utskrivning" "Pasienten er meldt utskrivningsklar etter at sykehuset har meldt utskrivning, uten ny innleggelse."
* #ended-before-ready "Avmeldt før meldt klar" "Utskrivningsklarheten slutter før den begynner."
* #left-before-admission "Utskrevet før innleggelse" "Tidspunktet for utskrivning er før innleggelsen."
* #wrong-municipality-first "Varsel til annen kommune" "Tidlig varsel gikk til en annen kommune enn den som er bedt om å ta imot pasienten."
* #expected-dates-differ "To ulike forventede datoer" "Meldingen oppgir to ulike forventede datoer. Datoen med kode 5 er brukt."
* #control-appointment-missing "Kontroll uten time" "Dokumentene omtaler kontroll, men ingen kontrolltime er meldt."
* #coordinator-decision-missing "Koordinator ikke vurdert" "Sammensatt forløp uten registrert vurdering av koordinator eller individuell plan."
* #answer-of-other "Svar fra annen kommune" "En annen kommune enn den som er spurt, har svart. Svaret er ikke brukt."

ValueSet: StayStateValueSet
Id: stay-state
Title: "Hvor i forløpet oppholdet er"
Description: "Alle koder for hvor i forløpet et opphold er."
* include codes from system $stay-state

ValueSet: FindingValueSet
Id: finding
Title: "Noe et menneske må se"
Description: "Alle koder for hva et menneske må se."
* include codes from system $finding
* include codes from system https://heimveg.dev/fhir/CodeSystem/med-discrepancy

Extension: CourseState
Id: course-state
Title: "Course state"
Description: "Where the stay is in its course, by what has been sent and entered, and since when."
Context: Encounter
* extension contains
    state 1..1 and
    since 0..1
* extension[state].value[x] only CodeableConcept
* extension[state].value[x] 1..1
* extension[state].value[x] from StayStateValueSet (required)
* extension[since].value[x] only dateTime
* extension[since].value[x] 1..1

Extension: Overliggerdogn
Id: overliggerdogn
Title: "Overliggerdøgn"
Description: "Days for which the municipality pays while a patient declared ready waits, as an estimate: never a claim. An unknown amount is absent."
Context: Task
* extension contains
    state 1..1 and
    open 1..1 and
    days 1..1 and
    amount 0..1 and
    potential-days 1..1 and
    hospital-delay-days 1..1 and
    reason 1..1 and
    text 0..1 and
    day 0..* and
    flag 0..* and
    evidence 0..* and
    policy 0..*
* extension[state] ^short = "none, running, closed, potential or unknown"
* extension[state].value[x] only code
* extension[state].value[x] 1..1
* extension[open] ^short = "True while another day is added tomorrow if nothing comes"
* extension[open].value[x] only boolean
* extension[open].value[x] 1..1
* extension[days].value[x] only integer
* extension[days].value[x] 1..1
* extension[amount].value[x] only Money
* extension[amount].value[x] 1..1
* extension[potential-days] ^short = "Days that would be charged were it not for the reason"
* extension[potential-days].value[x] only integer
* extension[potential-days].value[x] 1..1
* extension[hospital-delay-days] ^short = "Days for which the patient stayed though there was a place"
* extension[hospital-delay-days].value[x] only integer
* extension[hospital-delay-days].value[x] 1..1
* extension[reason].value[x] only string
* extension[reason].value[x] 1..1
* extension[text] ^short = "The reason in words, bokmål"
* extension[text].value[x] only string
* extension[text].value[x] 1..1
* extension[day] ^short = "A day that is charged"
* extension[day].value[x] only date
* extension[day].value[x] 1..1
* extension[flag] ^short = "What a reader of the number should know"
* extension[flag].value[x] only string
* extension[flag].value[x] 1..1
* extension[evidence] ^short = "A message or entry that was looked at, as urn:uuid of its id"
* extension[evidence].value[x] only uri
* extension[evidence].value[x] 1..1
* extension[policy] ^short = "A named policy that decided, with its value"
* extension[policy].value[x] only string
* extension[policy].value[x] 1..1

Profile: HeimvegDetectedIssue
Parent: DetectedIssue
Id: heimveg-detected-issue
Title: "DetectedIssue"
Description: "Something about a stay, or between medication lists, that a person must look at: what was sent contradicts itself, or something is missing."
* insert Tagged
* status MS
* code 1..1 MS
* code from FindingValueSet (extensible)
* severity MS
* patient 1..1 MS
* identified[x] MS
* implicated MS
* evidence MS
* mitigation MS
* detail 1..1 MS

Instance: example-detected-issue
InstanceOf: HeimvegDetectedIssue
Usage: #example
Description: "The hospital's times contradict each other"
* insert ExampleTags
* status = #final
* code = $finding#ready-before-admission "Meldt klar før innleggelse"
* patient = Reference(example-patient)
* identifiedDateTime = "2026-03-05T10:05:00+01:00"
* implicated = Reference(example-encounter)
* detail = "Datoen i meldingen om utskrivningsklar pasient er før innleggelsen. Avklar med sykehuset."

CodeSystem: Assessment
Id: assessment
Title: "Hva som er vurdert"
Description: "Hva en Observation, et CareTeam eller et Flag om veien hjem gjelder."
* insert OwnCodeSystem
* #forlop "Utskrivningsforløp" "Forløp A, B eller C. Foreløpig er et forslag med begrunnelse, endelig er bestemt av et menneske."
* #malgruppe "Prioritert pasientgruppe" "En av de fire gruppene i Nasjonal helse- og sykehusplan 2020-2023."
* #cfs "Clinical Frailty Scale" "Klinisk skrøpelighetsskala, 1 til 9."
* #individuell-plan "Individuell plan" "Om pasienten har individuell plan."
* #program "Program" "Om pasienten bør vurderes for et program, eller er med i det."
* #utvidet-behandlingsansvar "Utvidet behandlingsansvar" "Sykehuslegen kan kontaktes direkte i en tid etter utskrivning."
* #hospital "Koordinator på sykehuset" "Den som koordinerer på sykehuset."
* #municipality "Koordinator i kommunen" "Den som koordinerer i kommunen."
* #saksbehandler "Saksbehandler" "Den i kommunen som har fått saken."

CodeSystem: AssessmentValue
Id: assessment-value
Title: "Hva vurderingen ga"
Description: "Verdier for vurderingene."
* insert OwnCodeSystem
* #A "Standard utskriving" "Ingen samhandling utover epikrise."
* #B "Forenklet forløp" "Til kommunen med uendret behov for hjelp."
* #C "Sammensatt forløp" "Sammensatte behov: koordinator og tverrfaglig vurdering."
* #barn-og-unge "Barn og unge" "Under 18 år."
* #psykisk-helse-og-rus "Alvorlige psykiske lidelser og rusproblemer" "Psykisk helsevern, TSB eller psykiatrisk diagnose."
* #skropelige-eldre "Skrøpelige eldre" "65 år eller eldre med CFS 5 eller høyere."
* #flere-kroniske-lidelser "Flere kroniske lidelser" "To eller flere kroniske lidelser på listen."
* #utdatert "Utdatert" "Vurderingen er for gammel til å bygge på."
* #plan-active "Har individuell plan" "Planen er i bruk."
* #plan-in-preparation "Plan under arbeid" "Planen lages."
* #plan-declined "Ønsker ikke plan" "Pasienten har takket nei. Retten til koordinator gjelder likevel."
* #plan-not-relevant "Ikke aktuelt" "Individuell plan er vurdert og ikke aktuell."
* #plan-unknown "Ikke avklart" "Det er ikke avklart om individuell plan er aktuell."
* #program-eligible-for-review "Bør vurderes" "Minst ett tegn; et menneske avgjør."
* #program-strong "Bør vurderes, flere tegn" "CFS i programmets område og minst ett tegn til; et menneske avgjør."
* #program-included "Med i programmet" "Pasienten er tatt inn."
* #program-ended "Avsluttet i programmet" "Pasienten er ikke lenger med."
* #program-unknown "Kan ikke avgjøres" "Opplysninger som trengs, mangler eller er utdaterte."
* #program-not-eligible "Oppfyller ikke kriteriene" "Ingen av programmets tegn er funnet."

Extension: EntryKind
Id: entry-kind
Title: "Entry kind"
Description: "Which kind of entry the provenance is of: what somebody told the hub besides messages."
Context: Provenance
* value[x] only code
* value[x] 1..1
