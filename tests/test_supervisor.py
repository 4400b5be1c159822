"""Programs kept running beside each other, in a process that can be told to stop."""

import signal
import subprocess
import sys
import time
from pathlib import Path

DRIVER = """
import sys
from mapsvc import supervisor
from mapsvc.supervisor import Program, Supervisor
supervisor.FIRST_DELAY_S = 0.01
program = Program("The program", (sys.executable, "-c", sys.argv[1]), {})
kept = Supervisor([program], say=lambda line: print(line, flush=True))
kept.proven = sys.argv[2] == "proven"
sys.exit(kept.run(lambda: 60.0))
"""

STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
)


def supervise(program: str, *, proven: bool = True) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, program, "proven" if proven else "new"],
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def is_alive(pid: str) -> bool:
    return Path("/proc", pid).exists()


def test_a_program_that_ends_is_started_again_five_times_and_no_more() -> None:
    said, _ = supervise("print('began', flush=True)").communicate(timeout=30)

    assert said.count("began") == 6
    assert said.count("Starting it again") == 5
    assert said.rstrip().endswith("Giving up.")


def test_a_program_that_never_worked_is_not_started_again() -> None:
    process = supervise("print('began'); raise SystemExit(3)", proven=False)

    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.count("began") == 1
    assert "exit status 3" in said


def test_an_asked_stop_ends_the_program_with_status_0() -> None:
    process = supervise("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    pid = first_line(process)

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)

    assert process.returncode == 0
    assert not is_alive(pid)


def test_a_second_signal_kills_a_program_that_will_not_end() -> None:
    process = supervise(STUBBORN)
    assert first_line(process) == "up"

    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)

    assert process.returncode == 0
    assert time.monotonic() - began < 3


def test_what_a_program_leaves_behind_is_killed_with_it() -> None:
    process = supervise(
        "import subprocess as s, time; p = s.Popen(['sleep', '60']); print(p.pid, flush=True); time.sleep(60)"
    )
    left_behind = first_line(process)

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)

    assert not is_alive(left_behind) or "State:\tZ" in Path("/proc", left_behind, "status").read_text()


def test_a_killed_supervisor_takes_its_program_along() -> None:
    process = supervise("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    pid = first_line(process)

    process.kill()
    process.communicate(timeout=10)

    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)
