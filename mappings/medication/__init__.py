"""Medication: what a dose text says, what a list says, and where the lists of one patient differ."""
