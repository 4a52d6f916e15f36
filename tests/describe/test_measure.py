"""The calibration gives rates of a real machine."""

import msgspec

from philtre.describe.measure import Rates, measure


def test_this_machine_has_rates_that_can_be_kept():
    found = measure()
    assert msgspec.json.decode(msgspec.json.encode(found), type=Rates) == found
    assert found.call < 1
    assert [flops for flops, _ in found.product] == sorted(flops for flops, _ in found.product)
