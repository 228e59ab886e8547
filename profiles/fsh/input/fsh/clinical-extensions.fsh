// Extensions for what clinical messages say and R4 has no element for. Names are the standard's own.

Extension: AdressetypeExtension
Id: adressetype
Title: "Adressetype"
Description: "The kind of address (3401) where FHIR has no use or type for it."
Context: Address
* value[x] only CodeableConcept
* value[x] 1..1

Extension: AnafylaktiskeReaksjonerExtension
Id: anafylaktiske-reaksjoner
Title: "Anafylaktiske reaksjoner"
Description: "Whether anaphylactic reactions are known: yes, no or unknown (1103), as sent."
Context: AllergyIntolerance
* value[x] only CodeableConcept
* value[x] 1..1

Extension: BestiltKontrolltimeExtension
Id: bestilt-kontrolltime
Title: "Bestilt kontrolltime"
Description: "Whether the control appointment has been booked, as sent; R4 has no booked appointment without an end."
Context: Appointment
* value[x] only boolean
* value[x] 1..1

Extension: EksternExtension
Id: ekstern
Title: "Ekstern"
Description: "Whether somebody outside the sending service did it."
Context: Procedure
* value[x] only boolean
* value[x] 1..1

Extension: EnhetExtension
Id: enhet
Title: "Enhet"
Description: "The unit of an amount that is no number."
Context: ServiceRequest
* value[x] only string
* value[x] 1..1

Extension: EvalueringExtension
Id: evaluering
Title: "Evaluering"
Description: "When the measure is to be evaluated."
Context: ServiceRequest
* value[x] only date
* value[x] 1..1

Extension: FodselsarExtension
Id: fodselsar
Title: "Fødselsår"
Description: "The year of birth that a message tells of a child beside a date of birth."
Context: RelatedPerson
* value[x] only date
* value[x] 1..1

Extension: ForskriverExtension
Id: forskriver
Title: "Forskriver"
Description: "Who prescribed what was handed out."
Context: MedicationDispense
* value[x] only Reference(Practitioner)
* value[x] 1..1

Extension: ForskrivningsstatusExtension
Id: forskrivningsstatus
Title: "Forskrivningsstatus"
Description: "Status of the prescription (9104), as sent."
Context: MedicationDispense
* value[x] only CodeableConcept
* value[x] 1..1

Extension: ForventetGradExtension
Id: forventet-grad
Title: "Forventet grad av måloppnåelse"
Description: "How far the goal is expected to be reached."
Context: Goal
* value[x] only CodeableConcept
* value[x] 1..1

Extension: FunksjonshemmingKroniskSykdomExtension
Id: funksjonshemming-kronisk-sykdom
Title: "Funksjonshemming eller kronisk sykdom"
Description: "Whether an earlier disease is a disability or chronic."
Context: Condition
* value[x] only boolean
* value[x] 1..1

Extension: GjentagelseExtension
Id: gjentagelse
Title: "Gjentagelse"
Description: "How often a measure is repeated, where R4 Timing cannot hold it beside weekdays."
Context: Timing
* value[x] only Quantity
* value[x] 1..1

Extension: GodkjentDatoExtension
Id: godkjent-dato
Title: "Godkjent dato"
Description: "When the one who answers for the report approved it."
Context: CareTeam.participant
* value[x] only date
* value[x] 1..1

Extension: HoveddiagnoseExtension
Id: hoveddiagnose
Title: "Hoveddiagnose"
Description: "Whether it is the main diagnosis of the stay or contact, as sent."
Context: Condition
* value[x] only boolean
* value[x] 1..1

Extension: KategoriHelsepersonellExtension
Id: kategori-helsepersonell
Title: "Kategori helsepersonell"
Description: "Which profession (9060) it concerns."
Context: Observation, Goal
* value[x] only CodeableConcept
* value[x] 1..1

Extension: KjonnExtension
Id: kjonn
Title: "Kjønn"
Description: "A code of sex that list 3101 lacks, as sent."
Context: Practitioner, RelatedPerson
* value[x] only CodeableConcept
* value[x] 1..1

Extension: MeldingVideresendtExtension
Id: melding-videresendt
Title: "Melding videresendt"
Description: "Whether the message was forwarded while its receiver is away."
Context: Observation
* value[x] only boolean
* value[x] 1..1

