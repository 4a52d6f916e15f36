"""What the inputs and outputs of a graph say of its fields, and what of a signature they contradict."""

import pytest

from philtre.boundary import Port, check_signature, read_signature
from philtre.errors import ArtifactError
from philtre.fields import Boolean, Category, Number, Tensor, Timestamp
from philtre.signature import Signature

FLOAT = "tensor(float)"


def ports(**shapes):
    return [Port(name, FLOAT, shape) for name, shape in shapes.items()]


def read(inputs, outputs=()):
    return read_signature(inputs, outputs, "model 'm'")


def check(fields, inputs):
    return check_signature(Signature(fields, {}), inputs, [], "model 'm'")


@pytest.mark.parametrize(
    ("shape", "field", "batch_sizes"),
    [
        (("n", 3), Tensor((None, 3)), None),
        ((None, None), Tensor((None, "x_1")), None),
        (("n", "length", 3), Tensor((None, "length", 3)), None),
        (("length", "length"), Tensor(("length", "length")), None),
        ((), Tensor(()), None),
        ((1, 2), Tensor((None, 2)), (1,)),
        ((0, 2), Tensor((0, 2)), None),
        ((2**17,), Tensor((2**17,)), None),
    ],
)
def test_axes_of_an_input(shape, field, batch_sizes):
    assert read(ports(x=shape)) == (Signature({"x": field}, {}), batch_sizes)


@pytest.mark.parametrize(
    ("inputs", "outputs", "fields", "batch_sizes"),
    [
        (("n", 3), ("n", 2), (Tensor((None, 3)), Tensor((None, 2))), None),
        (("n", 3), ("other",), (Tensor((None, 3)), Tensor((None,))), None),
        (("n", "t"), ("t", 2), (Tensor((None, "t")), Tensor(("t", 2))), None),
        (("n", 3), (), (Tensor((None, 3)), Tensor(())), None),
        (("n", 3), None, (Tensor((None, 3)), Tensor((None,))), None),
        ((1, 3), (1, 9), (Tensor((None, 3)), Tensor((None, 9))), (1,)),
        ((1, 3), (7, 4), (Tensor((None, 3)), Tensor((7, 4))), (1,)),
    ],
)
def test_axes_of_an_output(inputs, outputs, fields, batch_sizes):
    assert read(ports(x=inputs), ports(y=outputs)) == (Signature({"x": fields[0]}, {"y": fields[1]}), batch_sizes)


@pytest.mark.parametrize(
    ("shapes", "fields", "batch_sizes"),
    [
        ({"a": ("n", "t"), "b": ("t",)}, (Tensor((None, "t")), Tensor(("t",))), None),
        ({"a": ("n",), "b": ("m",)}, (Tensor((None,)), Tensor((None,))), None),
        ({"a": ("n",), "b": (3,)}, (Tensor((None,)), Tensor((3,))), None),
        ({"a": (2, 3), "b": (3,)}, (Tensor((2, 3)), Tensor((3,))), None),
        ({"a": (2, 3), "b": (2,)}, (Tensor((None, 3)), Tensor((None,))), (2,)),
        ({"a": (2, 3), "b": ()}, (Tensor((None, 3)), Tensor(())), (2,)),
    ],
)
def test_axes_of_two_inputs(shapes, fields, batch_sizes):
    assert read(ports(**shapes)) == (Signature(dict(zip("ab", fields, strict=True)), {}), batch_sizes)


def test_labels_name_the_last_axis():
    labelled = Port("y", FLOAT, (None, 2), (0, 1))
    assert read(ports(x=("n",)), [labelled])[0].outputs == {"y": Tensor((None, 2), names=("0", "1"))}


@pytest.mark.parametrize(
    ("port", "got"),
    [
        (Port("x", "seq(tensor(float))", ()), r"tensors of bool, .*, got seq\(tensor\(float\)\)"),
        (Port("x", "tensor(bfloat16)", ("n",)), r"got tensor\(bfloat16\)"),
        (Port("x", FLOAT, None), "an input whose number of axes is known"),
        (
            Port("x", FLOAT, ("n", 2**20, 2**20)),
            r"at most 2,147,483,648 elements a row, got shape \[n, 1048576, 1048576",
        ),
    ],
)
def test_what_has_no_field_is_refused_by_name(port, got):
    with pytest.raises(ArtifactError, match=f"model 'm', 'x' expects .*{got}"):
        read([port])


@pytest.mark.parametrize(
    ("field", "type"),
    [
        (Number(), FLOAT),
        (Number(integer=True), "tensor(int64)"),
        (Number(integer=True, missing=True), "tensor(double)"),
        (Boolean(), "tensor(int8)"),
        (Category(("a",)), "tensor(string)"),
        (Timestamp(), "tensor(int64)"),
        (Tensor((None,), "bool"), "tensor(bool)"),
    ],
)
def test_fields_and_their_types(field, type):
    assert check({"x": field}, [Port("x", type, (None,))]) is None
    with pytest.raises(ArtifactError, match=r"'x' as tensor.*, got tensor\(uint8\)\[n\] in the graph"):
        check({"x": field}, [Port("x", "tensor(uint8)", (None,))])


@pytest.mark.parametrize(
    ("field", "shape", "batch_sizes"),
    [
        (Tensor((None, 3)), ("n", 3), None),
        (Tensor((None, 3)), (4, 3), (4,)),
        (Tensor((None, 3)), ("n", "d"), None),
        (Tensor((None, "d")), ("n", 3), None),
        (Tensor((None, 3)), None, None),
    ],
)
def test_shapes_that_agree(field, shape, batch_sizes):
    assert check({"x": field}, ports(x=shape)) == batch_sizes


@pytest.mark.parametrize(
    ("fields", "inputs", "got"),
    [
        ({"x": Number()}, ports(y=("n",)), r"the inputs \['x'\] of its signature, got \['y'\] in the graph"),
        ({"x": Number()}, ports(x=("n",), y=("n",)), r"got \['x', 'y'\] in the graph"),
        ({"x": Tensor((None, 3))}, ports(x=("n", 4)), r"'x' as tensor\(float\)\[n, 3\].*, got tensor\(float\)\[n, 4\]"),
        ({"x": Tensor((None, 3))}, ports(x=("n",)), r"got tensor\(float\)\[n\] in the graph"),
        ({"a": Number(), "b": Number()}, ports(a=(1,), b=(2,)), r"one batch size .*, got \[1, 2\] in the graph"),
        ({"x": Number()}, ports(x=(0,)), r"one batch size of at most 65,536, got \[0\]"),
        ({"x": Number()}, ports(x=(10**12,)), r"one batch size of at most 65,536, got \[1000000000000\]"),
        ({"x": Tensor((None, 2**40))}, ports(x=("n", "d")), "at most 2,147,483,648 elements a row"),
    ],
)
def test_what_contradicts_is_refused(fields, inputs, got):
    with pytest.raises(ArtifactError, match=got):
        check(fields, inputs)
