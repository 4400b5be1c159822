"""Keeps programs running beside each other, and takes all of them down together."""

import ctypes
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WAITED_FOR = STOP_SIGNALS | {signal.SIGCHLD}
MAX_DEATHS = 5
"""So many unexpected ends within DEATHS_WINDOW_S are mended by a new start; one more is a failure."""
DEATHS_WINDOW_S = 60.0
FIRST_DELAY_S = 0.5
STOP_WITHIN_S = 8.0
"""What a program has for its own good end before it is killed."""

PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>


@dataclass(frozen=True, slots=True)
class Program:
    """A command to keep running; environment is added to that of the supervisor."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


def end_with_parent() -> None:
    """Asks Linux to send this process SIGTERM when its parent ends, however that ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs programs until a stop signal arrives or one of them cannot be kept alive."""

    def __init__(self, programs: list[Program], *, say: Callable[[str], None]) -> None:
        self.say = say
        self.running: dict[int, tuple[Program, subprocess.Popen[bytes]]] = {}
        self.due: list[tuple[float, Program]] = [(0.0, program) for program in programs]
        self.deaths: deque[float] = deque(maxlen=MAX_DEATHS + 1)
        self.proven = False
        """Whether the programs have worked once. Before that, an end is a fault that no new start mends."""

    def run(self, tick: Callable[[], float]) -> int:
        """0 after an asked stop, 1 when a program kept dying; every program is gone by then.

        tick is called again and again, between events, and says how many seconds may pass
        until its next call.
        """
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
        try:
            while not self._hopeless():
                self._start_due()
                caught = signal.sigtimedwait(WAITED_FOR, self._pause(tick()))
                if caught and caught.si_signo in STOP_SIGNALS:
                    return 0
                self._reap()
            return 1
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def _hopeless(self) -> bool:
        return len(self.deaths) > (MAX_DEATHS if self.proven else 0)

    def _pause(self, wanted_s: float) -> float:
        until_due = min((at for at, _ in self.due), default=float("inf")) - time.monotonic()
        return max(0.0, min(wanted_s, until_due))

    def _start_due(self) -> None:
        now = time.monotonic()
        for at, program in [entry for entry in self.due if entry[0] <= now]:
            self.due.remove((at, program))
            process = subprocess.Popen(  # noqa: S603 - the commands are ours
                program.command,
                env={**os.environ, **program.environment},
                # A session of its own: Ctrl-C reaches the supervisor alone, and the group dies whole.
                start_new_session=True,
                preexec_fn=_in_child,  # noqa: PLW1509 - the supervisor has one thread
            )
            self.running[process.pid] = (program, process)

    def _reap(self) -> None:
        """Puts each program that ended since the last look down for a new start."""
        while (ended := _ended_child()) is not None:
            pid, status = ended
            if pid not in self.running:  # an orphan that came to us as the first process of a container
                continue
            program, process = self.running.pop(pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            _kill_group(pid)
            self._plan_restart(program, process.returncode)

    def _plan_restart(self, program: Program, code: int) -> None:
        now = time.monotonic()
        while self.deaths and now - self.deaths[0] > DEATHS_WINDOW_S:
            self.deaths.popleft()
        self.deaths.append(now)
        delay_s = FIRST_DELAY_S * 2 ** (len(self.deaths) - 1)
        self.due.append((now + delay_s, program))
        outlook = "Giving up." if self._hopeless() else f"Starting it again in {delay_s:g} s."
        self.say(f"{program.name} ended unexpectedly ({_reason(code)}). {outlook}")

    def _stop(self) -> None:
        """Asks every program to end, and kills what has not done so in time or at a second signal."""
        for pid in self.running:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_S
        while self.running and (left_s := deadline - time.monotonic()) > 0:
            caught = signal.sigtimedwait(WAITED_FOR, min(left_s, 0.2))
            if caught and caught.si_signo in STOP_SIGNALS:
                break
            self._collect(os.WNOHANG)
        for pid in self.running:
            _kill_group(pid)
        self._collect(0)

    def _collect(self, options: int) -> None:
        for pid, (_, process) in list(self.running.items()):
            ended, status = os.waitpid(pid, options)
            if ended:
                process.returncode = os.waitstatus_to_exitcode(status)
                del self.running[pid]
                _kill_group(pid)


def _in_child() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WAITED_FOR)
    end_with_parent()


def _ended_child() -> tuple[int, int] | None:
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else None


def _kill_group(pid: int) -> None:
    """Kills what a program may have left behind of its own children."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit status {code}"
