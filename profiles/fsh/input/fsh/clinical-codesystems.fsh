// Codes for what clinical messages say and no national list has a code for. The definitions name the standard's element.

CodeSystem: ObservationKind
Id: observation-kind
Title: "Observasjonstyper"
Description: "Hva en Observation eller en del av den gjelder, der ingen nasjonal eller internasjonal kode finnes."
* insert OwnCodeSystem
* #bor-alene "Bor alene" "Om pasienten bor alene (TilleggsopplysningPasient)."
* #samlet-funksjonsvurdering "Samlet vurdering av funksjonsnivå" "Samlet vurdering, med de kartlagte funksjonene som medlemmer (InfoKartleggingFunksjonsniva)."
* #pleietyngde "Pleietyngde" "Pleietyngde som tall."
* #vurdering-pleietyngde "Vurdering av pleietyngde" "Vurdering av pleietyngde i ord."
* #bandasjemateriell "Trenger bandasjemateriell eller engangsutstyr" "Om pasienten trenger bandasjemateriell eller engangsutstyr."
* #hjelp-legemiddeladministrering "Trenger hjelp til legemiddeladministrering" "Om pasienten trenger hjelp til legemidlene."
* #endring-funksjonsniva "Endring i funksjonsnivå" "Hvordan funksjonsnivået er endret, i ord."
* #avtale-legemiddeladministrering "Avtale om administrering av legemidler" "Om det er avtale om at tjenesten administrerer legemidlene."
* #avtale-multidose "Avtale om administrering av multidose" "Om det er avtale om multidose."
* #utleveringsform "Utleveringsform" "Hvordan legemidlene utleveres (9135)."
* #sarskilt-tiltak "Særskilt tiltak" "Særskilt tiltak ved administrering (9136)."
* #egensoknad-sendt "Egensøknad er sendt" "Om pasienten har sendt egen søknad om tjenester."
* #hjelpemiddel "Hjelpemiddel" "Hjelpemiddel pasienten har eller skal ha (8151 eller i ord)."
* #hjelpemiddel-status "Status for hjelpemiddel" "Om hjelpemiddelet er foreslått, bestilt eller i bruk (8230)."
* #hjelpemiddel-sekvensnummer "Sekvensnummer for hjelpemiddel" "Hjelpemiddelets nummer i listen."
* #faste-hjelpemidler "Faste hjelpemidler" "Hjelpemidler pasienten alltid har med seg."
* #briller "Briller eller annet hjelpemiddel for syn" "Hjelpemiddel for syn (9113)."
* #hjelpemiddel-horsel "Hjelpemiddel for hørsel" "Hjelpemiddel for hørsel (9114)."
* #pacemaker "Pacemaker" "Om pasienten har pacemaker."
* #tidsfestet-hendelse "Tidsfestet hendelse" "Hendelse i oppholdet, slik en rapport forteller om den (9121 eller i ord)."
* #status-innleggelse "Status ved innleggelse" "Pasientens status ved innleggelse, i ord."
* #status-behandlingsstart "Status ved behandlingsstart" "Pasientens status da behandlingen startet, i ord."
* #forventet-status-utskriving "Forventet status ved utskriving" "Forventet status ved utskriving, i ord."
* #sivilstatus "Sivilstatus" "Sivilstatus (8724), slik meldingen har den."
* #sprak "Språk" "Pasientens språk (3303), slik meldingen har det."
* #fravar "Mottaker er fraværende" "Om mottakeren av en melding er fraværende (FRAVARSMELDING)."
* #svar-pa-foresporsel "Svar på forespørsel" "Om meldingen er svar på en forespørsel."
* #type-innhold "Type innhold i meldingen" "Hva slags innhold meldingen har (9137, 9138, 9139, 9140)."
* #funksjonsvariabel "Kartlagt funksjon" "Kartlagt funksjon der variabelen ikke er kodet."
* #vurdering "Vurdering" "Vurdering av et forhold, område for område (9536)."
* #fagrapport "Rapport fra annen faggruppe" "Rapport fra en annen faggruppe."
* #variabler-med-bistandsbehov "Variabler med bistandsbehov (3 eller mer)" "Hvor mange IPLOS-variabler som har skår 3, 4 eller 5."
* #variabler-med-stort-bistandsbehov "Variabler med stort bistandsbehov (4 eller mer)" "Hvor mange IPLOS-variabler som har skår 4 eller 5."
* #variabler-forverret "Variabler som er blitt dårligere" "Hvor mange IPLOS-variabler som har høyere skår enn før."
* #individuell-plan "Individuell plan" "Om personen har individuell plan, som IPLOS koder det."
* #koordinator "Har koordinator" "Om personen har koordinator, som IPLOS koder det."
* #personopplysning "Opplysning fra IPLOS" "En annen opplysning om personen, som IPLOS koder den."

CodeSystem: FlagKind
Id: flag-kind
Title: "Varseltyper"
Description: "Hva et varsel (Flag) til dem som behandler pasienten gjelder."
* insert OwnCodeSystem
* #cave "Cave" "Noe den som behandler pasienten må ta hensyn til."
* #smitte "Smitte" "Pasienten har eller kan ha smitte (9143)."
* #horselsvikt "Hørselsvikt" "Pasienten hører dårlig."
* #synsvikt "Synsvikt" "Pasienten ser dårlig."
* #tolkebehov "Behov for tolk" "Pasienten, eller en pårørende, trenger tolk."
* #assistert-kommunikasjon "Trenger hjelp til kommunikasjon" "Pasienten trenger hjelp til å kommunisere."
* #spesielle-hensyn "Spesielle hensyn" "Andre hensyn som må tas."

