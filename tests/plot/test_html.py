from hypothesis import given
from hypothesis import strategies as st

from philtre.plot import Html, Share, bar, code, facts, figure, html, table, tag, tiles


@given(st.text())
def test_text_is_escaped_wherever_it_stands(text):
    for made in (html(text), tag("p", text, title=text), table([text], [[text]]), facts({text: text}), code(text)):
        assert "<script" not in made.lower()
        assert made.count("<") == made.count(">")


def test_markup_is_left_alone():
    assert tag("p", Html("<b>bold</b>"), " & plain") == "<p><b>bold</b> &amp; plain</p>"


def test_an_attribute_cannot_be_left():
    assert tag("p", title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;"></p>'


def test_numbers_stand_to_the_right():
    made = table(["name", "rows", "share"], [["a", 12345, Share(0.25)]])
    assert '<td>a</td><td class="n">12,345</td><td class="n">25 %</td>' in made
    assert '<th scope="col" class="n">rows</th>' in made


def test_a_table_may_be_empty():
    assert "<tbody></tbody>" in table(["a"], [])


def test_a_figure_has_a_table_to_open():
    made = figure(Html("<svg></svg>"), title="T", caption="C", data=table(["x"], [[1]]))
    assert made.startswith("<figure><h3>T</h3><svg></svg><figcaption>C</figcaption><details>")


def test_small_parts():
    assert 'width="30.0"' in bar(0.5)
    assert "<dd>yes</dd><dt>kept</dt>" in tiles({"kept": True})
