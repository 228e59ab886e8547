// Codes that are ours. Displays and definitions are bokmål: people read them on screens.

RuleSet: OwnCodeSystem
* ^caseSensitive = true
* ^content = #complete
* ^language = #nb

CodeSystem: DischargeProcess
Id: discharge-process
Title: "Oppgaver i utskrivningsforløpet"
Description: "Hva en Task gjelder på veien fra sykehus til kommune: selve utskrivningsklarheten og pliktene rundt den."
* insert OwnCodeSystem
* #tidlig-varsel "Tidlig varsel" "Sykehuset varsler kommunen om innlagt pasient innen 24 timer, med antatt forløp og forventet utskrivningsdato."
* #innleggelsesrapport "Innleggelsesrapport" "Kommunen sender sykehuset opplysninger om en innlagt pasient som har kommunale tjenester."
* #oppdatert-varsel "Oppdatert varsel" "Sykehuset oppdaterer varselet når forventet dato eller behov endres."
* #utskrivningsdokumentasjon "Dokumentasjon ved utskrivning" "Hva meldingene dokumenterer av punktene i § 9. Sier ikke om vilkårene er oppfylt."
* #klarmelding "Melding om utskrivningsklar pasient" "Sykehuset varsler kommunen straks når pasienten er erklært utskrivningsklar."
* #koordinator-vurdering "Vurdering av koordinator" "Det avgjøres om pasienten trenger koordinator eller individuell plan."
* #koordinator-navn "Navngi koordinator" "Sammensatt forløp: det navngis en koordinator for pasienten."
* #tverrfaglig-mote "Tverrfaglig møte" "Sammensatt forløp: de som planlegger for pasienten, møtes."
* #individuell-plan "Spørsmål om individuell plan" "Sammensatt forløp: det avklares om pasienten ønsker individuell plan."
* #utskrivningsklar "Meldt utskrivningsklar" "Sykehuset har meldt pasienten utskrivningsklar. Oppgaven er åpen til pasienten har reist, er avmeldt eller er død."
* #kommune-beslutning "Kommunens svar" "Kommunen svarer om den kan ta imot den utskrivningsklare pasienten."
* #motta-pasient "Motta pasient" "Kommunen har sagt at den kan ta imot pasienten, og tar imot: godtatt, på vei når sykehuset melder at pasienten har reist, fullført når pasienten er kommet frem."
* #transport "Transport" "Hvordan og når pasienten skal reise fra sykehuset. Reisemåten står som egen kode ved siden av."
* #legemiddelsamstemming "Legemiddelsamstemming" "Legemiddellistene fra sykehus, fastlege og kommune samstemmes."
* #oppfolging "Oppfølging" "Oppfølging etter oppholdet, slik epikrisen eller planen ber om."
* #utskrivningsrapport "Utskrivningsrapport" "Sykehuset sender kommunen utskrivningsrapport når pasienten reiser."
* #epikrise "Epikrise" "Sykehuset sender epikrise til dem som skal følge opp pasienten."
* #foresporsel "Forespørsel" "Den som er spurt i en dialogmelding, svarer. Hva det spørres om, står som egen kode ved siden av."
* #kvittering "Kvittering mangler" "Mottakeren har ikke kvittert for en melding innen 96 timer. Avsenderen finner ut hva som ble av den."
* #avslutning "Opphold uten avslutning" "Det er ikke hørt noe om et åpent opphold på 30 dager. Sykehuset sier om det er avsluttet."
* #sjekkpunkt "Sjekkpunkt" "Noe på en sjekkliste for utskrivningen, med om det er gjort."
* #sjekkliste "Sjekkliste" "En sjekkliste som brukes for oppholdet, med hvor mange punkter som er gjort. Punktene er deler av den."
* #avklaring "Avklaring" "Noe i forløpet må avklares av et menneske, for eksempel en melding som ikke passer til noe opphold."

CodeSystem: Transport
Id: transport
Title: "Reisemåte"
Description: "Hvordan pasienten reiser fra sykehuset."
* insert OwnCodeSystem
* #ambulanse "Ambulanse" "Pasienten reiser med ambulanse."
* #pasientreise "Pasientreise" "Reisen er bestilt hos pasientreiser."
* #egen "Egen transport" "Pasienten reiser for egen hånd eller med pårørende."
* #annet "Annen transport" "Pasienten reiser på annen måte."

CodeSystem: Delivery
Id: delivery
Title: "Mottakerens kvittering"
Description: "Om mottakeren har bekreftet en melding med applikasjonskvittering (AppRec)."
* insert OwnCodeSystem
* #confirmed "Bekreftet" "Mottakeren har tatt imot meldingen."
* #unconfirmed "Ikke bekreftet" "Mottakeren har ikke kvittert."
* #rejected "Avvist" "Mottakeren har avvist meldingen. Den regnes som ikke sendt."
* #missing "Kvittering mangler" "Mottakeren har ikke kvittert innen 96 timer. En kvittering som kommer senere, gjelder."

