"""The commands of ``heimveg``, one module per part of the work; each registers its own."""
