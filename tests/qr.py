"""Reads the QR code that a printed page draws, as a phone would (ISO/IEC 18004), but for mending dirt."""

from collections.abc import Iterator

from pypdf import PageObject
from pypdf.generic import ContentStream

QUIET = 4  # modules of white around a code
CORNER = 9  # modules: a finder pattern, the white around it, and the format beside
BYTES = 0b0100  # the mode in which a code holds an address
# The lengths of the blocks of data at level Q, by version.
BLOCKS = {2: [22], 3: [17, 17], 4: [24, 24], 5: [15, 15, 16, 16], 6: [19, 19, 19, 19]}
MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, _x: y % 2 == 0,
    lambda _y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)


def read_code(page: PageObject) -> str:
    """What the one code of a page says: text in bytes, at level Q, in a code of version 2 to 6."""
    dark = _dark(page)
    size = 1 + max(x for _y, x in dark)
    of_mask = int("".join(str(int((8, x) in dark)) for x in (2, 3, 4)), 2)
    masked = MASKS[of_mask ^ 0b101]
    bits = [((y, x) in dark) != masked(y, x) for y, x in _walk(size)]
    words = [int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2) for at in range(0, len(bits), 8)]
    data = _in_order(words, BLOCKS[(size - 17) // 4])
    text = "".join(f"{word:08b}" for word in data)
    assert int(text[:4], 2) == BYTES
    length = int(text[4:12], 2)
    return bytes(int(text[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()


def _dark(page: PageObject) -> set[tuple[int, int]]:
    """The dark modules, as (row, column): the page draws each run of them as a stroke along its middle."""
    contents = page.get_contents()
    assert contents is not None
    steps = ContentStream(contents, page.pdf).operations
    at = next(number for number, (_values, name) in enumerate(steps) if name == b"M")
    dark, begun = set(), (0.0, 0.0)
    for values, name in steps[at + 1 :]:
        if name == b"B":
            return dark
        x, y = float(values[0]), float(values[1])
        if name == b"l":
            dark |= {(int(y) - QUIET, one - QUIET) for one in range(int(begun[0]), int(x))}
        begun = (x, y)
    raise AssertionError("no code on this page")


def _walk(size: int) -> Iterator[tuple[int, int]]:
    """The modules of the data, in order: up and down in pairs of columns from the right."""
    upward = True
    for right in [*range(size - 1, 7, -2), 5, 3, 1]:
        for y in range(size - 1, -1, -1) if upward else range(size):
            yield from ((y, x) for x in (right, right - 1) if not _is_fixed(y, x, size))
        upward = not upward


def _is_fixed(y: int, x: int, size: int) -> bool:
    """Whether a module belongs to a pattern, and not to the data."""
    corner = (y < CORNER and (x < CORNER or x > size - CORNER)) or (x < CORNER and y > size - CORNER)
    return corner or 6 in (y, x) or (abs(y - size + 7) <= 2 and abs(x - size + 7) <= 2)


def _in_order(words: list[int], lengths: list[int]) -> list[int]:
    """The data of all blocks, one block after the other; they are dealt out in turn."""
    blocks: list[list[int]] = [[] for _length in lengths]
    turns = [
        (turn, block) for turn in range(max(lengths)) for block, most in enumerate(lengths) if turn < most
    ]
    for word, (_turn, block) in zip(words, turns, strict=False):
        blocks[block].append(word)
    return [word for block in blocks for word in block]
