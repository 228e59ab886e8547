"""From what the FHIR server should hold to what it holds: content, difference, order, transaction, outcome."""
