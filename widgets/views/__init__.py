"""One view each. The docks in screen order."""

from widgets.views.agents import Agents
from widgets.views.alarms import Alarms
from widgets.views.debt import Debt
from widgets.views.detail import Detail
from widgets.views.effects import Effects
from widgets.views.forecast import Forecast
from widgets.views.issues import Issues
from widgets.views.log import Log
from widgets.views.obligations import Obligations
from widgets.views.operation import Operation
from widgets.views.overrides import Overrides
from widgets.views.parameters import ParameterPanel
from widgets.views.plan import PlanPanel
from widgets.views.queues import Queues
from widgets.views.resources import Resources
from widgets.views.sources import Quarantine, Sources
from widgets.views.tickets import Tickets
from widgets.views.trends import Trends

CATALOG = (
    Queues,
    Agents,
    Log,
    Overrides,
    Detail,
    Effects,
    Trends,
    Forecast,
    Debt,
    Issues,
    ParameterPanel,
    Sources,
    Quarantine,
    Tickets,
    Resources,
    Obligations,
    Operation,
    PlanPanel,
    Alarms,
)
