"""What the data means in FHIR: documents in, resources out. Knows no XML, network, clock or database."""
