"""Runs work with GDAL in a process of its own: its SQLite and SpatiaLite's do not live together."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def apart(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What function gives, run in a fresh process; its exceptions are raised here.

    function must be importable by name, and its arguments and answer must pickle. Loading GDAL
    into a process that has SpatiaLite open ends in a segmentation fault (seen with pyogrio 0.13 and
    mod_spatialite 5.0.1), and would hold 84 MB in every worker.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args, **kwargs).result()
