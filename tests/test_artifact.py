"""The file: metadata in and out of it, atomic writes, refusals of what is no sound file."""

import errno
import json
import os

import msgspec
import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from philtre import artifact
from philtre.artifact import Metadata, attach, provenance, scan, write
from philtre.errors import ArtifactError
from philtre.fields import Boolean, Category, Number, Tensor, Timestamp
from philtre.profile import profile
from philtre.protobuf import encode_bytes
from philtre.signature import Signature

SIGNATURE = Signature(
    {"z": Number(missing=True), "a": Category(("x", "y"), unknown=True), "m": Timestamp(), "b": Boolean()},
    {"probabilities": Tensor((None, 2), names=("no", "yes")), "label": Category(("no", "yes"))},
)
METADATA = Metadata(
    name="trees",
    signature=SIGNATURE,
    profiles={"inputs": {"z": profile(SIGNATURE.inputs["z"], np.float32([1, 2, np.nan]))}},
    metrics={"accuracy": 0.75, "loss": [0.5, 0.25]},
    recipe="Recipe(...)",
    provenance={"data": "sha256:00"},
)


def model_file():
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in "xy")
    made = helper.make_model(helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", [x], [y]))
    helper.set_model_props(made, {"author": "somebody"})
    return made.SerializeToString()


MODEL = model_file()


def with_json(text):
    return MODEL + encode_bytes(14, encode_bytes(1, b"philtre") + encode_bytes(2, text))


def json_with(**parts):
    return with_json(json.dumps(json.loads(msgspec.json.encode(METADATA)) | parts).encode())


def test_metadata_come_back():
    assert scan(attach(MODEL, METADATA)).metadata == METADATA
    assert scan(MODEL).metadata is None


def test_the_order_of_fields_is_kept_and_that_of_metrics_sorted():
    assert list(scan(attach(MODEL, METADATA)).metadata.signature.inputs) == ["z", "a", "m", "b"]
    swapped = msgspec.structs.replace(METADATA, metrics=dict(reversed(METADATA.metrics.items())))
    assert attach(MODEL, swapped) == attach(MODEL, METADATA)


def test_the_rest_of_the_file_is_as_it_was():
    proto = onnx.load_from_string(attach(MODEL, METADATA))
    assert [entry.key for entry in proto.metadata_props] == ["author", "philtre"]
    del proto.metadata_props[1]
    assert proto.SerializeToString() == MODEL


def test_attaching_again_replaces():
    other = Metadata(name="other", signature=SIGNATURE)
    assert attach(attach(MODEL, METADATA), other) == attach(MODEL, other)


def test_numbers_of_numpy_are_json_and_nan_is_null():
    metrics = {
        "a": np.float64(0.5),
        "b": np.int64(3),
        "c": np.float32([1, 2]),
        "d": float("nan"),
        "e": np.float32("inf"),
    }
    found = scan(attach(MODEL, Metadata(name="m", signature=SIGNATURE, metrics=metrics))).metadata
    assert found.metrics == {"a": 0.5, "b": 3, "c": [1.0, 2.0], "d": None, "e": None}


def deep(levels):
    return {"a": deep(levels - 1)} if levels else {}


@pytest.mark.parametrize(
    ("metrics", "got"),
    [
        ({"a": object()}, "a object"),
        ({"a": "\ud800"}, "surrogates not allowed"),
        ({"a": deep(40)}, "more"),
        ({"a": deep(900)}, "maximum recursion depth|more"),
    ],
)
def test_what_json_cannot_hold_is_refused_before_it_is_written(metrics, got):
    with pytest.raises(ArtifactError, match=got) as error:
        attach(MODEL, Metadata(name="m", signature=SIGNATURE, metrics=metrics))
    assert error.value.where == "metadata of model 'm'"


def test_metadata_are_attached_to_models_only():
    with pytest.raises(ArtifactError, match="a number that is cut off"):
        attach(b"\x92", METADATA)


@pytest.mark.parametrize(
    ("data", "got"),
    {
        "not JSON": (with_json(b"{"), "Input data was truncated"),
        "not UTF-8": (with_json(b'{"format": 1, "name": "\xff"}'), "can't decode|utf-8|UTF-8"),
        "no format": (with_json(b"{}"), "missing required field `format`"),
        "no signature": (with_json(b'{"format": 1, "name": "m"}'), "missing required field `signature`"),
        "a newer format": (with_json(b'{"format": 2, "new": 3}'), "format 2. Hint: a newer philtre made it"),
        "a number as name": (json_with(name=3), "Expected `str`, got `int`"),
        "a text as metrics": (json_with(metrics="good"), "Expected `object`, got `str`"),
        "an unknown kind of field": (
            json_with(signature={"inputs": {"x": {"kind": "pickle"}}, "outputs": {}}),
            "pickle",
        ),
        "a category twice": (
            json_with(signature={"inputs": {"x": {"kind": "category", "values": ["a", "a"]}}, "outputs": {}}),
            "unique",
        ),
        "levels without end": (with_json(b'{"format": 1, "metrics": ' + b'{"a":' * 100_000), "recursion depth"),
        "many levels": (json_with(metrics=deep(40)), "more"),
        "two entries": (attach(MODEL, METADATA) + with_json(b"{}")[len(MODEL) :], "one entry 'philtre'.*got 2"),
    }.values(),
)
def test_hostile_metadata_are_refused(data, got):
    with pytest.raises(ArtifactError, match=got):
        scan(data)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
def test_mutated_metadata_are_refused_or_sound(position, inserted):
    data = attach(MODEL, METADATA)[len(MODEL) :]
    text = data[data.index(b"{") :]
    cut = position % len(text)
    mutated = with_json(text[:cut] + inserted + text[cut + len(inserted) :])
    try:
        found = scan(mutated).metadata
    except ArtifactError:
        return
    assert scan(attach(MODEL, found)).metadata == found


def test_unknown_keys_of_metadata_are_passed_over():
    assert scan(json_with(later={"a": 1})).metadata == METADATA


def test_a_million_categories_do_not_hang():
    signature = Signature({"x": Category(tuple(map(str, range(1_000_000))))}, {})
    assert (
        len(scan(attach(MODEL, Metadata(name="m", signature=signature))).metadata.signature.inputs["x"].values) == 10**6
    )


def test_names_are_stems_of_files_else_those_of_metadata(tmp_path):
    data = attach(MODEL, METADATA)
    write(tmp_path / "titanic.v2.onnx", data)
    assert scan(tmp_path / "titanic.v2.onnx").name == "titanic.v2"
    assert scan(str(tmp_path / "titanic.v2.onnx")).model == data
    assert scan(data).name == "trees"
    assert scan(MODEL).name == "model"


@pytest.mark.parametrize(
    ("make", "got"),
    {
        "absent": (lambda path: None, "no such file or directory"),
        "a folder": (lambda path: path.mkdir(), "is a directory"),
        "a pipe": (os.mkfifo, "a pipe or a device"),
        "a link to nothing": (lambda path: path.symlink_to("nowhere"), "no such file"),
        "empty": (lambda path: path.touch(), "an empty file"),
        "3 GB": (lambda path: (path.touch(), os.truncate(path, 3 * 10**9)), "3,000,000,000 bytes"),
    }.values(),
)
def test_what_is_no_model_file_is_refused(tmp_path, make, got):
    path = tmp_path / "m.onnx"
    make(path)
    with pytest.raises(ArtifactError, match=got) as error:
        scan(path)
    assert error.value.where == f"model '{path}'"


def test_a_write_leaves_the_file_and_nothing_else(tmp_path):
    path = tmp_path / "m.onnx"
    write(path, b"one")
    write(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["m.onnx"]
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(1), OSError(errno.ENOSPC, "No space left on device")])
@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_write_that_is_stopped_leaves_the_old_file(tmp_path, monkeypatch, stop, step):
    def fail(*args):
        raise stop

    path = tmp_path / "m.onnx"
    write(path, b"old")
    monkeypatch.setattr(*(("os.fsync", fail) if step == "fsync" else ("pathlib.Path.replace", fail)))
    with pytest.raises((type(stop), ArtifactError)) as error:
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["m.onnx"]
    if isinstance(stop, OSError):
        assert str(error.value).endswith("got no space left on device. Hint: free some space")