Extension: MerknadExtension
Id: merknad
Title: "Merknad"
Description: "A remark where FHIR has no notes."
Context: Element
* value[x] only string
* value[x] 1..1

Extension: MuntligInformasjonExtension
Id: muntlig-informasjon
Title: "Muntlig informasjon"
Description: "Whether the information was given orally, as sent."
Context: Communication
* value[x] only boolean
* value[x] 1..1

Extension: OpplysningerOmTjenestenExtension
Id: opplysninger-om-tjenesten
Title: "Opplysninger om tjenesten"
Description: "What the service consists of, in words."
Context: EpisodeOfCare
* value[x] only string
* value[x] 1..1

Extension: PasientParorendeBestillerExtension
Id: pasient-parorende-bestiller
Title: "Pasient eller pårørende bestiller"
Description: "Whether the patient or next of kin orders the appointment, as sent."
Context: ServiceRequest
* value[x] only boolean
* value[x] 1..1

Extension: PersonTolkebehovExtension
Id: person-tolkebehov
Title: "Person med tolkebehov"
Description: "Who needs the interpreter, where it is not the patient."
Context: Flag
* value[x] only Reference(Patient or RelatedPerson)
* value[x] 1..1

Extension: PreferertTolkExtension
Id: preferert-tolk
Title: "Preferert tolk"
Description: "Which interpreter is preferred."
Context: Flag
* value[x] only Reference(Patient or RelatedPerson)
* value[x] 1..1

Extension: RolleExtension
Id: rolle
Title: "Rolle overfor pasienten"
Description: "The role (9034) of a professional, as the message that contains them has it."
Context: Practitioner
* value[x] only CodeableConcept
* value[x] 1..1

Extension: SprakExtension
Id: sprak
Title: "Språk"
Description: "Language (3303) that an interpreter is needed for."
Context: Flag
* value[x] only CodeableConcept
* value[x] 1..1

Extension: StatedEndExtension
Id: stated-end
Title: "Stated end"
Description: "The end as sent, where it is before the start: R4 allows no such period (per-1)."
Context: Period
* value[x] only dateTime
* value[x] 1..1

Extension: StatsborgerskapExtension
Id: statsborgerskap
Title: "Statsborgerskap"
Description: "Nationality (9043) of somebody who is not the patient; HL7's own extension may stand on a Patient only."
Context: Practitioner, RelatedPerson
* value[x] only CodeableConcept
* value[x] 1..1

Extension: StedExtension
Id: sted
Title: "Sted"
Description: "Place in words."
Context: Observation, Appointment
* value[x] only string
* value[x] 1..1

Extension: StikkordExtension
Id: stikkord
Title: "Stikkord"
Description: "A keyword of whoever wrote."
Context: Observation, Goal, ServiceRequest
* value[x] only string
* value[x] 1..1

Extension: TentativtTidspunktExtension
Id: tentativt-tidspunkt
Title: "Tentativt tidspunkt"
Description: "When the appointment may be, in words."
Context: Appointment
* value[x] only string
* value[x] 1..1

Extension: TilDatoExtension
Id: til-dato
Title: "Til dato"
Description: "Until when the goal holds."
Context: Goal
* value[x] only date
* value[x] 1..1

Extension: TrukketTilbakeExtension
Id: trukket-tilbake
Title: "Trukket tilbake"
Description: "When a reservation was withdrawn."
Context: Consent
* value[x] only date
* value[x] 1..1

Extension: TrukketTilbakeAvExtension
Id: trukket-tilbake-av
Title: "Trukket tilbake av"
Description: "Who withdrew the reservation."
Context: Consent
* value[x] only Reference(Patient or RelatedPerson)
* value[x] 1..1

Extension: TypeMottakerExtension
Id: type-mottaker
Title: "Type mottaker"
Description: "What kind of receiver (8330) a document was sent to."
Context: Communication
* value[x] only CodeableConcept
* value[x] 1..1

Extension: TypeTelekomExtension
Id: type-telekom
Title: "Type telekommunikasjon"
Description: "The kind of telecom (9061) where FHIR has no use for it."
Context: ContactPoint
* value[x] only CodeableConcept
* value[x] 1..1

Extension: UkedagExtension
Id: ukedag
Title: "Ukedag"
Description: "A weekday code that list 9082 lacks, as sent."
Context: Timing
* value[x] only CodeableConcept
* value[x] 1..1

