"""The real parts as child processes on one machine, without Docker: PostgreSQL, HAPI FHIR, the hub and its worker.

``supervisor`` is the parent of them all, ``up`` starts it and waits, ``state`` says what runs where.
"""
