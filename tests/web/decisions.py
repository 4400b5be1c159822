"""Who gets in where, written by hand; and one of each thing that routes are about."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.routing import Rule

from mapsvc.config import Settings
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Grant, Role
from mapsvc.domain.reviews import Revision
from mapsvc.domain.sources import Source
from mapsvc.services.accounts import grant, sending_organisation
from mapsvc.storage.engine import writing
from mapsvc.storage.hosts import state_of
from tests import make
from tests.publish import publish

GONE = 999_999  # the number of nothing

EVERYBODY = "learner, alumnus, professional, host, referent, other referent, moderator, administrator"
STAFF = "referent, other referent, moderator, administrator"
LISTS = "referent, other referent, administrator"
OURS = "referent, administrator"
THEIRS = "host, referent, administrator"

# By endpoint: the roles that get in, when it is about a thing of School A.
ENTRY = {
    "account.overview": EVERYBODY,
    "account.describe": EVERYBODY,
    "account.new_address": EVERYBODY,
    "account.delete": EVERYBODY,
    # Of somebody's own: the thing in the table is nobody's here.
    "account.end_sign_in": "",
    "account.address_link": EVERYBODY,
    "account.take_address": EVERYBODY,
    "people.everybody": LISTS,
    "people.invite": LISTS,
    "people.revoke": OURS,
    # Which hosts are asked stands in the form, not in the path: none here.
    "claiming.ask_still_true": LISTS,
    "claiming.invite_host": OURS,
    "own_hosts.overview": EVERYBODY,
    "own_hosts.confirm": "host, referent, administrator",
    "own_hosts.ask_to_leave": "host",
    "own_hosts.leave": "host",
    "own_hosts.erase": "host",
    "vouching.vouch": OURS,
    "vouching.withdraw": OURS,
    "keeping.hosts": "host, referent, other referent, administrator",
    "keeping.add": LISTS,
    "keeping.sheet": THEIRS,
    "keeping.step": THEIRS,
    "keeping.turn": THEIRS,
    # Which part goes stands in the form: none here.
    "keeping.remove_part": "",
    "keeping.history": THEIRS,
    "keeping.restore": THEIRS,
}

# What ends the account that asks; tests of their own show these.
DANGEROUS = {"account.delete", "people.revoke", "own_hosts.leave", "own_hosts.erase"}


@dataclass
class World:
    """The numbers of the things that routes name, by the name of their argument or their endpoint."""

    numbers: dict[str, int]

    def path(self, app: Flask, rule: Rule, number: int | None) -> str:
        """The path of a rule about a thing of School A, or about what has the number."""
        values: dict[str, object] = {}
        for name in rule.arguments:
            if name == "token":
                values[name] = "x" * 43
            elif name in WORDS:
                values[name] = WORDS[name]
            elif rule.endpoint == "keeping.step" and name in {"site", "offer"}:
                values[name] = 1  # places in the sheet, counted
            else:
                values[name] = number or self.numbers[THINGS.get(rule.endpoint, name)]
        with app.test_request_context():
            built = app.url_map.bind("localhost").build(rule.endpoint, values)
        return str(built)


# Arguments that are words.
WORDS = {"file_format": "csv", "language": "en", "part": "what", "verb": "resume"}

# What the number in a path is, where its name does not say so.
THINGS = {
    "claiming.invite_host": "organisation",
    "own_hosts.confirm": "organisation",
    "own_hosts.ask_to_leave": "organisation",
    "own_hosts.leave": "organisation",
    "own_hosts.erase": "organisation",
    "vouching.vouch": "organisation",
    "vouching.withdraw": "organisation",
    "account.end_sign_in": "nobody's",
    "people.revoke": "grant",
}


def make_world(settings: Settings, engine: Engine) -> World:
    """One of each thing, in the list of School A."""
    with writing(engine) as session:
        publish(session, make.host(), source="a list of School A")
        school = sending_organisation(session, "School A")
        session.scalars(select(Source)).one().owner_id = school.id
        colleague = grant(session, "colleague@example.org", Role.REFERENT, sending=school)
        session.commit()
        organisation = session.scalars(select(Organisation)).one()
        revision = Revision(organisation_id=organisation.id, what="edited", state=state_of(organisation))
        session.add(revision)
        session.commit()
        numbers = {
            "organisation": organisation.id,
            "number": organisation.id,  # of keeping, where nothing else is said
            "revision": revision.id,
            "site": organisation.sites[0].id,
            "grant": session.scalars(select(Grant.id).where(Grant.account_id == colleague.id)).one(),
            "nobody's": GONE - 1,
        }
    return World(numbers)
