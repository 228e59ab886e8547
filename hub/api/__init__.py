"""The REST interface of the hub."""
