"""The page about conformance is what the exclusions and the coverage list say."""

from tests.conformance.docs import PATH, page


def test_the_page_is_up_to_date():
    assert PATH.read_text() == page(), "python -m tests.conformance.docs writes it anew"
