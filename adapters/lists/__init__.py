"""What readers of medication lists share: the envelope beside a payload, and how a list becomes a document."""
