"""The rules, in the order they are reported."""

from tools.lint_house.rules.clock import CLOCK
from tools.lint_house.rules.lazy_imports import LAZY_IMPORTS
from tools.lint_house.rules.length import LENGTH
from tools.lint_house.rules.names import NAMES
from tools.lint_house.rules.sleep import SLEEP
from tools.lint_house.rules.sql import SQL
from tools.lint_house.rules.state import STATE
from tools.lint_house.rules.suppressions import SUPPRESSIONS

RULES = (SQL, CLOCK, STATE, LAZY_IMPORTS, SLEEP, SUPPRESSIONS, NAMES, LENGTH)
