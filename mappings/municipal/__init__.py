"""What municipalities state of a patient, as resources: the one door for the rest of ``mappings``."""

from mappings.municipal.setting import Setting
from mappings.municipal.told import municipal

__all__ = ["Setting", "municipal"]
