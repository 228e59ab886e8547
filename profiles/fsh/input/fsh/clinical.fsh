// What clinical messages become. Thin and open, like the others.

Profile: HeimvegCondition
Parent: Condition
Id: heimveg-condition
Title: "Condition"
Description: "A diagnosis or an earlier disease as one message has it. What is not said (onset, whether it is over) is absent."
* insert Tagged
* extension contains
    HoveddiagnoseExtension named hoveddiagnose 0..1 MS and
    FunksjonshemmingKroniskSykdomExtension named kronisk 0..1 and
    PresiseringExtension named presisering 0..*
* clinicalStatus MS
* verificationStatus MS
* category 1..* MS
* code 1..1 MS
* subject MS
* encounter MS
* onset[x] MS
* abatement[x] MS

Profile: HeimvegAllergyIntolerance
Parent: AllergyIntolerance
Id: heimveg-allergy-intolerance
Title: "AllergyIntolerance"
Description: "An allergy as it is reported. The Norwegian base profile demands a coded reaction that messages do not have, so this one does not claim it."
* insert Tagged
* extension contains
    AllergihensynExtension named allergihensyn 0..1 MS and
    AnafylaktiskeReaksjonerExtension named anafylaktiskeReaksjoner 0..1
* identifier MS
* verificationStatus MS
* category MS
* criticality MS
* code 1..1 MS
* patient MS
* reaction MS

Profile: HeimvegFlag
Parent: Flag
Id: heimveg-flag
Title: "Flag"
Description: "A warning to people. category tells which kind; state is never told by a Flag."
* insert Tagged
* extension contains
    MerknadExtension named merknad 0..* and
    SprakExtension named sprak 0..1 and
    PreferertTolkExtension named preferertTolk 0..1 and
    PersonTolkebehovExtension named personTolkebehov 0..1
* status MS
* category 1..* MS
* category from FlagKindValueSet (example)
* code MS
* subject MS
* encounter MS
* period MS

Profile: HeimvegObservation
Parent: Observation
Id: heimveg-observation
Title: "Observation"
Description: "What a message says of the patient beside diagnoses and warnings. effective is there only where the message tells it; issued is when it was written."
* insert Tagged
* extension contains
    Anslag named anslag 0..1 and
    StedExtension named sted 0..1 and
    StikkordExtension named stikkord 0..* and
    KategoriHelsepersonellExtension named kategoriHelsepersonell 0..1 and
    ForesporselExtension named foresporsel 0..1 and
    MeldingVideresendtExtension named meldingVideresendt 0..1 and
    VideresendtTilExtension named videresendtTil 0..1 and
    FunksjonsendringExtension named funksjonsendring 0..1 MS and
    FastHjelpemiddelExtension named fastHjelpemiddel 0..1 and
    PresiseringExtension named presisering 0..*
* category 1..* MS
* code MS
* subject 1..1 MS
* encounter MS
* effective[x] MS
* issued 1..1 MS
* performer MS
* value[x] MS
* dataAbsentReason MS
* hasMember MS
* component MS

Profile: HeimvegProcedure
Parent: Procedure
Id: heimveg-procedure
Title: "Procedure"
Description: "That somebody assessed, prescribed or summed up (9131), and when."
* insert Tagged
* extension contains
    EksternExtension named ekstern 0..1 and
    PresiseringExtension named presisering 0..*
* code 1..1 MS
* subject MS
* performed[x] MS
* performer MS

Profile: HeimvegConsent
Parent: Consent
Id: heimveg-consent
Title: "Consent"
Description: "What the patient does not want (reservasjon). policyRule.text is the patient's words."
* insert Tagged
* extension contains
    TrukketTilbakeExtension named trukketTilbake 0..1 MS and
    TrukketTilbakeAvExtension named trukketTilbakeAv 0..1 and
    MerknadExtension named merknad 0..*
* status MS
* patient 1..1 MS
* dateTime MS
* performer MS
* policyRule 1..1 MS
* policyRule.text 1..1
* provision.type = #deny

