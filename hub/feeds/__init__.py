"""Who follows what changes: the event stream, and subscriptions that are served from an outbox of ours."""
