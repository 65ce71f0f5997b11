"""The numbers that say who somebody is: their forms, check digits and inner sense, verified without asking anybody.

A number that holds is well formed, never more: whether it was issued, and to whom, only its register says.
"""

from mingjian.core.credentials.bulk import verify_many
from mingjian.core.credentials.find import find_numbers
from mingjian.core.credentials.guess import guess, masked
from mingjian.core.credentials.kinds import UnknownKind, kind_of, kinds, number_kinds
from mingjian.core.credentials.model import CODE_NAMES, CODES, Check, Kind
from mingjian.core.credentials.verify import verify, verify_all

__all__ = [
    "CODES", "CODE_NAMES", "Check", "Kind", "UnknownKind", "find_numbers", "guess", "kind_of", "kinds", "masked",
    "number_kinds", "verify", "verify_all", "verify_many",
]  # fmt: skip