@pytest.mark.parametrize(
    ("name", "got"),
    [("absent/m.onnx", "a folder that exists, got '"), ("file/m.onnx", "a folder that exists"), ("", "a folder")],
)
def test_a_place_that_cannot_be_written_is_named(tmp_path, name, got):
    (tmp_path / "file").touch()
    with pytest.raises(ArtifactError, match=got):
        write(tmp_path / name, b"")
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ArtifactError, match="permission denied"):
        write(tmp_path / "m.onnx", b"")


def test_provenance_tells_versions_and_time(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    told = provenance(data="sha256:00")
    assert told["time"] == "1970-01-02T00:00:00+00:00"
    assert told["data"] == "sha256:00"
    assert told["versions"]["numpy"] == np.__version__
    assert told["versions"]["philtre"]
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert provenance()["time"] > "2020"


@pytest.mark.parametrize("epoch", ["soon", "9" * 30])
def test_an_impossible_source_date_epoch_is_refused(monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(ArtifactError, match="SOURCE_DATE_EPOCH expects seconds since 1970"):
        provenance()


def test_packages_that_are_not_installed_have_no_version(monkeypatch):
    monkeypatch.setattr(artifact, "_PACKAGES", ("numpy", "no-such-package"))
    assert list(provenance()["versions"]) == ["numpy"]
