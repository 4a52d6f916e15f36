"""Model files of anyone become Executables: philtre's with their fields, others with the tensors of their graph."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from philtre import runtime
from philtre.artifact import Metadata, attach, scan, write
from philtre.errors import ArtifactError, ServingError, SignatureError
from philtre.fields import Boolean, Category, Number, Tensor
from philtre.runtime import OnnxExecutable, load
from philtre.signature import Signature

ULTRAFACE = Path(__file__).resolve().parents[1].parent / "shared/data/weights/ultraface/version-RFB-320.onnx"
FLOAT, LONG, TEXT = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING


def port(name, kind=FLOAT, shape=("n",)):
    return helper.make_tensor_value_info(name, kind, shape)


def build(nodes, inputs, outputs, initializers=(), **options):
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializers)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, **options).SerializeToString()


def identity(kind=FLOAT, shape=("n",), out="same"):
    made = [port("x", kind, shape)], [port("y", kind, shape if out == "same" else out)]
    return build([helper.make_node("Identity", ["x"], ["y"])], *made)


def network(batch="n", **options):
    random = np.random.default_rng(0)
    arrays = {"w": random.normal(size=(4, 8)), "b": random.normal(size=8), "v": random.normal(size=(8, 3))}
    nodes = [
        helper.make_node("Gemm", ["x", "w", "b"], ["h"]),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("MatMul", ["r", "v"], ["y"]),
    ]
    weights = [numpy_helper.from_array(array.astype(np.float32), name) for name, array in arrays.items()]
    return build(nodes, [port("x", shape=[batch, 4])], [port("y", shape=[batch, 3])], weights, **options), arrays


def test_a_network_of_a_stranger():
    model, arrays = network()
    executable = OnnxExecutable(model)
    assert executable.signature == Signature({"x": Tensor((None, 4))}, {"y": Tensor((None, 3))})
    assert executable.batch_sizes is None
    assert executable.metadata is None
    assert executable.name == "model"
    x = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
    expected = np.maximum(x @ arrays["w"] + arrays["b"], 0) @ arrays["v"]
    np.testing.assert_allclose(executable(x), expected, rtol=1e-5, atol=1e-5)
    assert executable.predict({"x": x[0].tolist()})["y"] == pytest.approx(expected[0].tolist(), rel=1e-4, abs=1e-5)


def test_no_rows_give_no_rows():
    empty = OnnxExecutable(network()[0])(np.empty((0, 4), np.float32))
    assert (empty.shape, empty.dtype) == ((0, 3), np.float32)


def test_no_rows_have_no_mean():
    mean = build([helper.make_node("ReduceMean", ["x"], ["y"], keepdims=0)], [port("x")], [port("y", shape=[])])
    assert OnnxExecutable(mean)(np.float32([1, 2])) == 1.5
    with pytest.raises(SignatureError, match="output 'y' expects a batch of at least 1, got 0 rows"):
        OnnxExecutable(mean)(np.float32([]))


def test_a_fixed_batch_is_the_one_batch_size():
    executable = OnnxExecutable(network(batch=4)[0])
    assert executable.batch_sizes == (4,)
    assert executable.signature == Signature({"x": Tensor((None, 4))}, {"y": Tensor((None, 3))})
    assert executable(np.zeros((4, 4), np.float32)).shape == (4, 3)
    with pytest.raises(SignatureError, match=r"model 'model' expects a batch of 4, got 3 rows. Hint: Serving pads"):
        executable(np.zeros((3, 4), np.float32))


def test_a_graph_with_fixed_batch_under_a_signature_with_a_free_one():
    signature = Signature({"x": Tensor((None, 4))}, {"y": Tensor((None, 3))})
    assert OnnxExecutable(network(batch=2)[0], signature).batch_sizes == (2,)
    assert OnnxExecutable(network()[0], signature, batch_sizes=[1, 8]).batch_sizes == (1, 8)


def test_axes_without_size_or_name_are_free():
    fields = [Tensor((None, f"{name}_1", f"{name}_2", 3)) for name in "xy"]
    signature = OnnxExecutable(identity(shape=["", -1, None, 3])).signature
    assert [*signature.inputs.values(), *signature.outputs.values()] == fields


def test_dtypes_of_strangers():
    for dtype in ("bool", "int8", "int64", "uint16", "float16", "float64"):
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        x = np.array([0, 1], dtype)
        y = OnnxExecutable(identity(kind))(x)
        assert y.dtype == x.dtype
        np.testing.assert_array_equal(y, x)


def test_strings_of_strangers():
    encoder = helper.make_node(
        "LabelEncoder",
        ["x"],
        ["y"],
        domain="ai.onnx.ml",
        keys_strings=["a", "ä"],
        values_int64s=[1, 2],
        default_int64=-1,
    )
    executable = OnnxExecutable(build([encoder], [port("x", TEXT)], [port("y", LONG)]))
    assert executable.signature.inputs == {"x": Tensor((None,), "string")}
    assert executable.predict([{"x": "ä"}, {"x": "a"}, {"x": "unseen"}]) == [{"y": 2}, {"y": 1}, {"y": -1}]
    with pytest.raises(SignatureError, match="field 'x'"):
        executable(np.array(["a", None], object))


@pytest.mark.parametrize(("labels", "kind"), [(["no", "yes"], "strings"), ([-3, 5], "int64s")])
def test_probabilities_of_scikit_learn_become_an_array(labels, kind):
    zipped = helper.make_node(
        "ZipMap", ["x"], ["probabilities"], domain="ai.onnx.ml", **{f"classlabels_{kind}": labels}
    )
    key = TEXT if kind == "strings" else LONG
    of_map = helper.make_map_type_proto(key, helper.make_tensor_type_proto(FLOAT, []))
    output = helper.make_value_info("probabilities", helper.make_sequence_type_proto(of_map))
    executable = OnnxExecutable(build([zipped], [port("x", shape=["n", 2])], [output]))
    names = tuple(map(str, labels))
    assert executable.signature.outputs == {"probabilities": Tensor((None, 2), names=names)}
    x = np.float32([[0.25, 0.75], [1, 0], [0.5, 0.5]])
    np.testing.assert_array_equal(executable(x), x)
    assert executable.predict([{"x": [0.25, 0.75]}]) == [{"probabilities": dict(zip(names, (0.25, 0.75), strict=True))}]
    assert executable(x[:0]).shape == (0, 2)


def test_what_is_no_tensor_is_refused_by_name():
    sequence = helper.make_tensor_sequence_value_info("parts", FLOAT, None)
    model = build([helper.make_node("SequenceConstruct", ["x"], ["parts"])], [port("x")], [sequence])
    with pytest.raises(ArtifactError, match=r"model, 'parts' expects tensors of bool, .*, got seq\(tensor\(float\)\)"):
        OnnxExecutable(model)


def test_dtypes_that_numpy_lacks_are_refused_by_name():
    with pytest.raises(ArtifactError, match=r"model, 'x' expects tensors of .*, got tensor\(bfloat16\)"):
        OnnxExecutable(identity(TensorProto.BFLOAT16))


def test_an_input_of_any_rank_is_refused_and_such_an_output_is_a_batch():
    with pytest.raises(ArtifactError, match="'x' expects an input whose number of axes is known"):
        OnnxExecutable(identity(shape=None))
    inputs = [port("x", shape=["n", 2]), port("shape", LONG, [None])]
    reshape = build([helper.make_node("Reshape", ["x", "shape"], ["y"])], inputs, [port("y", shape=None)])
    assert OnnxExecutable(reshape).signature.outputs == {"y": Tensor((None,))}


def test_initializers_listed_as_inputs_are_no_inputs():
    weight = numpy_helper.from_array(np.float32([2]), "w")
    model = build(
        [helper.make_node("Mul", ["x", "w"], ["y"])], [port("x"), port("w", shape=[1])], [port("y")], [weight]
    )
    assert list(OnnxExecutable(model).signature.inputs) == ["x"]


FIELDS = Signature({"age": Number(missing=True), "sex": Category(("f", "m")), "adult": Boolean()}, {"y": Number()})


def described(fields=FIELDS, sex=TEXT, outputs=("y",)):
    nodes = [helper.make_node("Identity", ["age"], [name]) for name in outputs]
    inputs = [port("age"), port("sex", sex), port("adult", TensorProto.INT8)]
    model = build(nodes, inputs, [port(name) for name in outputs])
    return attach(model, Metadata(name="people", signature=fields, metrics={"accuracy": 1}))


def test_a_file_of_philtre_has_its_fields(tmp_path):
    write(tmp_path / "v7.onnx", described())
    executable = load(tmp_path / "v7.onnx")
    assert executable.signature == FIELDS
    assert executable.metadata.metrics == {"accuracy": 1}
    assert executable.name == "v7"
    assert executable.predict({"age": 3, "sex": "f", "adult": False}) == {"y": 3.0}
    with pytest.raises(SignatureError, match="field 'sex' expects one of 'f', 'm'"):
        executable.predict({"age": 3, "sex": "x", "adult": False})


def with_input(**fields):
    return Signature(FIELDS.inputs | fields, FIELDS.outputs)


@pytest.mark.parametrize(
    ("model", "got"),
    {
        "a name": (described(Signature({"ages": Number()}, FIELDS.outputs)), r"the inputs \['ages'\] of its signature"),
        "an output": (described(outputs=("y", "z")), r"the outputs \['y'\] .*, got \['y', 'z'\] in the graph"),
        "a dtype": (described(sex=LONG), r"'sex' as tensor\(string\)\[n\].*, got tensor\(int64\)\[n\] in the graph"),
        "a rank": (described(with_input(age=Tensor((None, 3)))), r"'age' as tensor\(float\)\[n, 3\]"),
    }.values(),
)
def test_metadata_of_another_graph_are_refused(model, got):
    with pytest.raises(ArtifactError, match=got) as error:
        OnnxExecutable(model)
    assert error.value.hint == "the signature belongs to another graph"


def test_a_graph_that_onnxruntime_cannot_run_is_refused():
    with pytest.raises(ArtifactError, match=r"model expects a graph that onnxruntime can run, got .*NoSuchOperator"):
        OnnxExecutable(build([helper.make_node("NoSuchOperator", ["x"], ["y"])], [port("x")], [port("y")]))


GATHER = build(
    [helper.make_node("Gather", ["table", "x"], ["y"])],
    [port("x", LONG)],
    [port("y")],
    [numpy_helper.from_array(np.float32([5, 6]), "table")],
)


ADD = build(
    [helper.make_node("Add", ["x", "three"], ["y"])],
    [port("x")],
    [port("y")],
    [numpy_helper.from_array(np.float32([5, 6, 7]), "three")],
)


def test_a_run_that_fails_is_an_error_and_no_noise(capfd):
    executable = OnnxExecutable(ADD)
    with pytest.raises(ServingError, match=r"model 'model' expects a run without failure, got .*Add node") as error:
        executable(np.zeros(2, np.float32))
    assert "\n" not in str(error.value)
    assert executable(np.zeros(3, np.float32)).tolist() == [5, 6, 7]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("x", "got"), [(np.array([7]), "out of data bounds"), (np.float32([1]), "input data type")])
def test_inputs_that_a_graph_does_not_take(x, got):
    with pytest.raises(SignatureError, match=f"model 'model' expects inputs that its graph takes, got .*{got}"):
        OnnxExecutable(GATHER).run({"x": x})


def test_rows_that_get_lost_are_an_error():
    nonzero = build(
        [helper.make_node("Compress", ["x", "x"], ["y"])],
        [port("x", TensorProto.BOOL)],
        [port("y", TensorProto.BOOL, ["m"])],
    )
    executable = OnnxExecutable(nonzero)
    assert executable(np.array([True, True])).tolist() == [True, True]
    with pytest.raises(ServingError, match="output 'y' of model 'model' expects 2 rows, got shape"):
        executable(np.array([True, False]))


def test_bytes_that_name_another_format_are_read_as_they_were_checked():
    model = identity_made_by("ORTM")
    assert model[4:8] == b"ORTM"
    assert OnnxExecutable(model)(np.float32([3])).tolist() == [3]


def identity_made_by(producer):
    return build([helper.make_node("Identity", ["x"], ["y"])], [port("x")], [port("y")], producer_name=producer)


@pytest.fixture
def model_with_data(tmp_path):
    proto = onnx.load_from_string(network()[0])
    path = tmp_path / "model" / "m.onnx"
    path.parent.mkdir()
    onnx.save(proto, path, save_as_external_data=True, location="m.data", size_threshold=0)
    return path


def test_data_in_files_of_their_own(model_with_data, monkeypatch):
    assert scan(model_with_data).folder == model_with_data.parent
    x = np.ones((2, 4), np.float32)
    monkeypatch.chdir(model_with_data.parent)
    for path in (model_with_data, model_with_data.name):
        np.testing.assert_array_equal(load(path)(x), OnnxExecutable(network()[0])(x))


def test_data_of_a_stranger_are_not_read(model_with_data, tmp_path):
    data = model_with_data.with_name("m.data")
    data.rename(tmp_path / "secret")
    data.symlink_to(tmp_path / "secret")
    with pytest.raises(ArtifactError, match=r"data in 'm.data'"):
        load(model_with_data)


def test_hostile_files_do_not_reach_onnxruntime(monkeypatch):
    monkeypatch.setattr(runtime, "_open", lambda *args: pytest.fail("onnxruntime was asked"))
    with pytest.raises(ArtifactError, match="NoSuchDomain"):
        OnnxExecutable(build([helper.make_node("Run", ["x"], ["y"], domain="NoSuchDomain")], [port("x")], [port("y")]))


def test_threads_give_the_same_answers():
    model, x = network()[0], np.ones((3, 4), np.float32)
    np.testing.assert_array_equal(OnnxExecutable(model, threads=1)(x), OnnxExecutable(model, threads=2)(x))


def test_loading_needs_onnxruntime_alone(tmp_path):
    write(tmp_path / "m.onnx", described())
    code = (
        "import sys; from philtre.runtime import load;"
        f"load({str(tmp_path / 'm.onnx')!r}).predict({{'age': 1, 'sex': 'f', 'adult': True}});"
        "print({'jax', 'onnx', 'polars', 'narwhals', 'optax'} & {*sys.modules})"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "set()\n"


def test_without_onnxruntime_the_error_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime.capi", None)
    with pytest.raises(ServingError, match="running a model expects onnxruntime, installed for this platform"):
        OnnxExecutable(identity())


@pytest.mark.skipif(not ULTRAFACE.exists(), reason="the data sets beside the repository are absent")
def test_a_face_detector_of_a_stranger():
    executable = load(ULTRAFACE)
    assert executable.signature.inputs == {"input": Tensor((None, 3, 240, 320))}
    assert executable.batch_sizes == (1,)
    outputs = executable(np.zeros((1, 3, 240, 320), np.float32))
    assert {name: array.shape for name, array in outputs.items()} == {"scores": (1, 4420, 2), "boxes": (1, 4420, 4)}
    np.testing.assert_allclose(outputs["scores"].sum(-1), 1, rtol=1e-5)
