"""House rules that no general linter knows, as small checks over the syntax tree.

`python -m tools.lint_house` checks the whole project and prints, for each rule that something
breaks, why the rule exists. One file of `rules/` is one rule.
"""
