"""Run the examples of rules whose code starts with the given prefixes, and show what goes wrong.

    python scripts/try_rules.py AD-16 MA-7        (no prefix: every rule)

Problems in other files are tolerated, so that one rule can be tried while others are being written.
The same examples run as tests in tests/core/rulebook/test_examples.py.
"""

from __future__ import annotations

import sys
from datetime import date

from mingjian.core.engine.check import Engine
from mingjian.core.engine.classify import load_model
from mingjian.core.engine.compile import compile_rulebook
from mingjian.core.engine.examples import try_examples
from mingjian.core.rulebook.errors import Problem
from mingjian.core.rulebook.load import load


def main(prefixes: list[str]) -> int:
    problems: list[Problem] = []
    compiled = compile_rulebook(load(tolerated=problems), load_model(), tolerated=problems)
    prefixes = prefixes or [""]
    for problem in problems:
        if any(problem.path.rsplit("/", 1)[-1].startswith(prefix) for prefix in prefixes):
            print("PROBLEM", problem)
    engine = Engine(compiled)
    rules = [rule for rule in compiled.rules if any(rule.code.startswith(prefix) for prefix in prefixes)]
    failures = [line for rule in rules for line in try_examples(engine, rule, date(2026, 11, 1))]
    for line in failures:
        print(line)
    print(f"{len(rules)} rules tried, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
