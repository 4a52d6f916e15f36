import hashlib
import re
from base64 import b64encode

from philtre.plot import Html, Section, page


def test_a_page_is_whole_and_needs_nothing(read_page):
    text = page(
        "T <b>", [Section("One & two", Html("<p>1</p>")), Section("Hidden", Html(), listed=False)], lead="L <i>"
    )
    read = read_page(text)
    assert "T <b>" in read.text
    assert "L <i>" in read.text
    assert text.count("One &amp; two") == 2
    assert text.count("Hidden") == 1


def test_the_policy_allows_the_style_and_nothing_else():
    text = page("T", [])
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy in text.replace("&#x27;", "'")


def test_light_and_dark_have_the_same_colours():
    roots = re.findall(r":root\{(.*?)[};]color|:root\{(.*?)\}", page("T", []))
    light, dark = (set(re.findall(r"--(\w+):", "".join(found))) for found in roots[:2])
    assert light == dark
    assert "paper" in light
