import philtre as ph
from philtre.automl.measure import measure


def test_a_program_costs_bytes_and_milliseconds(two_classes, tmp_path):
    program = ph.Program(lambda x: 2 * x, inputs={"x": ph.Number()})
    cost = measure(program, two_classes)
    assert abs(cost.bytes - program.save(tmp_path / "model.onnx").stat().st_size) < 10
    assert 0 < cost.latency_ms < 100