CodeSystem: Readiness
Id: readiness
Title: "Utskrivningsklarhet"
Description: "Hvor et utskrivningsklart opphold står, slik kommunen og sykehuset ser det (Task.businessStatus)."
* insert OwnCodeSystem
* #utskrivningsklar "Meldt utskrivningsklar" "Pasienten er meldt utskrivningsklar."
* #avmeldt "Avmeldt" "Meldingen om utskrivningsklar pasient er trukket tilbake, fordi pasientens tilstand er endret."
* #kan-ta-imot "Kan ta imot" "Kommunen har svart at den kan ta imot pasienten."
* #kan-ikke-ta-imot "Kan ikke ta imot" "Kommunen har svart at den ikke kan ta imot pasienten ennå. Pasienten er fortsatt utskrivningsklar."
* #svar-i-fritekst "Svar i fritekst" "Kommunen har svart i fritekst. Hva den svarte, er ikke kodet."
* #venter-svar "Venter på svar" "Kommunen har ikke svart."
* #overfort "Overført" "Pasienten har reist fra sykehuset."
* #dod "Død" "Pasienten er død."

CodeSystem: Verdict
Id: verdict
Title: "Vurdering av en plikt"
Description: "Om en plikt med frist er oppfylt. Alle verdier unntatt «Venter» er endelige så lenge ingen ny melding kommer."
* insert OwnCodeSystem
* #pending "Venter" "Fristen er ikke passert, og hendelsen har ikke kommet. Skal ikke telle med i noen nevner."
* #met "Oppfylt" "Hendelsen kom innen fristen."
* #late "For sent" "Hendelsen kom etter fristen."
* #missing "Mangler" "Fristen er passert, og hendelsen har ikke kommet."
* #not-applicable "Ikke aktuell" "Vilkåret for plikten er ikke til stede."
* #unknown "Ukjent" "Opplysningene som trengs for å vurdere plikten, mangler eller strider mot hverandre."

CodeSystem: OrganisationAccess
Id: organisation-access
Title: "Virksomheter med tilgang"
Description: "meta.tag som sier hvilken virksomhet ressursen er adressert til eller kommer fra. Koden er organisasjonsnummeret eller HER-id-en, bare sifre; med «sperret:» foran når pasienten har sperret for virksomheten."
* ^caseSensitive = true
* ^content = #not-present
* ^language = #nb

CodeSystem: CarePlanCategory
Id: care-plan-category
Title: "Plantyper"
Description: "Hva slags plan en CarePlan er."
* insert OwnCodeSystem
* #utskrivningsplan "Utskrivningsplan" "Plan for veien fra sykehus til kommune, laget av meldingene mellom dem."
* #individuell-plan "Individuell plan" "Individuell plan etter pasient- og brukerrettighetsloven § 2-5."
* #tiltaksplan "Tiltaksplan" "Kommunens plan over tiltak i tjenesten, fra kommunens journal."
* #oppfolgingsplan "Oppfølgingsplan" "Tiltak, mål, behov og timer som en melding forteller om, fra dem som har hatt pasienten til dem som får pasienten."
* #kommunal-oppfolgingsplan "Kommunal oppfølgingsplan" "Kommunens plan for tjenestene til pasienten."
* #kriseplan "Kriseplan" "Den delen av en plan som gjelder i krise; den vises bare for dem den nevner."

CodeSystem: MessageEvent
Id: message-event
Title: "Meldingens hendelse"
Description: "Hva en melding gjør med det som er sendt før (forsendelsesstatus, kodeverk 7309), brukt i Provenance.activity."
* insert OwnCodeSystem
* #ny "Ny" "Meldingen er den første i sin serie."
* #endring "Endring" "Meldingen erstatter en tidligere melding."
* #kansellering "Kansellering" "Meldingen trekker tilbake en tidligere melding."
* #tillegg "Tillegg" "Meldingen legger noe til en tidligere melding."

CodeSystem: Canary
Id: canary
Title: "Kanarifugl"
Description: "meta.tag på ressurser som bare finnes et øyeblikk, mens oppsettet prøver søkene. De gjelder ingen pasient og ingen virksomhet."
* insert OwnCodeSystem
* #canary "Kanarifugl" "Prøveressurs uten innhold om noen. Kan slettes når som helst."
* #one "Den ene" "Verdien på den ene av to prøveressurser."
* #other "Den andre" "Verdien på den andre av to prøveressurser."

