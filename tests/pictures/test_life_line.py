"""The life line and the quantity bar."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from marketplace.pictures.life_line import Event, life_line
from marketplace.pictures.quantity_bar import bar_widths, quantity_bar


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def test_events_keep_their_order_and_show_local_time(settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    newer = Event(datetime(2026, 11, 21, 1, 40, tzinfo=UTC), "Li Wei", "published the listing")
    older = Event(datetime(2026, 11, 20, 16, 5), "Loopyard", "found 12 takers", "3 accept")
    drawn = life_line([newer, older])
    assert drawn.index("Li Wei") < drawn.index("Loopyard")
    assert '<time datetime="2026-11-21T09:40+08:00">2026-11-21 09:40</time>' in drawn
    assert '<time datetime="2026-11-20T16:05">2026-11-20 16:05</time>' in drawn
    assert drawn.count("life-detail") == 1


def test_hostile_actors_stay_text():
    drawn = life_line([Event(datetime(2026, 1, 1), "<script>", "<b onclick=x>", "</li>")])
    assert "<script>" not in drawn
    assert "<b onclick" not in drawn
    assert drawn.count("</li>") == 1


@pytest.mark.parametrize(
    ("offered", "wanted", "widths"),
    [
        (1200, 3000, (40.0, 100.0)),
        (3000, 1200, (100.0, 40.0)),
        (0, 0, (0.0, 0.0)),
        (None, 10, (0.0, 100.0)),
        (5, None, (100.0, 0.0)),
    ],
)
def test_both_bars_share_the_scale_of_the_larger(offered, wanted, widths):
    assert bar_widths(offered, wanted) == widths


def test_the_bar_says_its_figures_in_words():
    assert "<span>1\u202f200 offered, 3\u202f000 t/yr wanted</span>" in quantity_bar(1200, 3000, "t/yr")
    assert "<span>5 t offered</span>" in quantity_bar(5, None, "t")
    assert "<span>quantity not given</span>" in quantity_bar(None, 3, "t")
    assert "<b>" not in quantity_bar(1, 2, "<b>")
