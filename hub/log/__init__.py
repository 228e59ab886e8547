"""The message log: what came in, in PostgreSQL. The truth that FHIR is a projection of."""
