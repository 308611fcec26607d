from placet import jsonata as jsonata
from placet.errors import Detail as Detail
from placet.errors import InvalidRequest as InvalidRequest
from placet.errors import PlacetError as PlacetError
from placet.kit.text.located import Problem as Problem
from placet.kit.text.located import Severity as Severity
from placet.orders.service.in_process import Rules as Rules
from placet.orders.service.in_process import Ruling as Ruling
from placet.orders.service.in_process import Signer as Signer
from placet.orders.service.in_process import check_rules as check_rules
from placet.orders.service.in_process import load_rules as load_rules
from placet.orders.service.in_process import read_rules as read_rules
from placet.policies.core.effects import RuleStatus as RuleStatus
from placet.policies.core.evaluation import Timing as Timing
from placet.policies.core.rule_file import RuleFileError as RuleFileError
from placet.policies.core.trace import DimensionTrace as DimensionTrace
from placet.policies.core.trace import Outcome as Outcome
from placet.policies.core.trace import RuleTrace as RuleTrace

__version__: str
