"""Reads YAML into checked values, and knows the line of each."""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from mapsvc.content.faults import Faults
from mapsvc.messages import mark as _

MOST_BYTES = 2_000_000
MOST_LEVELS = 20  # of values inside values
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
)  # no XML and no page takes them
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the quick one, where it was built
NOT_YAML = _("This cannot be read as YAML (%(problem)s). Look at the spaces and colons of this line.")
TWICE = _("“%(name)s” stands here twice. Take one away.")
ALIAS = _("Anchors and aliases (& and *) are not read. Write the text out.")
TOO_DEEP = _("This is nested too deep. Look at the brackets and spaces of this line.")
HIDDEN = _("A sign that nobody sees stands here. Type this line again without it.")
MISSING = _("“%(name)s” is missing. Add it.")
UNKNOWN = _("“%(name)s” is not known here. Take it away, or correct it.")
MISSPELT = _("“%(name)s” is not known here. Did you mean “%(near)s”?")
WRONG = _("“%(name)s” cannot be used: %(problem)s.")
TOO_LARGE = _("The file is too large. At most %(limit)s bytes are read.")
NOT_READ = _("The file cannot be read (%(problem)s). Look at who may read it.")
NOT_TEXT = _("The file is not text in UTF-8. Save it as UTF-8.")


class Content(BaseModel):
    """What a YAML file or a front matter holds; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Content)


def read_text(path: Path, faults: Faults) -> str | None:
    """The text of a file with LF line ends; None, and a fault, where it is not text, or too large."""
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
        text = body.decode("utf-8-sig").replace("\r\n", "\n") if len(body) <= MOST_BYTES else None
        if text is None:
            faults.add(path, 0, TOO_LARGE, limit=MOST_BYTES)
        elif hidden := UNSEEN.search(text):
            faults.add(path, text.count("\n", 0, hidden.start()) + 1, HIDDEN)
        else:
            return text
    except UnicodeDecodeError as fault:
        faults.add(path, body[: fault.start].count(b"\n") + 1, NOT_TEXT)
    except OSError as fault:
        faults.add(path, 0, NOT_READ, problem=fault.strerror or "?")
    faults.give_up(path)
    return None


def read_yaml(
    path: Path, model: type[Model], faults: Faults, *, text: str | None = None, first_line: int = 1
) -> Model | None:
    """What a YAML file holds; None where it has a fault, all of which are noted with their lines.

    text is what to read instead of the whole file, and first_line where in the file it begins.
    """
    text = read_text(path, faults) if text is None else text
    read = None if text is None else _read(path, model, faults, text, first_line)
    if read is None:
        faults.give_up(path)
    return read


def _read(path: Path, model: type[Model], faults: Faults, text: str, first_line: int) -> Model | None:
    try:
        if danger := _dangerous(text):
            line, said = danger
            faults.add(path, first_line + line, said)
            return None
        root = yaml.compose(text, LOADER)
        value = yaml.load(text, LOADER) if root is not None else {}  # noqa: S506 # nosec B506
    except yaml.MarkedYAMLError as fault:
        place = fault.problem_mark
        line = first_line if place is None else first_line + place.line
        faults.add(path, line, NOT_YAML, problem=fault.problem or "?")
        return None
    except (yaml.YAMLError, RecursionError, ValueError) as fault:
        faults.add(path, first_line, NOT_YAML, problem=str(fault).splitlines()[0])
        return None
    before = len(faults.found)
    for line, said, values in _unreadable(root):
        faults.add(path, first_line + line, said, **values)
    try:
        read = model.model_validate(value)
    except ValidationError as refused:
        for error in refused.errors(include_url=False, include_context=True):
            said, values = _said(error, model)
            faults.add(path, first_line + _line(root, error["loc"]), said, **values)
        return None
    return read if len(faults.found) == before else None


def _dangerous(text: str) -> tuple[int, str] | None:
    """What must not even be composed, as it could take all memory or end the process: (line from 0, why)."""
    level = 0
    for event in yaml.parse(text, LOADER):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return line, ALIAS
        if level > MOST_LEVELS:
            return line, TOO_DEEP
    return None


def _unreadable(root: yaml.Node | None) -> Iterator[tuple[int, str, dict[str, object]]]:
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode) and UNSEEN.search(node.value):
            yield node.start_mark.line, HIDDEN, {}
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, inside in node.value:
                if str(key.value) in seen:
                    yield key.start_mark.line, TWICE, {"name": key.value}
                seen.add(str(key.value))
                waiting.append(inside)


def _said(error: Any, model: type[Content]) -> tuple[str, dict[str, object]]:
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return MISSING, {"name": name}
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), _names(model), n=1)
        return (MISSPELT, {"name": name, "near": near[0]}) if near else (UNKNOWN, {"name": name})
    if error["type"] == "value_error":
        return str(error["ctx"]["error"]), {}
    return WRONG, {"name": name, "problem": error["msg"]}


def _names(model: type[BaseModel]) -> list[str]:
    names, waiting, seen = [], [model], {model}
    while waiting:
        for name, field in waiting.pop().model_fields.items():
            names.append(name)
            inside = [one for one in _types(field.annotation) if one not in seen]
            seen.update(inside)
            waiting += inside
    return names


def _types(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inside in getattr(annotation, "__args__", ()):
        yield from _types(inside)


def _line(root: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line, from 0, of the innermost value of a path that is there."""
    node, line = root, 0
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, one) for key, one in node.value if key.value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
    return line
