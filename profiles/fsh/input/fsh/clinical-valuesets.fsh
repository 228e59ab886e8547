// What elements of the clinical profiles are bound to.

ValueSet: FlagKindValueSet
Id: flag-kind
Title: "Varseltyper"
Description: "Alle koder for hva et varsel gjelder."
* include codes from system $flag-kind

ValueSet: MedListTypeValueSet
Id: med-list-type
Title: "Typer legemiddellister"
Description: "Alle koder for hvem sin legemiddelliste det er."
* include codes from system $med-list-type

ValueSet: Tjenestetype
Id: tjenestetype
Title: "IPLOS tjenestetype"
Description: "Tjenestetypene i kodeverk 9151."
* include codes from system $tjenestetype