Profile: HeimvegServiceRequest
Parent: ServiceRequest
Id: heimveg-service-request
Title: "ServiceRequest"
Description: "A measure, a service that is needed, or an appointment to be ordered. intent tells what has been put in place (order) from what is advised (proposal)."
* insert Tagged
* extension contains
    StikkordExtension named stikkord 0..* and
    EvalueringExtension named evaluering 0..1 and
    GjennomforingExtension named gjennomforing 0..* and
    InformertOmExtension named informertOm 0..1 and
    PasientParorendeBestillerExtension named pasientBestiller 0..1 and
    EnhetExtension named enhet 0..1 and
    VedtakExtension named vedtak 0..1 MS and
    TjenesteExtension named tjeneste 0..1 and
    UkentligOmfangExtension named omfang 0..1 and
    UkentligOmfangTildeltExtension named tildelt 0..1 and
    MerknadExtension named merknad 0..*
* status MS
* intent MS
* code 1..1 MS
* subject MS
* encounter MS
* quantity[x] MS
* occurrence[x] MS
* authoredOn MS
* requester MS
* performerType MS

Profile: HeimvegGoal
Parent: Goal
Id: heimveg-goal
Title: "Goal"
Description: "A goal and when it is expected to be reached."
* insert Tagged
* extension contains
    KategoriHelsepersonellExtension named kategoriHelsepersonell 0..1 and
    ForventetGradExtension named forventetGrad 0..1 and
    StikkordExtension named stikkord 0..* and
    TilDatoExtension named tilDato 0..1
* lifecycleStatus MS
* description MS
* subject MS
* target MS

Profile: HeimvegAppointment
Parent: Appointment
Id: heimveg-appointment
Title: "Appointment"
Description: "A control appointment. booked where start and duration are told, else proposed with requestedPeriod or words."
* insert Tagged
* extension contains
    BestiltKontrolltimeExtension named bestilt 0..1 MS and
    StedExtension named sted 0..1 MS and
    TentativtTidspunktExtension named tentativtTidspunkt 0..1 MS and
    InformertOmExtension named informertOm 0..1
* status MS
* start MS
* participant MS
* requestedPeriod MS

Profile: HeimvegCareTeam
Parent: CareTeam
Id: heimveg-care-team
Title: "CareTeam"
Description: "Everybody that a message gives as contact: wards with telephone, professionals, who answers for it, next of kin."
* insert Tagged
* status MS
* subject 1..1 MS
* encounter MS
* participant 1..* MS
* participant.extension contains GodkjentDatoExtension named godkjentDato 0..1 and MerknadExtension named merknad 0..*
* participant.role MS
* participant.member MS
* managingOrganization MS

Profile: HeimvegRelatedPerson
Parent: RelatedPerson
Id: heimveg-related-person
Title: "RelatedPerson"
Description: "Next of kin or guardian, as one message has them. relationship is kinship (9033) and duty (9050)."
* insert Tagged
* extension contains
    FodselsarExtension named fodselsar 0..1 and
    KjonnExtension named kjonn 0..1 and
    HovedparorendeExtension named hovedparorende 0..1 and
    InformasjonsbehovExtension named informasjonsbehov 0..1 and
    MerknadExtension named merknad 0..*
* active MS
* patient MS
* relationship MS
* name MS
* telecom MS
* birthDate MS

Profile: HeimvegMedicationStatement
Parent: MedicationStatement
Id: heimveg-medication-statement
Title: "MedicationStatement"
Description: "A line of a medication list: a statement about use, never an order. The dose is the sender's text. Coded as SFM and LMDI do (ATC, FEST)."
* insert Tagged
* extension contains
    LegemiddelExtension named legemiddel 0..1 MS and
    MultidoseExtension named multidose 0..1 MS
* identifier MS
* status MS
* medication[x] only CodeableConcept
* medicationCodeableConcept MS
* medicationCodeableConcept.text 1..1 MS
* subject MS
* effective[x] MS
* dateAsserted 1..1 MS
* informationSource MS
* basedOn MS
* derivedFrom MS
* dosage MS
* dosage.text MS

