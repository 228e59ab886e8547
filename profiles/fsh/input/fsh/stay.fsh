Profile: HeimvegEncounter
Parent: Encounter
Id: heimveg-encounter
Title: "Encounter"
Description: "One hospital stay, projected from all messages about it."
* insert Tagged
* extension contains
    DischargeReady named dischargeReady 0..1 MS and
    ExpectedDischarge named expectedDischarge 0..1 MS and
    CourseState named courseState 0..1 MS and
    StayUnresolved named stayUnresolved 0..1 and
    Anslag named anslag 0..1
* identifier MS
* status MS
* statusHistory MS
* class = $v3-ActCode#IMP
* type MS
* type from TypeOpphold (preferred)
* subject 1..1 MS
* period MS
* hospitalization.dischargeDisposition MS
* serviceProvider MS

Profile: HeimvegTask
Parent: Task
Id: heimveg-task
Title: "Task"
Description: "Discharge readiness, or a duty around it. The code tells which; standard search can count them."
* insert Tagged
* extension contains
    VerdictExtension named verdict 0..1 MS and
    Overliggerdogn named overliggerdogn 0..1 MS
* groupIdentifier MS
* status MS
* businessStatus MS
* businessStatus from TaskBusinessStatus (preferred)
* intent = #order
* code 1..1 MS
* code.coding ^slicing.discriminator.type = #value
* code.coding ^slicing.discriminator.path = "system"
* code.coding ^slicing.rules = #open
* code.coding contains prosess 1..1 MS
* code.coding[prosess] from DischargeProcessValueSet (required)
* code.coding[prosess].system 1..1
* code.coding[prosess].system = "https://heimveg.dev/fhir/CodeSystem/discharge-process" (exactly)
* code.coding[prosess].code 1..1
* for 1..1 MS
* encounter MS
* executionPeriod MS
* executionPeriod ^short = "From when the patient was declared ready to when the patient left"
* authoredOn MS
* requester MS
* owner MS
* restriction MS
* restriction.period MS
* restriction.period ^short = "The end is the deadline; search parameter due"

Profile: HeimvegCarePlan
Parent: CarePlan
Id: heimveg-care-plan
Title: "CarePlan"
Description: "A plan: for the way home, for treatment, of visits ... Category tells kinds of plans apart; activities are references, but for planned visits."
* insert Tagged
* extension contains
    CarePlanCustodian named custodian 0..1 MS and
    Sone named sone 0..1 MS
* identifier MS
* status MS
* intent = #plan
* category 1..* MS
* category from CarePlanCategoryValueSet (extensible)
* subject MS
* encounter MS
* period MS
* author MS
* activity.reference MS

Profile: HeimvegQuestionnaireResponse
Parent: QuestionnaireResponse
Id: heimveg-questionnaire-response
Title: "QuestionnaireResponse"
Description: "A conversation that was had by a form, as the discharge conversation: what was asked, what was answered, and who wrote it down."
* insert Tagged
* questionnaire 1..1 MS
* status MS
* subject 1..1 MS
* subject only Reference(HeimvegPatient)
* encounter MS
* author MS