Extension: VideresendtTilExtension
Id: videresendt-til
Title: "Videresendt til"
Description: "Who got the message in the receiver's place."
Context: Observation
* value[x] only Reference(Practitioner)
* value[x] 1..1

Extension: AllergihensynExtension
Id: allergihensyn
Title: "Allergihensyn"
Description: "What must be taken into account, as ticked: yes and no are both told, absent is not said."
Context: AllergyIntolerance
* extension contains
    forskrivning 0..1 and
    matDrikke 0..1 and
    kontakt 0..1 and
    pollenInnsektstikk 0..1
* extension[forskrivning] ^short = "HensynVedForskrivning"
* extension[forskrivning].value[x] only boolean
* extension[forskrivning].value[x] 1..1
* extension[matDrikke] ^short = "HensynMatDrikke"
* extension[matDrikke].value[x] only boolean
* extension[matDrikke].value[x] 1..1
* extension[kontakt] ^short = "Kontaktallergi"
* extension[kontakt].value[x] only boolean
* extension[kontakt].value[x] 1..1
* extension[pollenInnsektstikk] ^short = "PollenInnsektstikk"
* extension[pollenInnsektstikk].value[x] only boolean
* extension[pollenInnsektstikk].value[x] 1..1

Extension: ForesporselExtension
Id: foresporsel
Title: "Forespørsel"
Description: "The request that a message answers, as its sender repeats it."
Context: Observation
* extension contains
    type 0..1 and
    purpose 0..1 and
    urgency 0..1 and
    information 0..1 and
    document 0..1
* extension[type] ^short = "What was asked for (9152, 9153, 9154)"
* extension[type].value[x] only CodeableConcept
* extension[type].value[x] 1..1
* extension[purpose] ^short = "Why (9068)"
* extension[purpose].value[x] only CodeableConcept
* extension[purpose].value[x] 1..1
* extension[urgency] ^short = "How urgent (9067)"
* extension[urgency].value[x] only CodeableConcept
* extension[urgency].value[x] 1..1
* extension[information] ^short = "Kind of journal information (9066)"
* extension[information].value[x] only CodeableConcept
* extension[information].value[x] 1..1
* extension[document] ^short = "The id of the request at its sender"
* extension[document].value[x] only string
* extension[document].value[x] 1..1

Extension: GjennomforingExtension
Id: gjennomforing
Title: "Gjennomføring"
Description: "That a measure was carried out on a day."
Context: ServiceRequest
* extension contains
    performed 0..1 and
    canEnd 0..1 and
    note 0..1
* extension[performed] ^short = "When"
* extension[performed].value[x] only date
* extension[performed].value[x] 1..1
* extension[canEnd] ^short = "Whether the measure can end"
* extension[canEnd].value[x] only boolean
* extension[canEnd].value[x] 1..1
* extension[note] ^short = "Remark"
* extension[note].value[x] only string
* extension[note].value[x] 1..1

Extension: InformertOmExtension
Id: informert-om
Title: "Informert om"
Description: "Whether the patient and next of kin have been told of the appointment."
Context: Appointment, ServiceRequest
* extension contains
    patient 0..1 and
    nextOfKin 0..1
* extension[patient] ^short = "The patient"
* extension[patient].value[x] only boolean
* extension[patient].value[x] 1..1
* extension[nextOfKin] ^short = "Next of kin"
* extension[nextOfKin].value[x] only boolean
* extension[nextOfKin].value[x] 1..1

Extension: LegemiddelExtension
Id: legemiddel
Title: "Legemiddel"
Description: "Form, strength and generic name of a drug that is told by its code: R4 has them on a Medication only."
Context: MedicationStatement, MedicationRequest, MedicationAdministration, MedicationDispense
* extension contains
    form 0..1 and
    strength 0..1 and
    genericName 0..1
* extension[form] ^short = "Form (7448 where code and text agree)"
* extension[form].value[x] only CodeableConcept
* extension[form].value[x] 1..1
* extension[strength] ^short = "Strength"
* extension[strength].value[x] only Quantity
* extension[strength].value[x] 1..1
* extension[genericName] ^short = "Generic name"
* extension[genericName].value[x] only string
* extension[genericName].value[x] 1..1

