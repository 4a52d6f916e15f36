"""Hostile model files, byte by byte: each is refused with the reason, before a runtime reads it."""

from contextlib import suppress

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from philtre import guard
from philtre.errors import ArtifactError
from philtre.protobuf import encode_bytes

RAW, INT32, INT64, STRINGS, FLOATS, DIMS, KIND = 9, 5, 7, 6, 4, 1, 2
FLOAT, INT8, TEXT, LONG = 1, 3, 8, 7


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def number(field, value):
    return varint(field << 3) + varint(value)


def tensor(dims, kind, *data):
    return b"".join([*(number(DIMS, size) for size in dims), number(KIND, kind), *data])


def graph(*parts):
    return encode_bytes(7, b"".join(parts))


def initializer(*args):
    return graph(encode_bytes(5, tensor(*args)))


def node(operator="Identity", domain="", attribute=b""):
    return encode_bytes(1, encode_bytes(4, operator.encode()) + encode_bytes(7, domain.encode()) + attribute)


def nested(levels):
    inner = b""
    for _ in range(levels):
        inner = encode_bytes(1, encode_bytes(5, encode_bytes(6, inner)))
    return encode_bytes(7, inner)


def entry(field, key, value):
    return encode_bytes(field, encode_bytes(1, key) + encode_bytes(2, value))


def model_file():
    weights = numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(3, 2), "weights")
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size]) for name, size in (("x", 3), ("y", 2)))
    shape = helper.make_tensor("shape", TensorProto.INT64, [2], [-1, 2])
    nodes = [
        helper.make_node("MatMul", ["x", "weights"], ["product"]),
        helper.make_node("Constant", [], ["sizes"], value=shape),
        helper.make_node("Reshape", ["product", "sizes"], ["y"]),
    ]
    made = helper.make_model(helper.make_graph(nodes, "g", [x], [y], [weights]))
    helper.set_model_props(made, {"author": "somebody"})
    return made.SerializeToString()


MODEL = model_file()


def check(data, folder=None):
    return guard.check(data, "model 'm'", folder)


def test_a_sound_model_tells_what_it_is():
    facts = check(MODEL)
    assert facts.opsets == {"": onnx.defs.onnx_opset_version()}
    assert [(key, MODEL[slice(*span)]) for key, span in facts.properties] == [("author", b"somebody")]
    assert not facts.external
    assert facts.unranked == frozenset()


