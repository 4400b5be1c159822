"""One page of results: the items, what to choose next, and the addresses of every step from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext

from mapsvc import i18n
from mapsvc.directory.answers import Answer, Facets, Wider
from mapsvc.directory.directory import Directory
from mapsvc.domain.days import spelt
from mapsvc.domain.listings import Kind
from mapsvc.domain.vocabulary import field_family
from mapsvc.params.searches import LISTS, MOST_K, MOST_RADIUS_KM, SearchState, search_url
from mapsvc.presentation.cards import Item
from mapsvc.presentation.items import Items
from mapsvc.presentation.labels import RegionNames, label_of, value_label
from mapsvc.services.table_files import MOST_ROWS, formats_offered

HOSTS_FILE, AREAS_FILE, MAP_FILE = "/download/hosts", "/download/areas", "/download/map.html"
BROAD_FIELD_DIGITS = 2

Option = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What the list of results shows; the texts are in the reader's language.

    `facets` holds the options of each filter by name, the most frequent first; `chosen` what can
    be taken away again; `wider` is set where nothing was found and a larger radius would find.
    """

    total: int
    items: list[Item]
    page: int
    pages: int
    facets: dict[str, list[Option]]
    chosen: list[Option]
    wider: Option | None
    summary: str
    next_url: str | None
    previous_url: str | None
    hosts_files: dict[str, str]
    areas_files: dict[str, str]
    map_url: str | None
    most_rows: int = MOST_ROWS


def result_page(
    state: SearchState, directory: Directory, items: Items, *, language: str, regions: RegionNames
) -> ResultPage:
    """Asks the directory and dresses its answer; needs Flask's context."""
    answer = directory.search(state.search)
    return ResultPage(
        total=answer.total,
        items=items.of(answer.hits, language=language),
        page=answer.page,
        pages=answer.pages,
        facets=facet_options(answer.facets, state, language=language, regions=regions),
        chosen=chosen(state, language=language, regions=regions),
        wider=wider_choice(answer.wider, state),
        summary=summary_sentence(answer, state),
        next_url=search_url(state, page=answer.page + 1) if answer.page < answer.pages else None,
        previous_url=_previous_url(answer, state),
        hosts_files=_files(state, HOSTS_FILE),
        areas_files=_files(state, AREAS_FILE),
        map_url=search_url(state, MAP_FILE, page=None),
    )


def _files(state: SearchState, path: str) -> dict[str, str]:
    """The address of each format of a file of what is found, by its name."""
    found = {name: search_url(state, f"{path}.{name}", page=None) for name in formats_offered(places=True)}
    return {name: url for name, url in found.items() if url}


def facet_values(facets: Facets, *, language: str, regions: RegionNames) -> dict[str, list[Option]]:
    """All counts with their labels: {value, label, count} by facet, most first, then by label."""
    return {
        name: [
            {"value": value, "label": label, "count": counts[value]}
            for value, label in _ordered(name, counts, language, regions)
        ]
        for name, counts in facets.items()
    }


def facet_options(
    facets: Facets, state: SearchState, *, language: str, regions: RegionNames
) -> dict[str, list[Option]]:
    """What each filter offers: {value, label, count, active, url}, most first, then by label.

    `url` adds the value, or takes an active one away. An active value is offered even with no
    site left. Fields are offered by broad field, the finer ones once their broad field is chosen;
    regions once their country is.
    """
    options: dict[str, list[Option]] = {}
    for name in LISTS:
        active = state.filters.get(name, [])
        counts = dict.fromkeys(active, 0) | dict(facets.get(name, {}))
        offered = {value: count for value, count in counts.items() if _is_offered(name, value, state)}
        options[name] = [
            {
                "value": value,
                "label": label,
                "count": offered[value],
                "active": value in active,
                "url": _toggled(state, name, value),
            }
            for value, label in _ordered(name, offered, language, regions)
        ]
    return options


def chosen(state: SearchState, *, language: str, regions: RegionNames) -> list[Option]:
    """The filters in force, in a fixed order: {name, value, label, remove_url}."""
    filters = state.filters
    found = [
        _choice(name, value, value_label(name, value, language, regions), _toggled(state, name, value))
        for name in LISTS
        for value in filters.get(name, ())
    ]
    if state.where_is_text:
        found.insert(0, _choice("where", state.where, _quoted(state.where), search_url(state, where=None)))
    if "from" in filters or "to" in filters:
        first, last = filters.get("from") or filters["to"], filters.get("to") or filters["from"]
        label = " – ".join(_day(day, language) for day in dict.fromkeys((first, last)))
        found.append(_choice("from", first, label, search_url(state, **{"from": None, "to": None})))
    if "age" in filters:
        label = gettext("Age %(age)s", age=filters["age"])
        found.append(_choice("age", filters["age"], label, search_url(state, age=None)))
    if "seats" in filters:
        label = ngettext("%(num)s learner", "%(num)s learners", int(filters["seats"]))
        found.append(_choice("seats", filters["seats"], label, search_url(state, seats=None)))
    if "q" in filters:
        found.append(_choice("q", filters["q"], _quoted(filters["q"]), search_url(state, q=None)))
    return found


