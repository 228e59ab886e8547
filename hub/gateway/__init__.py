"""The FHIR gateway: what of the FHIR server a caller may see, and how. HAPI itself is reachable by the hub alone."""
