"""The scenarios by name, each with the length of its full form in minutes."""

from tools.crash.scenarios.flips import FLIPS_SCENARIO
from tools.crash.scenarios.kills import KILLS
from tools.crash.scenarios.open_transaction import OPEN_TRANSACTION
from tools.crash.scenarios.order import ORDER
from tools.crash.scenarios.poison import POISON
from tools.crash.scenarios.redelivery import REDELIVERY
from tools.crash.scenarios.storm import STORM
from tools.crash.scenarios.wakeups import WAKEUPS
from tools.crash.trial import Scenario

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        KILLS,
        ORDER,
        REDELIVERY,
        POISON,
        WAKEUPS,
        OPEN_TRANSACTION,
        FLIPS_SCENARIO,
        STORM,
    )
}
