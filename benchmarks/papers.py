"""Kits on paper: how long one takes the first time, in a fresh process, and how large the largest is."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from benchmarks.figures import Figure
from benchmarks.installations import Workshop
from mapsvc.content.faults import Faults
from mapsvc.content.kits import Kit, load_kits
from mapsvc.content.trees import Tree
from mapsvc.messages import LANGUAGES
from mapsvc.presentation.kit_sheets import Printing, kit_sheet

MOST_MS = 300
MOST_KB = 500
TODAY = date(2026, 11, 22)


def measure(_workshop: Workshop) -> Iterator[Figure]:
    """Milliseconds of the median kit in each language, without loading typst and with, and kilobytes."""
    wanted = [(slug, language) for slug in _kits() for language in LANGUAGES]
    found = [_apart(slug, language) for slug, language in wanted]
    loading, first, computing, sizes = ([one[at] for one in found] for at in range(4))
    yield Figure(
        f"a kit on paper, first time, median of {len(found)}", statistics.median(first), "ms", MOST_MS
    )
    yield Figure("a kit on paper, first time, slowest", max(first), "ms")
    yield Figure("a kit on paper, first time, computing, median", statistics.median(computing), "ms")
    yield Figure("loading typst, once a process, median", statistics.median(loading), "ms")
    yield Figure("a kit on paper, largest", max(sizes) / 1000, "kB", MOST_KB)


def printed(slug: str, language: str) -> tuple[float, float, float, float]:
    """Milliseconds of loading typst, of printing one kit after that, of all threads computing it; bytes."""
    kit = _kits()[slug]
    begun = time.perf_counter()
    import segno  # noqa: F401
    import typst  # noqa: F401

    loaded, computed = time.perf_counter(), time.process_time()
    body = kit_sheet(
        kit,
        Printing(
            language=language,
            link=f"https://map.example.org/kits/{slug}",
            links=lambda name: f"https://map.example.org/{name}",
            site="The map",
            today=TODAY,
        ),
    )
    took, computed = time.perf_counter() - loaded, time.process_time() - computed
    return (loaded - begun) * 1000, took * 1000, computed * 1000, len(body)


def _apart(slug: str, language: str) -> tuple[float, float, float, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(printed, slug, language).result()


def _kits() -> dict[str, Kit]:
    tree = Tree.of()
    return load_kits(tree, Faults(tree))