// Draft code system of Velferdsteknologisk knutepunkt, repeated here so that plans with its codes can be validated.
CodeSystem: VkpCarePlanCategory
Id: vkp-care-plan-category
Title: "VKP plantyper"
Description: "Plantyper i Velferdsteknologisk knutepunkt (utkast 0.9.0), gjengitt så planer med disse kodene kan valideres."
* ^url = "http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090"
* ^status = #draft
* ^caseSensitive = true
* ^content = #fragment
* ^language = #nb
* #0 "Annen type" "Plan av annen type."
* #1 "Behandlingsplan" "Behandlingsplan."
* #2 "Egenbehandlingsplan" "Egenbehandlingsplan."
* #3 "Besøksplan" "Besøksplan."

CodeSystem: DocumentSection
Id: document-section
Title: "Deler av et dokument"
Description: "Hva en del av en Composition handler om, i den rekkefølgen delene leses."
* insert OwnCodeSystem
* #onsker "Pasientens egne ønsker og vurderinger" "Hva pasienten selv ønsker, mener eller har reservert seg mot."
* #varsler "Cave, allergi og smitte" "Det alle som skal hjelpe pasienten må vite først."
* #dialog "Dialog" "Notat eller forespørsel i en dialogmelding."
* #gjelder "Meldingen gjelder" "Hva slags innhold meldingen har."
* #fravar "Fravær" "Mottakeren er borte, og hva som skjer med meldingen."
* #opphold "Oppholdet" "Når og hvor pasienten var innlagt, og hva som skjedde underveis."
* #henvisning "Årsak til henvisning" "Hvorfor pasienten ble henvist, og av hvem."
* #innleggelse "Årsak til innleggelse" "Hvorfor pasienten ble innlagt, og hvordan tilstanden var da."
* #problem "Aktuell problemstilling" "Pasientens situasjon nå."
* #diagnoser "Diagnoser" "Diagnosene i oppholdet eller kontakten."
* #sykdommer "Tidligere sykdommer" "Tidligere og kroniske sykdommer, sykehistorie og blodtype."
* #sosialt "Familie og sosialt" "Familie, bolig og sosiale forhold."
* #forlop "Forløp og behandling" "Hva som er gjort, og hvordan det gikk."
* #funn "Funn og undersøkelser" "Resultater av undersøkelser og prøver."
* #inngrep "Prosedyrer og inngrep" "Operasjoner og andre prosedyrer."
* #vurdering "Vurdering" "Hva de som behandlet pasienten, mener."
* #legemidler "Legemidler" "Legemidlene pasienten bruker eller har sluttet med."
* #gitt "Legemidler gitt og utlevert" "Legemidler som er gitt samme dag, eller som fulgte med pasienten."
* #hjelp "Hjelp til legemidler" "Avtaler om hjelp til å ta legemidler."
* #funksjon "Funksjonsnivå" "Hva pasienten klarer selv og trenger hjelp til."
* #sykepleie "Sykepleie" "Sykepleiernes opplysninger."
* #mal "Mål" "Hva behandlingen og pleien skal oppnå."
* #tiltak "Tiltak" "Hva som er satt i verk."
* #faggrupper "Andre faggrupper" "Opplysninger fra andre faggrupper enn leger og sykepleiere."
* #oppfolging "Videre oppfølging" "Hva som skal skje etterpå, med kontrolltimer og anbefalte tiltak."
* #tjenester "Tjenester" "Tjenester pasienten har."
* #behov "Behov for tjenester" "Tjenester pasienten trenger."
* #hjelpemidler "Hjelpemidler" "Hjelpemidler pasienten har eller trenger."
* #kommunikasjon "Kommunikasjon og tolk" "Hva pasienten trenger for å forstå og bli forstått."
* #informasjon "Informasjon til pasient og pårørende" "Hva pasienten og pårørende har fått vite."
* #parorende "Pårørende" "Pårørende og foresatte."
* #pasient "Om pasienten" "Opplysninger om pasienten selv."
* #kontakter "Kontaktpersoner og enheter" "Hvem som kan kontaktes om pasienten."
* #dokumenter "Sendte dokumenter" "Dokumenter som er eller skal bli sendt."
* #annet "Andre opplysninger" "Det som ikke hører til under en annen overskrift."
* #ekstrakt "Journalutdraget" "Hvordan delene av et journalutdrag henger sammen."
* #ansvar "Ansvar for rapporten" "Hvem som svarer for innholdet."
* #forsendelse "Om forsendelsen" "Status og forbehold for meldingen."
* #vedlegg "Vedlegg" "Filer som følger med meldingen."
* #hode "Meldingshode" "Avsender, mottakere og pasient slik meldingen oppgir dem."
* #teknisk "Tekniske opplysninger" "Nummer og merker som bare datasystemer trenger."

CodeSystem: Sone
Id: sone
Title: "Sone"
Description: "Sonene i en egenbehandlingsplan, med de samme kodene som planene til Norsk helsenett."
* insert OwnCodeSystem
* #green "Grønn" "Som vanlig: planen følges."
* #yellow "Gul" "Verre enn vanlig: det som står i planen for gul sone, gjøres."
* #red "Rød" "Alvorlig: hjelp tilkalles."
