"""What processes compute and hold, as Linux tells it."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
# After the name of the program, which may hold spaces: state, parent and so on.
PARENT, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM = 1, 11, 12, 13, 14


def tree(root: int) -> list[int]:
    """A process and all that descend from it and live."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[PARENT]), []).append(int(folder.name))
    return list(_descendants(root, children))


def parent_of(process: int) -> int:
    """The process that started this one, which must be alive."""
    return int(_stat(process)[PARENT])


def computed_s(processes: Iterable[int]) -> float:
    """The seconds that processes have computed, with those of their children that have ended.

    In steps of the kernel's clock, mostly 10 ms.
    """
    ticks = 0
    for process in processes:
        if fields := _stat(process):
            ticks += sum(int(fields[place]) for place in (USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM))
    return ticks * TICK_S


def own_s() -> float:
    """The seconds that this process has computed, all its threads together."""
    return time.process_time()


def proportional_mb(process: int) -> float:
    """The memory of a process in MB, what it shares counted in proportion (PSS)."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _descendants(root: int, children: dict[int, list[int]]) -> Iterator[int]:
    yield root
    for child in children.get(root, ()):
        yield from _descendants(child, children)


def _stat(process: int) -> list[str]:
    """The numbers of /proc/<process>/stat after its name; none once it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []
