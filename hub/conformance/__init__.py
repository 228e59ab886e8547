"""What our FHIR promises, installed on a FHIR server and proved there before the first message."""
