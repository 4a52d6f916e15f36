"""Targets: one program on XLA, ONNX Runtime and torch beside what a user writes by hand for each.

All contenders run in one process, in rounds of shuffled order, with 2 threads each and onnxruntime's spinning off.
"""

import argparse
import io
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import numpy as np
import onnx
import onnxruntime
import torch

import philtre as ph
from bench.models.encoder import bert, small
from bench.models.images import cnn, resnet
from bench.models.kmeans import kmeans
from bench.models.mlp import mlp
from bench.models.model import Model
from bench.rounds import interleaved, medians
from bench.verdicts import Verdicts

THREADS = 2
MICROSECOND = 1e-6


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure row by row.

    Args:
        arguments: of the command line; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.targets", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[*MEASURES], default=[*MEASURES], help="rows; all by default")
    parser.add_argument("--markdown", type=Path, help="file for the table")
    options = parser.parse_args(arguments)
    torch.set_num_threads(THREADS)
    packages = ("philtre", "jax", "onnxruntime", "torch", "numpy")
    title = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"{title}\n")
    verdicts = Verdicts()
    for name in options.only:
        MEASURES[name](verdicts)
        if options.markdown:
            verdicts.save(options.markdown, title)


def transformer(verdicts: Verdicts) -> None:
    """Nodes and latency of the small encoder, exported."""
    model = small()
    nodes = len(onnx.load_from_string(model.program.graph_bytes).graph.node)
    verdicts.add(f"{model.name}, nodes", "<= 50", f"{nodes}", "", nodes <= 50)
    _exported(verdicts, model, (1, 16), 0.8)


def images(verdicts: Verdicts) -> None:
    """Latency of convolutional networks, exported."""
    for model in filter(None, (cnn(), resnet())):
        _exported(verdicts, model, (1, 32), 1.0)


def _exported(verdicts: Verdicts, model: Model, batches: Sequence[int], bar: float) -> None:
    ours, theirs = model.program.compile("onnx"), session(exported(model))
    for n in batches:
        arrays = model.inputs(n)
        found = medians(interleaved({"ours": partial(ours, *arrays), "theirs": _feed(theirs, arrays)}))
        ratio = found["ours"] / found["theirs"]
        verdicts.add(
            f"{model.name}, batch {n}, beside torch's ONNX export", f"<= {bar} x", *map(_ms, found.values()),
            ratio <= bar, f"ratio {ratio:.2f}",
        )  # fmt: skip


def five(verdicts: Verdicts) -> None:
    """Each target beside its own, and auto beside the fastest of all."""
    for make in (mlp, bert, kmeans):
        model = make()
        theirs = session(exported(model))
        compiled = torch.compile(model.module, dynamic=True)
        auto = model.program.compile("auto")
        for n in (1, 32, 1024):
            _row(verdicts, model, theirs, compiled, auto, n)


def _row(verdicts: Verdicts, model: Model, theirs: Any, compiled: Any, auto: Any, n: int) -> None:
    arrays = model.inputs(n)
    jitted = jax.jit(model.plain)
    closed = jax.jit(lambda *given: model.plain(model.weights, *given))
    weights = jax.device_put(model.weights)
    ours, xla = model.program.compile("onnx"), model.program.compile("xla")
    taken = interleaved(
        {
            "onnx": lambda: ours(*arrays),
            "xla": lambda: xla(*arrays),
            "auto": lambda: auto(*arrays),
            "torch's export": _feed(theirs, arrays),
            "jax.jit, weights as arguments": lambda: np.asarray(jitted(weights, *arrays)),
            "jax.jit, weights as constants": lambda: np.asarray(closed(*arrays)),
            "torch": lambda: _on_torch(model.module, arrays),
            "torch.compile": lambda: _on_torch(compiled, arrays),
        }
    )
    found = medians(taken)
    what = f"{model.name}, batch {n}"
    _beside(verdicts, f"{what}, onnx beside torch's export", found["onnx"], found["torch's export"], 1.05, 5)
    own = min(found["jax.jit, weights as arguments"], found["jax.jit, weights as constants"])
    _beside(verdicts, f"{what}, xla beside the faster jax.jit", found["xla"], own, 1.03, 3)
    least = {name: min(figures) for name, figures in taken.items()}
    peers = {name: least[name] for name in list(least)[3:]}
    fastest = min(peers, key=lambda name: peers[name])
    _beside(verdicts, f"{what}, auto beside the fastest: {fastest}", least["auto"], peers[fastest], 1.05, 5)


