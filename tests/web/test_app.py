"""The routes, by a real client: answers, protocol, errors that name the field, and neighbours unharmed."""

import asyncio
import contextlib
import itertools
import json
import logging
import select
import socket
import time

import httpx
import numpy as np
import pytest

import philtre as ph
from philtre.errors import ServingError, SignatureError

MALE = {"label": "0", "probabilities": {"0": 0.75, "1": 0.25}}
FEMALE = {"label": "1", "probabilities": {"0": 0.25, "1": 0.75}}
PREDICT = "/models/titanic/predict"


def test_one_row_and_a_list_of_rows(client, row):
    assert client.post(PREDICT, json=row).json() == MALE
    assert client.post(PREDICT, json=[row, row | {"Sex": "female"}]).json() == [MALE, FEMALE]
    assert client.post(PREDICT, json=[]).json() == []


def test_what_curl_sends_is_read(client, row):
    answer = client.post(
        PREDICT, content=json.dumps(row), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.json() == MALE


def test_unknown_columns_are_reported_or_refused(client, row):
    answer = client.post(PREDICT, json=row | {"Ticket": "A/5"})
    assert (answer.status_code, answer.json()) == (200, MALE)
    assert json.loads(answer.headers["philtre-ignored-columns"]) == ["Ticket"]
    for query in ("strict=true", "a=b&strict=True"):
        problem = client.post(f"{PREDICT}?{query}", json=row | {"Ticket": "A/5"}).json()
        assert (problem["status"], problem["field"]) == (422, "Ticket")
    assert client.post(f"{PREDICT}?strict=true", json=row).status_code == 200


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"Pclass": None}, "Pclass", "null"),
        ({"Pclass": "3"}, "Pclass", "'3'"),
        ({"Pclass": 2.5}, "Pclass", "2.5"),
        ({"Pclass": 10**30}, "Pclass", "between"),
        ({"Age": 1e39}, "Age", "between"),
        ({"Age": [1]}, "Age", "a list"),
        ({"Sex": "other"}, "Sex", "one of 'female', 'male'"),
        ({"Sex": ""}, "Sex", "''"),
        ({"Alone": "yes"}, "Alone", "true, false or null"),
    ],
)
def test_a_value_that_does_not_fit_is_named(client, row, change, field, said):
    answer = client.post(PREDICT, json=[row, row | change])
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["field"], problem["row"], problem["status"]) == (field, 1, 422)
    assert said in problem["detail"]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400", "-Infinity"])
def test_numbers_that_json_does_not_have_are_named(client, row, text):
    answer = client.post(PREDICT, content=json.dumps(row).replace("22", text))
    assert answer.status_code == 422
    assert answer.json()["field"] == "Age"


def test_as_many_ignored_columns_are_reported_as_a_header_holds(client, row):
    answer = client.post(PREDICT, json=row | {f"column {i} \N{SNOWMAN}{'x' * 100}": i for i in range(500)})
    assert answer.status_code == 200
    shown = answer.headers["philtre-ignored-columns"]
    assert len(shown) <= 2000
    assert json.loads(shown)[0].startswith("column 0 \N{SNOWMAN}")


@pytest.mark.parametrize("query", ["", "?strict=true"])
def test_lone_surrogates_in_keys_are_quoted_safely(client, query):
    answer = client.post(PREDICT + query, content=b'{"Age": 1, "Pclass": 1, "Alone": null, "Sex\\ud800": "male"}')
    assert answer.status_code == 422
    assert answer.json()["field"] == "Sex"


def test_an_absent_key_is_named(client, row):
    del row["Sex"]
    problem = client.post(PREDICT, json=row | {"sex": "male"}).json()
    assert problem["field"] == "Sex"
    assert "is 'sex' meant" in problem["hint"]


@pytest.mark.parametrize("body", [b"", b"{", b"3", b'"text"', b"[" * 50_000, b"\xff\xfe", b"null"])
def test_what_is_not_json_is_400(client, body):
    answer = client.post(PREDICT, content=body)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("request body expects JSON")


def test_a_body_that_claims_a_gigabyte_is_refused_unread(address):
    head = f"POST {PREDICT} HTTP/1.1\r\nhost: x\r\ncontent-length: {2**30}\r\n\r\n".encode()
    answer, _ = _raw(address, [head])
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer


def test_a_gigabyte_in_chunks_is_cut_off(address, client, row):
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    head = f"POST {PREDICT} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".encode()
    answer, sent = _raw(address, itertools.chain([head], itertools.repeat(chunk, 2**15)))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 2**26
    assert client.post(PREDICT, json=row).json() == MALE