def wider_choice(wider: Wider | None, state: SearchState) -> Option | None:
    """The wider search that finds something: {radius_km, total, url}, None where there is none.

    Beyond the largest radius that can be asked for, its address asks for as many nearest.
    """
    if wider is None:
        return None
    if wider.radius_km <= MOST_RADIUS_KM:
        url = search_url(state, radius_km=wider.radius_km, bbox=None)
    else:
        url = search_url(state, radius_km=None, k=min(wider.total, MOST_K), bbox=None)
    return {"radius_km": wider.radius_km, "total": wider.total, "url": url}


def summary_sentence(answer: Answer, state: SearchState) -> str:
    """How many were found and where, as one sentence; what is not all hosts is called results."""
    hosts, num, count = _are_hosts(answer, state), answer.total, i18n.count(answer.total)
    if state.centre is None:
        if state.bbox and hosts:
            return str(
                ngettext(
                    "%(count)s host on this part of the map",
                    "%(count)s hosts on this part of the map",
                    num,
                    count=count,
                )
            )
        if state.bbox:
            return str(
                ngettext(
                    "%(count)s result on this part of the map",
                    "%(count)s results on this part of the map",
                    num,
                    count=count,
                )
            )
        if hosts:
            return str(ngettext("%(count)s host", "%(count)s hosts", num, count=count))
        return str(ngettext("%(count)s result", "%(count)s results", num, count=count))
    return _near_sentence(num, count, state, hosts=hosts)


def _near_sentence(num: int, count: str, state: SearchState, *, hosts: bool) -> str:
    """The same around a place."""
    place = (state.centre and state.centre.label) or gettext("the chosen point")
    if state.radius_km is not None:
        where = {"count": count, "km": i18n.count(state.radius_km), "place": place}
        if hosts:
            return str(
                ngettext(
                    "%(count)s host within %(km)s km of %(place)s",
                    "%(count)s hosts within %(km)s km of %(place)s",
                    num,
                    **where,
                )
            )
        return str(
            ngettext(
                "%(count)s result within %(km)s km of %(place)s",
                "%(count)s results within %(km)s km of %(place)s",
                num,
                **where,
            )
        )
    if not num:
        return str(gettext("Nothing found around %(place)s", place=place))
    if hosts:
        return str(
            ngettext(
                "The host nearest to %(place)s",
                "The %(count)s hosts nearest to %(place)s",
                num,
                count=count,
                place=place,
            )
        )
    return str(
        ngettext(
            "The result nearest to %(place)s",
            "The %(count)s results nearest to %(place)s",
            num,
            count=count,
            place=place,
        )
    )


def _are_hosts(answer: Answer, state: SearchState) -> bool:
    """Whether hosts alone were found; where nothing was, hosts are what was looked for."""
    counts = answer.facets.get("kind", {})
    return {kind for kind in state.filters.get("kind") or counts if counts.get(kind)} <= {Kind.HOST}


def _previous_url(answer: Answer, state: SearchState) -> str | None:
    """The page before; from beyond the end, the last."""
    return search_url(state, page=min(answer.page - 1, answer.pages)) if answer.page > 1 else None


def _is_offered(name: str, value: str, state: SearchState) -> bool:
    active = state.filters.get(name, [])
    if value in active:
        return True
    if name == "field":
        return len(value) == BROAD_FIELD_DIGITS or field_family(value) in map(field_family, active)
    if name == "region":
        countries = {*state.filters.get("country", ()), *(region[:2] for region in active)}
        return value[:2] in countries
    return True


def _toggled(state: SearchState, name: str, value: str) -> str:
    active = state.filters.get(name, [])
    values = [each for each in active if each != value] if value in active else [*active, value]
    return search_url(state, **{name: values})


def _choice(name: str, value: str, label: str, remove_url: str) -> Option:
    return {"name": name, "value": value, "label": label, "remove_url": remove_url}


def _quoted(text: str) -> str:
    return str(gettext("“%(text)s”", text=text))


def _day(day: str, language: str) -> str:
    return spelt(date.fromisoformat(day), "long", language)


def _ordered(
    name: str, counts: Mapping[str, int], language: str, regions: RegionNames
) -> list[tuple[str, str]]:
    """The values of a facet with their labels, most first, then by label."""
    labels = {value: label_of(name, value, language, regions) for value in counts}
    order = sorted(counts, key=lambda value: (-counts[value], labels[value].folded))
    return [(value, labels[value].text) for value in order]
