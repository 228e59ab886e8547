"""What a message says of the patient's health and needs, as resources: the one door for the rest of ``mappings``."""

from mappings.clinical.content import NOTHING, Clinical, clinical, speaking

__all__ = ["NOTHING", "Clinical", "clinical", "speaking"]