Extension: MultidoseExtension
Id: multidose
Title: "Multidose"
Description: "Whether the drug comes in the packed bags; no and not said are different."
Context: MedicationStatement, MedicationRequest, MedicationDispense
* extension contains
    inMultidose 0..1 and
    status 0..1 and
    packedFrom 0..1 and
    packedTo 0..1 and
    orderDeadline 0..1 and
    responsibleDoctor 0..1 and
    pharmacy 0..1
* extension[inMultidose] ^short = "Whether it does"
* extension[inMultidose].value[x] only boolean
* extension[inMultidose].value[x] 1..1
* extension[status] ^short = "As coded (9103)"
* extension[status].value[x] only CodeableConcept
* extension[status].value[x] 1..1
* extension[packedFrom] ^short = "First day of the roll that lies in the house"
* extension[packedFrom].value[x] only date
* extension[packedFrom].value[x] 1..1
* extension[packedTo] ^short = "Its last day: until then the bags hold what they hold"
* extension[packedTo].value[x] only date
* extension[packedTo].value[x] 1..1
* extension[orderDeadline] ^short = "Until when a change reaches the next roll (Bestillingsfrist)"
* extension[orderDeadline].value[x] only dateTime
* extension[orderDeadline].value[x] 1..1
* extension[responsibleDoctor] ^short = "Multidoselege"
* extension[responsibleDoctor].value[x] only Reference(Practitioner or PractitionerRole)
* extension[responsibleDoctor].value[x] 1..1
* extension[pharmacy] ^short = "Who packs"
* extension[pharmacy].value[x] only Reference(Organization)
* extension[pharmacy].value[x] 1..1

Extension: TjenesteExtension
Id: tjeneste
Title: "Tjeneste"
Description: "Who gives a municipal service and how much of it."
Context: EpisodeOfCare, ServiceRequest
* extension contains
    private 0..1 and
    provider 0..1 and
    phone 0..1 and
    extent 0..1 and
    unit 0..1
* extension[private] ^short = "Whether it is private"
* extension[private].value[x] only boolean
* extension[private].value[x] 1..1
* extension[provider] ^short = "Who gives it, in words"
* extension[provider].value[x] only string
* extension[provider].value[x] 1..1
* extension[phone] ^short = "Their telephone"
* extension[phone].value[x] only string
* extension[phone].value[x] 1..1
* extension[extent] ^short = "How much; the unit is free text"
* extension[extent].value[x] only Quantity
* extension[extent].value[x] 1..1
* extension[unit] ^short = "A unit without a number"
* extension[unit].value[x] only string
* extension[unit].value[x] 1..1

Extension: PresiseringExtension
Id: presisering
Title: "Presisering"
Description: "What makes a code of an epikrise more precise (Modifier, list 7305; Spec of an examination): what kind, and the codes."
Context: Condition, Procedure, Observation
* extension contains
    name 0..1 and
    value 0..*
* extension[name] ^short = "Modifier/Name"
* extension[name].value[x] only CodeableConcept
* extension[name].value[x] 1..1
* extension[value] ^short = "Modifier/Value, Spec"
* extension[value].value[x] only CodeableConcept
* extension[value].value[x] 1..1

Extension: DatoNotatExtension
Id: dato-notat
Title: "Dato for notat"
Description: "The day of a note in a dialog message (DatoNotat), which may be another than that of the message."
Context: Communication
* value[x] only dateTime
* value[x] 1..1

Extension: RolleNotatExtension
Id: rolle-notat
Title: "Rolle for notat"
Description: "Who a note or a request of a dialog message is from or about (RollerRelatertNotat, list 9057)."
Context: Communication
* extension contains
    role 0..1 and
    toPatient 0..1 and
    who 0..1 and
    unit 0..1
* extension[role] ^short = "RolleNotat (9057)"
* extension[role].value[x] only CodeableConcept
* extension[role].value[x] 1..1
* extension[toPatient] ^short = "RoleToPatient (9034)"
* extension[toPatient].value[x] only CodeableConcept
* extension[toPatient].value[x] 1..1
* extension[who] ^short = "The professional or the person"
* extension[who].value[x] only Reference
* extension[who].value[x] 1..1
* extension[unit] ^short = "Kontaktenhet"
* extension[unit].value[x] only Reference
* extension[unit].value[x] 1..1
