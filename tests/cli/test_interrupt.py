import signal
import subprocess
import sys
import time

import pytest

from philtre.cli.interrupt import interruptible
from philtre.errors import DataError


def test_work_gives_its_value_or_its_error():
    def fail():
        raise DataError("work", expected="luck", got="none")

    assert interruptible(lambda: 3) == 3
    with pytest.raises(DataError, match="luck"):
        interruptible(fail)


def test_ctrl_c_ends_work_that_does_not_listen():
    code = (
        "from philtre.cli.interrupt import interruptible\n"
        "def stubborn():\n"
        "    import time\n"
        "    print('on it', flush=True)\n"
        "    while True:\n"
        "        try: time.sleep(60)\n"
        "        except BaseException: pass\n"
        "interruptible(stubborn, tidy=lambda: print('tidied'))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"on it\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (output, errors) == (b"tidied\n", b"stopped\n")