def _beside(verdicts: Verdicts, what: str, ours: float, theirs: float, times: float, more: float) -> None:
    bar = f"<= {times} x + {more} us"
    good = ours <= times * theirs + more * MICROSECOND
    verdicts.add(what, bar, _ms(ours), _ms(theirs), good, f"ratio {ours / theirs:.2f}")


def overhead(verdicts: Verdicts) -> None:
    """What a call costs: one operation on 8 x 8."""
    program = ph.Program(lambda x: x + x, inputs={"x": ph.Tensor((8, 8))})
    x = np.ones((8, 8), np.float32)
    on_onnx, on_xla = program.compile("onnx"), program.compile("xla")
    bare, jitted = session(program.graph_bytes), jax.jit(lambda x: x + x)
    found = medians(
        interleaved(
            {
                "onnx": lambda: on_onnx(x),
                "session.run": lambda: bare.run(None, {"x": x}),
                "xla": lambda: on_xla(x),
                "jax.jit": lambda: np.asarray(jitted(x)),
            }
        )
    )
    ratio = found["onnx"] / found["session.run"]
    shown = {name: f"{seconds / MICROSECOND:.1f} us" for name, seconds in found.items()}
    verdicts.add(
        "call, onnx beside session.run", "<= 1.5 x", shown["onnx"], shown["session.run"], ratio <= 1.5,
        f"ratio {ratio:.2f}",
    )  # fmt: skip
    more = (found["xla"] - found["jax.jit"]) / MICROSECOND
    verdicts.add(
        "call, xla beside jax.jit and np.asarray",
        "+ 2 us",
        shown["xla"],
        shown["jax.jit"],
        more <= 2,
        f"{more:+.1f} us",
    )


def logistic(verdicts: Verdicts) -> None:
    """The integer logistic map on every target."""

    def ten_times(x: Any) -> Any:
        for _ in range(10):
            x = 22 * x * (x + 1) % 6_700_417
        return x

    program = ph.Program(ten_times, inputs={"x": ph.Tensor((None,), "int64")})
    x = np.arange(1, 1_000_001)
    wanted = ten_times(x)
    for target in ("xla", "onnx", "torch", "numpy"):
        same = np.array_equal(program.compile(target)(x), wanted)
        verdicts.add(f"integer logistic map, {target}", "equal", "equal" if same else "differs", "", same)


def conversion(verdicts: Verdicts) -> None:
    """Seconds to convert the BERT-base shape, and the opsets of all files."""
    model = bert()
    started = time.perf_counter()
    data = model.program.graph_bytes
    seconds = time.perf_counter() - started
    verdicts.add("conversion of the BERT-base shape", "<= 3 s", f"{seconds:.2f} s", "", seconds <= 3)
    files = {"BERT-base shape": data} | {
        each.name: each.program.graph_bytes for each in (small(), cnn(), resnet(), mlp(), kmeans()) if each
    }
    for name, file in files.items():
        loaded = onnx.load_from_string(file)
        onnx.checker.check_model(loaded, full_check=True)
        opset = max(each.version for each in loaded.opset_import if not each.domain)
        verdicts.add(f"{name}, operator set, checked", "<= 23", f"{opset}", "", opset <= 23)


def exported(model: Model) -> bytes:
    """torch's own ONNX export, with a free batch."""
    arrays = tuple(map(torch.from_numpy, model.inputs(2)))
    batch = torch.export.Dim("batch")
    length = torch.export.Dim("length")
    free = any("length" in field.wire_shape for field in (model.program.inputs or {}).values())
    shapes = tuple({0: batch, 1: length} if free else {0: batch} for _ in arrays)
    file = io.BytesIO()
    program = torch.onnx.export(
        model.module.eval(), arrays, dynamo=True, dynamic_shapes=shapes, verbose=False, external_data=False
    )
    program.save(file)
    return file.getvalue()


def session(model: bytes) -> Any:
    """A session as the runtime opens it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _feed(session: Any, arrays: Sequence[np.ndarray]) -> Callable[[], Any]:
    given = dict(zip([each.name for each in session.get_inputs()], arrays, strict=True))
    return lambda: session.run(None, given)


def _on_torch(module: Any, arrays: Sequence[np.ndarray]) -> np.ndarray:
    with torch.inference_mode():
        answer: np.ndarray = module(*map(torch.from_numpy, arrays)).numpy()
    return answer


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.3f} ms"


MEASURES = {
    "overhead": overhead,
    "logistic": logistic,
    "conversion": conversion,
    "transformer": transformer,
    "images": images,
    "five": five,
}

if __name__ == "__main__":
    main()
