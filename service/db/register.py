"""All tables of all features; importing them is what registers them."""

from __future__ import annotations

from service.access import tables as access
from service.answers import remembered
from service.audit import tables as audit
from service.db.base import Base
from service.flowback import tables as flowback
from service.lists import tables as lists
from service.places import tables as places
from service.purchasing import tables as purchasing
from service.reviews import tables as reviews
from service.runs import tables as runs
from service.transfers import tables as transfers

FEATURES = (access, audit, flowback, lists, places, purchasing, remembered, reviews, runs, transfers)
TABLES = Base.metadata
