import numpy as np
import pytest

from philtre import plot


@pytest.mark.parametrize("group", [plot.group_numbers, plot.group_values])
def test_each_class_has_its_colour_beside_the_rows(group):
    result = plot.outcome(list("abc") * 20)
    drawn = plot.to_svg(plot.overview(group(np.arange(60) % 4, result), result))
    assert all(f'fill="var(--{name})"' in drawn for name in ("blue", "orange", "green", "purple"))
