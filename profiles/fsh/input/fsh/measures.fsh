// Indicators: nobody's in particular, and without small numbers.

Profile: HeimvegMeasure
Parent: Measure
Id: heimveg-measure
Title: "Measure"
Description: "The definition of an indicator: what is counted, of whom, and what is left out. A change of it is a new version."
* url 1..1 MS
* version 1..1 MS
* title 1..1 MS
* description 1..1 MS
* scoring 1..1 MS
* group 1..1 MS

Profile: HeimvegMeasureReport
Parent: MeasureReport
Id: heimveg-measure-report
Title: "MeasureReport"
Description: "The numbers of an indicator for a window. A count that is absent with the reason masked is hidden because it is small, or because it would give a small one away."
* type = #summary
* measure 1..1 MS
* period.start 1..1
* period.end 1..1
* group MS
* group.code 1..1
* group.population.code 1..1
* group.stratifier MS
