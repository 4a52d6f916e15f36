"""A program says what it is before it runs: its equations as text and picture, their costs, the time they will take."""

from philtre.describe.costs import Cost as Cost
from philtre.describe.drawing import graph as graph
from philtre.describe.estimate import Estimate as Estimate
from philtre.describe.estimate import estimate as estimate
from philtre.describe.sizes import numbers as numbers
from philtre.describe.table import Row as Row
from philtre.describe.table import Table as Table
from philtre.describe.table import table as table
