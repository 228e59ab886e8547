"""Where data comes from: formats read into documents. Knows no FHIR."""