def _raw(address, parts):
    """Send until the server answers or hangs up; its answer, and the bytes that were sent."""
    host, port = address.removeprefix("http://").split(":")
    sent = 0
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                if select.select([connection], [], [], 0)[0]:
                    break
                connection.sendall(part)
                sent += len(part)
        return connection.recv(4096), sent


def test_a_failing_model_says_nothing_of_its_inside(client, row):
    answer = client.post(PREDICT, json=row | {"Pclass": 9})
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_bad_requests_harm_no_others(address, row):
    bad = [b"{", json.dumps(row | {"Age": "x"}).encode(), json.dumps(row | {"Pclass": 9}).encode()]

    async def run():
        async with httpx.AsyncClient(base_url=address) as client:
            bodies = [json.dumps(row).encode() if i % 2 else bad[i % 3] for i in range(60)]
            return await asyncio.gather(*(client.post(PREDICT, content=body) for body in bodies))

    answers = asyncio.run(run())
    assert [answer.json() for answer in answers[1::2]] == [MALE] * 30
    assert {answer.status_code for answer in answers[::2]} == {400, 422, 500}


def test_open_inference_protocol(client):
    tensors = [
        {"name": "Age", "shape": [2], "datatype": "FP32", "data": [22, None]},
        {"name": "Pclass", "shape": [2], "datatype": "INT64", "data": [3, 1]},
        {"name": "Sex", "shape": [2], "datatype": "BYTES", "data": ["male", "female"]},
        {"name": "Alone", "shape": [2], "datatype": "INT8", "data": [-1, 1]},
    ]
    answer = client.post("/v2/models/titanic/infer", json={"id": "7", "inputs": tensors}).json()
    assert (answer["id"], answer["model_name"]) == ("7", "titanic")
    label, probabilities = answer["outputs"]
    assert label == {"name": "label", "datatype": "BYTES", "shape": [2], "data": ["0", "1"]}
    assert (probabilities["shape"], probabilities["data"]) == ([2, 2], [0.75, 0.25, 0.25, 0.75])
    one = client.post(
        "/v2/models/titanic/versions/1/infer", json={"inputs": tensors, "outputs": [{"name": "label"}]}
    ).json()
    assert [tensor["name"] for tensor in one["outputs"]] == ["label"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "age"}, "each once"),
        ({"shape": [3]}, "as many elements as shape [3] says"),
        ({"shape": [-2]}, "shape"),
        ({"shape": [2, 1]}, r"shape [n]"),
        ({"datatype": "INT64"}, "datatype FP32"),
        ({"data": ["a", "b"]}, "a finite number"),
        ({"data": [[1], 2]}, "a list in row 0"),
        ({"data": [1e39, 1]}, "between"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(client, change, said):
    good = {
        "Age": {"name": "Age", "shape": [2], "datatype": "FP32", "data": [22, 23]},
        "Pclass": {"name": "Pclass", "shape": [2], "datatype": "INT64", "data": [3, 1]},
        "Sex": {"name": "Sex", "shape": [2], "datatype": "BYTES", "data": ["male", "female"]},
        "Alone": {"name": "Alone", "shape": [2], "datatype": "INT8", "data": [0, 1]},
    }
    good["Age"] |= change
    answer = client.post("/v2/models/titanic/infer", json={"inputs": list(good.values())})
    assert answer.status_code in (400, 422)
    assert said in answer.json()["detail"]


def test_health_and_metadata(client):
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get("/v2/models/titanic/ready").json() == {"name": "titanic", "ready": True}
    assert client.get("/v2/models/titanic/versions/1/ready").json() == {"name": "titanic", "ready": True}
    assert client.get("/v2/models/titanic/versions/2").json()["detail"] == "model 'titanic' has one version: 1"
    assert client.get("/v2").json()["name"] == "philtre"
    metadata = client.get("/v2/models/titanic").json()
    assert metadata["inputs"][2] == {"name": "Sex", "datatype": "BYTES", "shape": [-1]}
    assert client.get("/models").json()["models"][0]["name"] == "titanic"


def test_a_models_example_is_answered(client):
    described = client.get("/models/titanic").json()
    assert described["input"]["required"] == ["Age", "Pclass", "Sex", "Alone"]
    assert client.post(PREDICT, json=described["example"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/none", 404),
        ("GET", "/v2/models/none", 404),
        ("POST", "/models/none/predict", 404),
        ("GET", PREDICT, 405),
        ("DELETE", "/v2", 405),
        ("HEAD", "/", 200),
        ("HEAD", "/metrics", 200),
    ],
)
def test_paths_and_methods(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    if status == 405:
        assert answer.headers["allow"] in ("POST", "GET, HEAD")
    if status == 404 and "none" in path[5:]:
        assert "titanic" in answer.text or path == "/none"


def test_other_content_types_and_encodings_are_refused(client, row):
    assert client.post(PREDICT, content=b"x", headers={"content-type": "image/png"}).status_code == 415
    assert client.post(PREDICT, content=b"x", headers={"content-encoding": "gzip"}).status_code == 415


def test_metrics_count_what_happened(client, row):
    def total():
        text = client.get("/metrics").text
        name = 'philtre_requests_total{model="titanic",route="predict",status="200"} '
        return sum(int(line.removeprefix(name)) for line in text.splitlines() if line.startswith(name))

    before = total()
    client.post(PREDICT, json=row)
    assert total() == before + 1
    text = client.get("/metrics").text
    assert 'philtre_request_seconds_bucket{model="titanic",route="predict",le="+Inf"}' in text
    assert 'philtre_queued_rows{model="titanic"} 0' in text


def test_the_page_lists_models_and_escapes_them(client):
    answer = client.get("/")
    assert "titanic" in answer.text
    assert "&lt;b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert "script" not in answer.headers["content-security-policy"].replace("default-src 'none'", "")


def test_any_onnx_file_is_served(tmp_path):
    program = ph.Program(lambda x: x + 1, inputs={"x": ph.Tensor((None, 2))}, name="plus")
    application = ph.web.app({"plus": program.save(tmp_path / "plus.onnx")})

    async def run():
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            row = (await client.post("/models/plus/predict", json={"x": [1, 2]})).json()
            tensor = {"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [[3, 4]]}
            infer = (await client.post("/v2/models/plus/infer", json={"inputs": [tensor]})).json()
            return row, infer["outputs"][0]["data"]

    row, data = asyncio.run(run())
    assert row == {"output": [2.0, 3.0]}
    assert data == [4.0, 5.0]
    np.testing.assert_array_equal(program(np.float32([[1, 2]])), [[2, 3]])


def within(application, ask, **transport):
    """Ask an application without a server, and without its lifespan."""

    async def run():
        mounted = httpx.ASGITransport(app=application, **transport)
        async with httpx.AsyncClient(transport=mounted, base_url="http://x") as client:
            return await ask(client)

    return asyncio.run(run())


def test_a_full_queue_is_429_and_the_others_are_answered(survival, row):
    class Slow(survival):
        def run(self, arrays):
            time.sleep(0.02)
            return super().run(arrays)

    serving = ph.Serving(Slow(), max_batch=1, max_queue=3)

    async def flood(client):
        return await asyncio.gather(*(client.post("/models/m/predict", json=row) for _ in range(10)))

    answers = within(ph.web.app({"m": serving}), flood)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert all(answer.json() == MALE for answer in answers if answer not in refused)
    assert len(answers) - len(refused) >= 3


def test_mounted_under_a_path(survival, row):
    async def ask(client):
        answer = await client.post("/ml/models/m/predict", json=row)
        return answer.json(), (await client.get("/ml")).text, (await client.get("/ml/v2/health/ready")).json()

    answer, page, ready = within(ph.web.app({"m": survival()}), ask, root_path="/ml")
    assert (answer, ready) == (MALE, {"ready": True})
    assert "http://x/ml/models/m/predict" in page


def test_a_model_that_fails_on_made_up_rows_is_served(survival, row, caplog):
    class Picky(survival):
        def run(self, arrays):
            if (arrays["Age"] == 0).any():
                raise ValueError("nobody is born yet")
            return super().run(arrays)

    application = ph.web.app({"picky": Picky()})
    with caplog.at_level(logging.WARNING, "philtre.web"):
        application.warm()
    assert "nobody is born yet" in caplog.text
    assert within(application, lambda client: client.post("/models/picky/predict", json=row)).json() == MALE


def test_what_cannot_be_served_is_said_at_once(survival):
    for name in ("", "a/b"):
        with pytest.raises(ServingError, match="without '/'"):
            ph.web.app({name: survival()})
    with pytest.raises(SignatureError, match="signature"):
        ph.web.app({"f": lambda x: x})