CodeSystem: MedListType
Id: med-list-type
Title: "Typer legemiddellister"
Description: "Hvem sin legemiddelliste en List er, og når i forløpet den gjelder."
* insert OwnCodeSystem
* #gp "Fastlegens liste" "Det fastlegen mener at pasienten bruker."
* #pll "Pasientens legemiddelliste" "Pasientens legemiddelliste (PLL, e-resept M25)."
* #municipality "Kommunens liste" "Det kommunens tjeneste mener at pasienten bruker."
* #home-at-admission "Hjemmeliste ved innleggelse" "Det pasienten brukte hjemme da sykehusoppholdet begynte."
* #patient-reported "Pasientens egne opplysninger" "Det pasienten selv sier."
* #multidose-packed "Pakket multidose" "Det som ligger i multidoseposene."
* #hospital-inpatient "Sykehusets liste under oppholdet" "Det pasienten får på sykehuset."
* #hospital-discharge "Sykehusets liste ved utskrivning" "Det pasienten skal bruke etter oppholdet, ifølge sykehuset."
* #kjernejournal "Kjernejournal" "Det som er utlevert, ifølge kjernejournal."
* #reconciled "Samstemt liste" "Listen som er samstemt av de andre."

CodeSystem: MedListFlag
Id: med-list-flag
Title: "Merker i legemiddellister"
Description: "Hva som er sagt om en linje i en legemiddelliste (List.entry.flag)."
* insert OwnCodeSystem
* #seponert "Seponert" "Legemiddelet er seponert."
* #unresolved "Uavklart" "Linjen må avklares av et menneske."

// The national number of a package. Numbers are reused, so a number alone never decides which drug it is.
CodeSystem: Varenummer
Id: varenummer
Title: "Varenummer"
Description: "Varenummer på legemiddelpakninger, slik meldingene har dem."
* ^caseSensitive = true
* ^content = #not-present
* ^language = #nb

CodeSystem: MedDiscrepancy
Id: med-discrepancy
Title: "Avvik mellom legemiddellister"
Description: "Hva som er ulikt i legemiddellistene til én pasient, eller må avklares i dem."
* insert OwnCodeSystem
* #omission "Mangler i senere liste" "Mangler i senere liste."
* #addition "Nytt i senere liste" "Nytt i senere liste."
* #discontinued-still-active "Seponert ett sted og aktivt et annet" "Seponert ett sted og aktivt et annet."
* #stopped-then-restarted "Startet igjen etter seponering" "Startet igjen etter seponering."
* #documented-change "Endret med begrunnelse" "Endret med begrunnelse."
* #dose-amount "Ulik døgndose" "Ulik døgndose."
* #dose-frequency "Samme døgndose fordelt på ulikt antall doser" "Samme døgndose fordelt på ulikt antall doser."
* #dose-timing "Samme doser til ulik tid" "Samme doser til ulik tid."
* #dose-text-differs "Doseringene kan ikke sammenlignes" "Doseringene kan ikke sammenlignes."
* #strength-composition "Samme dose med andre tabletter" "Samme dose med andre tabletter."
* #form "Ulik legemiddelform" "Ulik legemiddelform."
* #release-form "Depot mot vanlig form" "Depot mot vanlig form."
* #route "Ulik administrasjonsvei" "Ulik administrasjonsvei."
* #generic-substitution "Samme legemiddel med annet navn" "Samme legemiddel med annet navn."
* #duplicate-same-substance "Samme virkestoff flere ganger" "Samme virkestoff flere ganger."
* #duplicate-therapy "To legemidler av samme slag" "To legemidler av samme slag."
* #therapeutic-switch "Bytte av legemiddel" "Bytte av legemiddel."
* #combination-split "Kombinasjon mot enkeltpreparater" "Kombinasjon mot enkeltpreparater."
* #course-ended "Kuren er over ett sted og aktiv et annet" "Kuren er over ett sted og aktiv et annet."
* #course-no-end "Kur uten sluttdato" "Kur uten sluttdato."
* #as-needed-vs-fixed "Ved behov mot fast" "Ved behov mot fast."
* #multidose-unknown "Multidose er ikke nevnt av sykehuset" "Multidose er ikke nevnt av sykehuset."
* #multidose-change-needed "Endring må til multidoselegen" "Endring må til multidoselegen."
* #allergy-conflict "Allergi mot et legemiddel i bruk" "Allergi mot et legemiddel i bruk."
* #identity-uncertain "Usikkert om det er samme legemiddel" "Usikkert om det er samme legemiddel."
* #schedule-external "Doseres etter skjema" "Doseres etter skjema."
* #indication-missing "Indikasjon mangler" "Indikasjon mangler."
* #stale-list "Listen er gammel" "Listen er gammel."
* #missing-source "Forventet liste mangler" "Forventet liste mangler."
* #prescription-expired "Resepten er utløpt" "Resepten er utløpt."
* #status-conflict "Planlagt eller i pause mot aktiv" "Planlagt eller i pause mot aktiv."