@pytest.mark.parametrize(
    ("data", "got"),
    {
        "an empty file": (b"", "an empty file"),
        "a pickle": (b"\x80\x04K\x01.", "a pickle"),
        "a zip archive": (b"PK\x03\x04", "a zip archive"),
        "a Git LFS pointer": (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        "text": (b"Age,Sex\n22,male\n", "field 8 of wire type 1"),
        "no graph": (number(1, 8), "one without a graph"),
        "two graphs, which readers merge": (graph() + graph(), "'graph' of ModelProto a second time"),
        "100 GB declared": (initializer([5 * 10**9, 5], FLOAT, encode_bytes(RAW, bytes(8))), "with 8 in its raw_data"),
        "no data": (initializer([1000], FLOAT), "4,000 bytes|1,000 values"),
        "too much data": (initializer([1], FLOAT, encode_bytes(RAW, bytes(8))), "with 8 in its raw_data"),
        "too few packed": (initializer([3], LONG, encode_bytes(INT64, b"\x01\x80\x01")), "3 values.* with 2"),
        "too few unpacked": (initializer([3], LONG, number(INT64, 1) * 2), "with 2 in its int64_data"),
        "too few strings": (initializer([3], TEXT, encode_bytes(STRINGS, b"a")), "with 1 in its string_data"),
        "raw strings": (initializer([3], TEXT, encode_bytes(RAW, b"abc")), "raw_data in a tensor of the data type 8"),
        "data of another type": (initializer([1], FLOAT, encode_bytes(INT32, b"\x01")), "int32_data in a tensor"),
        "data twice": (
            initializer([1], FLOAT, encode_bytes(RAW, bytes(4)), encode_bytes(FLOATS, bytes(4))),
            "both raw_data and float_data",
        ),
        "a negative size": (initializer([2**64 - 1], INT8, encode_bytes(RAW, b"")), "a negative size"),
        "a product beyond bounds": (initializer([2**62, 2**62, 0], INT8), "a tensor of the shape"),
        "a hundred axes": (initializer([1] * 100, INT8, encode_bytes(RAW, b"a")), "a tensor of 100 axes"),
        "no data type": (graph(encode_bytes(5, number(DIMS, 1))), "the unknown data type 0"),
        "a new data type": (initializer([1], 99), "the unknown data type 99"),
        "a data type of 2^32 + 1": (initializer([1], 2**32 + 1), "the unknown data type 4294967297"),
        "an odd data location": (initializer([1], FLOAT, number(14, 2**32 + 1)), "the data location 4294967297"),
        "external strings": (initializer([1], TEXT, number(14, 1)), "the data location 1"),
        "a hostile attribute": (
            graph(node("Constant", "", encode_bytes(5, encode_bytes(5, tensor([10**6], FLOAT))))),
            "a tensor of 1,000,000 elements",
        ),
        "a hostile tensor in a subgraph": (
            graph(node("If", "", encode_bytes(5, encode_bytes(6, encode_bytes(5, tensor([10**6], FLOAT)))))),
            "a tensor of 1,000,000 elements",
        ),
        "deep subgraphs": (nested(40), "more than 64 levels"),
        "an operator of a stranger": (graph(node("Launch", "evil.corp")), "'Launch' of the domain 'evil.corp'"),
        "a domain that is not text": (graph(encode_bytes(1, encode_bytes(7, b"\xff"))), "a name that is not UTF-8"),
        "functions": (graph() + encode_bytes(25, b""), "'functions'.*inline"),
        "a sparse initializer": (graph(encode_bytes(15, b"")), "'sparse_initializer'.*dense"),
        "a sparse attribute": (graph(node("Constant", "", encode_bytes(5, encode_bytes(22, b"")))), "'sparse_tensor'"),
        "metadata without end": (graph() + entry(14, b"a", bytes(guard.MAX_METADATA + 1)), "bytes of metadata"),
    }.values(),
)
def test_refused(data, got):
    with pytest.raises(ArtifactError, match=got) as error:
        check(data)
    assert error.value.where == "model 'm'"


@pytest.mark.parametrize("kind", [*range(1, 27)])
def test_every_data_type_is_measured(kind):
    array = np.array(["a", "b", "c"] if kind == TensorProto.STRING else [0, 1, 1])
    typed = helper.make_tensor("t", kind, [3], array)
    assert check(graph(encode_bytes(5, typed.SerializeToString())))
    if kind == TensorProto.STRING:
        return
    raw = numpy_helper.from_array(np.zeros(3, helper.tensor_dtype_to_np_dtype(kind)), "t")
    assert raw.data_type == kind
    assert check(graph(encode_bytes(5, raw.SerializeToString())))
    typed.dims[0] = 9
    with pytest.raises(ArtifactError, match="a tensor of 9 elements"):
        check(graph(encode_bytes(5, typed.SerializeToString())))


@pytest.mark.parametrize("domain", guard.DOMAINS)
def test_domains_of_the_runtime_pass(domain):
    assert check(graph(node("Gelu", domain)))


def test_labels_of_a_zip_map():
    texts = helper.make_node("ZipMap", ["p"], ["named"], domain="ai.onnx.ml", classlabels_strings=["no", "yes"])
    numbers = helper.make_node("ZipMap", ["p"], ["coded"], domain="ai.onnx.ml", classlabels_int64s=[-1, 7])
    proto = helper.make_model(helper.make_graph([texts, numbers], "g", [], []))
    assert check(proto.SerializeToString()).labels == {"named": ("no", "yes"), "coded": (-1, 7)}


def test_inputs_without_a_shape_are_told():
    ports = [helper.make_tensor_value_info(name, 1, shape) for name, shape in (("any", None), ("scalar", []))]
    assert check(helper.make_model(helper.make_graph([], "g", ports, [])).SerializeToString()).unranked == {"any"}


def external(location, **entries):
    told = {"location": location} | entries
    parts = b"".join(entry(13, key.encode(), str(value).encode()) for key, value in told.items())
    return initializer([3], FLOAT, number(14, 1), parts)


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "model"
    (inside / "deep" / "*" / "_ORT_MEM_ADDR_").mkdir(parents=True)
    (inside / "weights.bin").write_bytes(bytes(20))
    (inside / "deep" / "weights.bin").write_bytes(bytes(12))
    (inside / "deep" / "*" / "_ORT_MEM_ADDR_" / "x").write_bytes(bytes(20))
    (inside / "link.bin").symlink_to(inside / "weights.bin")
    (inside / "link").symlink_to(inside / "deep")
    (inside / "loop").symlink_to(inside / "loop")
    (tmp_path / "secret.bin").write_bytes(bytes(20))
    return inside


@pytest.mark.parametrize(
    "data",
    [
        external("weights.bin"),
        external("weights.bin", offset=8, length=12),
        external("deep/weights.bin", length=12, checksum="0"),
    ],
)
def test_data_inside_the_folder_pass(folder, data):
    assert check(data, folder).external


@pytest.mark.parametrize(
    "location",
    [
        "../secret.bin",
        "deep/../../secret.bin",
        "/etc/passwd",
        "",
        ".",
        "deep",
        "absent.bin",
        "link.bin",
        "link/weights.bin",
        "loop",
        "deep/*/_ORT_MEM_ADDR_/x",
        "*/_ORT_MEM_ADDR_/*",
        "..\\secret.bin",
        "C:secret.bin",
        "weights.bin\0",
        "w" * 300,
    ],
)
def test_data_elsewhere_are_refused(folder, location):
    with pytest.raises(ArtifactError, match=r"data in .*own folder, which is no link"):
        check(external(location), folder)


@pytest.mark.parametrize(
    ("entries", "got"),
    [
        ({"offset": 9}, "12 bytes at 9 of 'weights.bin', which has 20"),
        ({"length": 13}, "12 bytes at 0"),
        ({"offset": -8}, "'-8' as the offset"),
        ({"offset": "1" * 30}, "as the offset of external data"),
        ({"length": "٣"}, "as the length of external data"),
    ],
)
def test_data_outside_of_the_file_are_refused(folder, entries, got):
    with pytest.raises(ArtifactError, match=got):
        check(external("weights.bin", **entries), folder)


def test_bytes_have_no_folder():
    with pytest.raises(ArtifactError, match="load it from a path"):
        check(external("weights.bin"))


def test_the_same_data_many_times_are_refused(folder):
    one = tensor([5], FLOAT, number(14, 1), entry(13, b"location", b"weights.bin"))
    assert check(graph(encode_bytes(5, one) * 4), folder)
    with pytest.raises(ArtifactError, match="the same ones many times"):
        check(graph(encode_bytes(5, one) * 5), folder)


def refused_or_sound(data):
    """Whatever passes, the library of protocol buffers reads as well, and finds what the check found."""
    with suppress(ArtifactError):
        opsets = check(data).opsets
        assert {entry.domain: entry.version for entry in onnx.ModelProto.FromString(data).opset_import} == opsets


@given(st.integers(0, len(MODEL)))
def test_a_truncated_model_is_refused_or_sound(length):
    refused_or_sound(MODEL[:length])


@settings(max_examples=500)
@given(st.lists(st.tuples(st.integers(0, len(MODEL) - 1), st.integers(0, 255)), min_size=1, max_size=4), st.data())
def test_a_mutated_model_is_refused_or_sound(changes, data):
    mutated = bytearray(MODEL)
    for position, byte in changes:
        mutated[position] = byte
    refused_or_sound(bytes(mutated))
    cut, insertion = data.draw(st.integers(0, len(mutated))), data.draw(st.binary(max_size=8))
    refused_or_sound(bytes(mutated[:cut] + insertion + mutated[cut:]))
