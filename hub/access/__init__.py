"""Who calls, and what they may do: tokens, scopes, organisations, and the log of who has seen what."""
