from xml.etree import ElementTree

import altair as alt
import pytest

from philtre import plot
from philtre.plot.style import COLOURS, rows


def test_a_picture_is_one_element_with_words_for_those_who_do_not_see():
    drawn = plot.to_svg(plot.histogram([1, 2, 3], name='a "size" <b>'))
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label").startswith('a "size" <b>: 3 groups')
    assert "font-family" not in drawn


def test_colours_are_names_that_a_page_gives_a_meaning():
    drawn = plot.to_svg(plot.frequencies(["a", "b", None]))
    assert 'fill="var(--blue)"' in drawn
    assert 'fill="var(--grey)"' in drawn
    assert not any(colour.light in drawn for colour in COLOURS.values())


def test_what_draws_nothing_is_left_out():
    drawn = plot.to_svg(plot.histogram(range(20)))
    assert len(drawn) < 4500
    assert not any(word in drawn for word in ("aria-roledescription", "class=", "id=", "clip-path"))


def test_many_pictures_are_the_same_as_one_by_one():
    charts = [plot.histogram(range(i)) for i in range(2, 6)]
    assert plot.to_svgs(iter(charts)) == [plot.to_svg(chart) for chart in charts]


def test_a_picture_asks_nobody():
    chart = alt.Chart(alt.UrlData(url="http://127.0.0.1:9/rows.json")).mark_bar().encode(x="x:Q")
    with pytest.raises(ValueError, match=r"(?i)not allowed|access"):
        plot.to_svg(chart)


def test_rows_write_what_is_not_a_number_as_null():
    assert rows(x=[1.0, float("nan")], name=["a", None]).values == '[{"x":1.0,"name":"a"},{"x":null,"name":null}]'
