from __future__ import annotations

import pytest

from marketplace.firms.models import Park
from tests import factories as make
from tests.matching.market import Market, make_market


@pytest.fixture
def market() -> Market:
    return make_market()


@pytest.fixture
def park() -> Park:
    return make.make_park(name_en="Harbour Park", name_zh="临港工业园")
