"""The transports that come with heimveg."""
