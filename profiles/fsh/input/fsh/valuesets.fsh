// One value set per code system that something is bound to.

ValueSet: DischargeProcessValueSet
Id: discharge-process
Title: "Oppgaver i utskrivningsforløpet"
Description: "Alle koder for hva en Task i utskrivningsforløpet gjelder."
* include codes from system $discharge-process

ValueSet: ReadinessValueSet
Id: readiness
Title: "Utskrivningsklarhet"
Description: "Alle koder for hvor et utskrivningsklart opphold står."
* include codes from system $readiness

ValueSet: VerdictValueSet
Id: verdict
Title: "Vurdering av en plikt"
Description: "Alle koder for om en plikt med frist er oppfylt."
* include codes from system $verdict

ValueSet: DeliveryValueSet
Id: delivery
Title: "Mottakerens kvittering"
Description: "Alle koder for om mottakeren har bekreftet en melding."
* include codes from system $delivery

ValueSet: TaskBusinessStatus
Id: task-business-status
Title: "Status for en oppgave i utskrivningsforløpet"
Description: "Utskrivningsklarhet for oppgaven utskrivningsklar, vurdering for pliktene."
* include codes from system $readiness
* include codes from system $verdict

ValueSet: CarePlanCategoryValueSet
Id: care-plan-category
Title: "Plantyper"
Description: "Våre plantyper og de i Velferdsteknologisk knutepunkt."
* include codes from system $care-plan-category
* include codes from system $vkp-care-plan-category

ValueSet: MessageEventValueSet
Id: message-event
Title: "Meldingens hendelse"
Description: "Alle koder for hva en melding gjør med det som er sendt før."
* include codes from system $message-event

ValueSet: MeldingensFunksjon
Id: meldingens-funksjon
Title: "Meldingens funksjon"
Description: "Meldingstypene i kodeverk 8279."
* include codes from system $meldingens-funksjon

ValueSet: TypeOpphold
Id: type-opphold
Title: "Type opphold"
Description: "Type opphold i kodeverk 8240."
* include codes from system $type-opphold

ValueSet: DocumentSectionValueSet
Id: document-section
Title: "Deler av et dokument"
Description: "Alle koder for hva en del av en Composition handler om."
* include codes from system $document-section

ValueSet: SoneValueSet
Id: sone
Title: "Soner"
Description: "Sonene i en egenbehandlingsplan."
* include codes from system $sone
