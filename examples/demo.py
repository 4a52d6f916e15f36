"""The demo: train on the Titanic, serve the file, ask one question, serve on until Ctrl-C."""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

DATA = Path(__file__).parent / "data" / "titanic.csv"
PASSENGER = {
    "PassengerId": 1000,
    "Pclass": 3,
    "Name": "Braund, Mr. Owen Harris",
    "Sex": "male",
    "Age": 22,
    "SibSp": 1,
    "Parch": 0,
    "Ticket": "A/5 21171",
    "Fare": 7.25,
    "Cabin": None,
    "Embarked": "S",
}


def main() -> None:
    """Run the demo; everything it writes goes to a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "titanic.onnx"
        philtre("train", str(DATA), "--target", "Survived", "-o", str(model))
        port = free_port(8000)
        server = subprocess.Popen([sys.executable, "-m", "philtre", "serve", str(model), "--port", str(port)])
        try:
            address = f"http://127.0.0.1:{port}"
            answer = ask(f"{address}/models/titanic/predict", PASSENGER, server)
            print(f"\nPOST {address}/models/titanic/predict\n  {json.dumps(PASSENGER)}\n->\n  {json.dumps(answer)}")
            print(f"\nThe page: {address}   (Ctrl-C ends)", flush=True)
            server.wait()
        except KeyboardInterrupt:
            pass
        finally:
            server.terminate()
            server.wait(timeout=10)


def philtre(*arguments: str) -> None:
    """Run one command as a user would."""
    print(f"$ philtre {' '.join(arguments)}", flush=True)
    done = subprocess.run([sys.executable, "-m", "philtre", *arguments])
    if done.returncode:
        raise SystemExit(done.returncode)


def free_port(wanted: int) -> int:
    """The wanted port, or any free one where it is taken."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, row: dict[str, object], server: "subprocess.Popen[bytes]") -> object:
    """Post one row, waiting for the server to come up."""
    request = urllib.request.Request(url, json.dumps(row).encode(), {"content-type": "application/json"})
    for _ in range(100):
        if server.poll() is not None:
            raise SystemExit(f"the server ended with exit code {server.returncode}")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer within 10 seconds")


if __name__ == "__main__":
    main()
