"""What can be done with cases, in one place for other rooms and doors."""

from mingjian.desk.cases.leasing import assign_case, move_case, next_case, release_case, take_case, withdraw_case
from mingjian.desk.cases.looking import (
    cases_of,
    count_queues,
    get_case,
    is_blind,
    list_cases,
    overdue,
    reviews_of,
    visible_queues,
)
from mingjian.desk.cases.opening import open_cases, route
from mingjian.desk.cases.reviewing import submit_review, undo_review

__all__ = [
    "assign_case",
    "cases_of",
    "count_queues",
    "get_case",
    "is_blind",
    "list_cases",
    "move_case",
    "next_case",
    "open_cases",
    "overdue",
    "release_case",
    "reviews_of",
    "route",
    "submit_review",
    "take_case",
    "undo_review",
    "visible_queues",
    "withdraw_case",
]
