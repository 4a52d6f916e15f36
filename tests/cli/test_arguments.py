import click
import pytest

from philtre.cli.arguments import class_weight, names

COMMAND = click.Context(click.Command("train"))
OPTION = click.Option(["--option"])


def test_names_are_split_at_commas():
    assert names(COMMAND, OPTION, "linear, network,") == ["linear", "network"]
    assert names(COMMAND, OPTION, None) is None


def test_weights_belong_to_labels():
    assert class_weight(COMMAND, OPTION, "balanced") == "balanced"
    assert class_weight(COMMAND, OPTION, "yes=3,a=b=0.5") == {"yes": 3.0, "a=b": 0.5}
    with pytest.raises(click.BadParameter, match="LABEL=WEIGHT"):
        class_weight(COMMAND, OPTION, "yes=much")