Profile: HeimvegMedicationRequest
Parent: MedicationRequest
Id: heimveg-medication-request
Title: "MedicationRequest"
Description: "An order as its source stated it; the statement that is based on it says the same of use."
* insert Tagged
* extension contains
    LegemiddelExtension named legemiddel 0..1 MS and
    MultidoseExtension named multidose 0..1 MS
* identifier MS
* status MS
* intent = #order
* medication[x] only CodeableConcept
* medicationCodeableConcept MS
* medicationCodeableConcept.text 1..1 MS
* subject MS
* authoredOn MS
* dosageInstruction MS
* dosageInstruction.text MS

Profile: HeimvegMedicationAdministration
Parent: MedicationAdministration
Id: heimveg-medication-administration
Title: "MedicationAdministration"
Description: "A drug that professionals gave on the day of leaving."
* insert Tagged
* extension contains
    LegemiddelExtension named legemiddel 0..1
* status MS
* medication[x] only CodeableConcept
* subject MS
* effective[x] MS
* dosage MS

Profile: HeimvegMedicationDispense
Parent: MedicationDispense
Id: heimveg-medication-dispense
Title: "MedicationDispense"
Description: "A drug that was handed out, by the pharmacy or to take home. supportingInformation is the line of the list that it belongs to."
* insert Tagged
* extension contains
    LegemiddelExtension named legemiddel 0..1 and
    MultidoseExtension named multidose 0..1 and
    ForskrivningsstatusExtension named forskrivningsstatus 0..1 and
    ForskriverExtension named forskriver 0..1
* status MS
* medication[x] only CodeableConcept
* subject MS
* supportingInformation MS
* quantity MS
* dosageInstruction MS

Profile: HeimvegList
Parent: List
Id: heimveg-list
Title: "List"
Description: "A medication list as one source states it at one time; mode changes for a list of changes. Of a PLO message without lines there is no List, since an empty one is a statement."
* insert Tagged
* identifier MS
* status MS
* mode MS
* title MS
* code 1..1 MS
* code from MedListTypeValueSet (preferred)
* subject 1..1 MS
* date 1..1 MS
* source MS
* entry MS
* entry.item MS
* entry.flag MS
* emptyReason MS
* note MS

Profile: HeimvegEpisodeOfCare
Parent: EpisodeOfCare
Id: heimveg-episode-of-care
Title: "EpisodeOfCare"
Description: "A municipal service (9151), as the newest message of the municipality has it. Shaped so that the draft guides for municipal services can be claimed."
* insert Tagged
* extension contains
    TjenesteExtension named tjeneste 0..1 MS and
    UkentligOmfangExtension named omfang 0..1 MS and
    UkentligOmfangTildeltExtension named tildelt 0..1 and
    SistRapportertExtension named sistRapportert 0..1 and
    OpplysningerOmTjenestenExtension named opplysninger 0..1 and
    MerknadExtension named merknad 0..*
* identifier MS
* status MS
* statusHistory MS
* type 1..1 MS
* type from Tjenestetype (preferred)
* patient MS
* managingOrganization MS
* team MS
* period 1..1 MS
* period.start 1..1

Profile: HeimvegCommunication
Parent: Communication
Id: heimveg-communication
Title: "Communication"
Description: "A dialog message, information that somebody was given, or a document that was sent."
* insert Tagged
* extension contains
    MuntligInformasjonExtension named muntligInformasjon 0..1 and
    TypeMottakerExtension named typeMottaker 0..1 and
    DeliveryExtension named delivery 0..1 and
    DatoNotatExtension named datoNotat 0..* and
    RolleNotatExtension named rolleNotat 0..*
* identifier MS
* status MS
* category MS
* topic MS
* about MS
* subject MS
* encounter MS
* sent MS
* recipient MS
* sender MS
* payload MS
