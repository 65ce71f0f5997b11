"""What can be done with policies, in one place for doors."""

from mingjian.governance.policies.apply import applier
from mingjian.governance.policies.backtest import backtest, begin, step
from mingjian.governance.policies.breaker import LIMITS, Limits, Reading, look, readings, watch
from mingjian.governance.policies.evaluate import PolicySet, evaluate, in_share
from mingjian.governance.policies.explain import explain
from mingjian.governance.policies.parse import PolicyError, parse_policy
from mingjian.governance.policies.rule_trial import backtest_rules, begin_rules, step_rules
from mingjian.governance.policies.rules import restore, rule_states, shadow_rule, suspend_rule
from mingjian.governance.policies.shipped import install_shipped, shipped, shipped_texts
from mingjian.governance.policies.shown import Shadowed, hits_of_item, shadow_report
from mingjian.governance.policies.states import (
    TITLES,
    OpenedPolicy,
    attach_trial,
    deploy,
    draft,
    get_policy,
    list_policies,
    policy_history,
    retire,
    rollback,
    trial_of,
)
from mingjian.governance.policies.stored import explain_item

__all__ = [
    "LIMITS",
    "TITLES",
    "Limits",
    "OpenedPolicy",
    "PolicyError",
    "PolicySet",
    "Reading",
    "Shadowed",
    "applier",
    "attach_trial",
    "backtest",
    "backtest_rules",
    "begin",
    "begin_rules",
    "deploy",
    "draft",
    "evaluate",
    "explain",
    "explain_item",
    "get_policy",
    "hits_of_item",
    "in_share",
    "install_shipped",
    "list_policies",
    "look",
    "parse_policy",
    "policy_history",
    "readings",
    "restore",
    "retire",
    "rollback",
    "rule_states",
    "shadow_report",
    "shadow_rule",
    "shipped",
    "shipped_texts",
    "step",
    "step_rules",
    "suspend_rule",
    "trial_of",
    "watch",
]
