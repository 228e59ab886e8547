"""Indicators: counts over the rows of stays, one SQL file each in ``definitions/`` that explains itself.

Each file gives one line per unit (a stay, a message, a duty); grouping, the window and the hiding of small numbers are
the same for all and stand here. Nothing is computed from FHIR, nothing is stored: the log is the source.
"""
