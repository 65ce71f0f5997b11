"""Who may do what where, and who may advertise it: from facts to yes, no or undetermined, with the chain of reasons."""

from mingjian.core.scope.advertise import may_advertise
from mingjian.core.scope.facts import Account, Held, Institution, Owner, Physician, Post, Product
from mingjian.core.scope.model import NO, UNDETERMINED, YES, Answer, Step
from mingjian.core.scope.perform import may_perform

__all__ = [
    "NO",
    "UNDETERMINED",
    "YES",
    "Account",
    "Answer",
    "Held",
    "Institution",
    "Owner",
    "Physician",
    "Post",
    "Product",
    "Step",
    "may_advertise",
    "may_perform",
]
