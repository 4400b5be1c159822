"""A list that comes again finds its own hosts, each once, whatever it has changed."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.sources import Outcome
from mapsvc.services.lists import bring_up_to_date
from mapsvc.services.undoing import undo_import
from tests import make

NORTH = (make.COMO[0], make.COMO[1] + 0.01)


def host(*sites: tuple[str, tuple[float, float] | None], **values: object) -> OrganisationDraft:
    """A host with sites, each given by the list's own id and its point."""
    made = tuple(make.site(at, external_ids=(own,) if own else ()) for own, at in sites)
    return replace(make.host(), sites=made, **values)  # type: ignore[arg-type]


def apply(session: Session, *drafts: OrganisationDraft) -> tuple[int, list[Outcome]]:
    source = make.source(session)
    record = make.record(session, source)
    verdicts = bring_up_to_date(session, source, drafts, record=record)
    session.commit()
    return record.id, [verdict.outcome for verdict in verdicts]


def points(session: Session) -> list[tuple[float | None, float | None]]:
    session.expire_all()
    return [(site.lon, site.lat) for site in session.scalars(select(Site).order_by(Site.id))]


TWICE = [
    pytest.param([host(("7", make.COMO), ("7", NORTH))], id="sites of one host that share an id"),
    pytest.param([host(("7", make.COMO)), host(("7", make.LECCO))], id="hosts that share a name and an id"),
    pytest.param([host(("1", make.COMO), ("2", None))], id="a site to be located beside one in its town"),
    pytest.param([host(("", None), ("", make.COMO))], id="a site to be located before one in its town"),
]


@pytest.mark.parametrize("drafts", TWICE)
def test_the_same_list_again_changes_nothing_though_its_sites_are_alike(
    session: Session, drafts: list[OrganisationDraft]
) -> None:
    apply(session, *drafts)
    before = points(session)

    _number, outcomes = apply(session, *drafts)

    assert set(outcomes) == {Outcome.UNCHANGED}
    assert points(session) == before


def test_a_site_that_moved_keeps_its_page_and_another_may_take_its_place(session: Session) -> None:
    apply(session, host(("1", make.COMO)))
    slug = session.scalar(select(Site.slug))

    _number, outcomes = apply(session, host(("1", NORTH), ("2", make.COMO)))

    slugs = {site.external_ids[0]: site.slug for site in session.scalars(select(Site))}
    assert outcomes == [Outcome.UPDATED, Outcome.ADDED]
    assert slugs["1"] == slug != slugs["2"]


def test_a_point_that_its_list_corrects_at_one_address_is_no_second_site(session: Session) -> None:
    address = {"address": "Via Garibaldi 3"}
    apply(session, make.host(site_values=address))

    _number, outcomes = apply(session, make.host(at=NORTH, site_values=address))

    assert outcomes == [Outcome.UPDATED]
    assert points(session) == [NORTH]


def test_a_host_that_its_list_parts_stays_one_and_can_be_taken_back(session: Session) -> None:
    apply(session, host(("", make.COMO), ("", make.LECCO), website="https://rossi.example"))

    parted = (host(("", make.COMO), website="https://a.example"), host(("", make.LECCO)))
    number, _outcomes = apply(session, *parted)
    _again, outcomes = apply(session, *parted)

    assert set(outcomes) == {Outcome.UNCHANGED}
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1
    undo_import(session, number)
    assert session.scalars(select(Organisation.website)).all() == ["https://rossi.example"]
