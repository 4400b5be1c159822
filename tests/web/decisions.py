"""Who gets in where, written by hand; and one of each thing that routes are about."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from mapsvc.config import Settings
from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.asking import Conversation, ConversationStatus, Message, Side
from mapsvc.domain.base import now
from mapsvc.domain.class_invitations import ClassInvitation
from mapsvc.domain.cohorts import Cohort, CohortLearner, Scenario, ScenarioStage
from mapsvc.domain.consents import Consent
from mapsvc.domain.corrections import FactSubmission
from mapsvc.domain.daily_rates import DailyRate
from mapsvc.domain.feedback import Feedback
from mapsvc.domain.flow_plans import FlowPlan
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.people import Grant, Role
from mapsvc.domain.reviews import HostSubmission, Report, Revision
from mapsvc.domain.sources import Duplicate, Import, Source
from mapsvc.domain.submissions import SubmissionKind
from mapsvc.domain.uploads import QuarantinedRow, Upload, UploadStage
from mapsvc.planning.cohorts import Demands
from mapsvc.planning.outcome_files import as_json, demands_as_json, learner_as_json
from mapsvc.planning.outcomes import LeftOver, Outcome
from mapsvc.services.accounts import grant, sending_organisation
from mapsvc.storage.engine import writing
from mapsvc.storage.hosts import state_of
from tests import make
from tests.cohorts import learner as learner_of
from tests.publish import publish

GONE = 999_999  # the number of nothing

EVERYBODY = "learner, alumnus, professional, host, referent, other referent, moderator, administrator"
STAFF = "referent, other referent, moderator, administrator"
LISTS = "referent, other referent, administrator"
OURS = "referent, administrator"
SENDERS = "referent, other referent"
MODERATORS = "moderator, administrator"
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
    "own_courses.overview": EVERYBODY,
    "own_courses.keep": EVERYBODY,
    "own_courses.progress": EVERYBODY,
    "own_courses.download": EVERYBODY,
    "own_courses.erase": EVERYBODY,
    # Of somebody's own, as above; the word of a link that is none.
    "own_courses.certificate": "",
    "own_courses.revoke": "",
    "own_courses.take_back": "",
    "own_courses.agree": "",
    "completions.overview": "referent, other referent",
    "completions.table": "referent, other referent",
    "certificates.revoke": MODERATORS,
    "people.everybody": LISTS,
    "people.invite": LISTS,
    "people.revoke": OURS,
    "claiming.invite_host": OURS,
    "own_hosts.overview": EVERYBODY,
    "own_hosts.confirm": "host, referent, administrator",
    "own_hosts.take_back": "",
    "own_hosts.show_prepared": "",
    "own_hosts.hide_prepared": "",
    "own_hosts.ask_to_leave": "host",
    "own_hosts.leave": "host",
    "own_hosts.erase": "host",
    "vouching.vouch": OURS,
    "vouching.withdraw": OURS,
    "keeping.hosts": "host, referent, other referent, administrator",
    "keeping.table": "host, referent, other referent, administrator",
    "keeping.add": LISTS,
    "keeping.sheet": THEIRS,
    "keeping.step": THEIRS,
    "keeping.turn": THEIRS,
    # Which part goes stands in the form: none here.
    "keeping.remove_part": "",
    "keeping.history": THEIRS,
    "keeping.restore": THEIRS,
    "desk.to_do": STAFF,
    "class_invitations.overview": STAFF,
    "class_invitations.new": STAFF,
    "class_invitations.show": "referent, moderator, administrator",
    "class_invitations.sheet": "referent, moderator, administrator",
    "class_invitations.end": "referent, moderator, administrator",
    "cohorts.overview": SENDERS,
    "cohorts.new": SENDERS,
    "cohorts.template": SENDERS,
    "cohorts.table": SENDERS,
    # Of its own school alone: not even administrators.
    "cohorts.show": "referent",
    "cohorts.replace": "referent",
    "cohorts.change": "referent",
    "cohorts.settle": "referent",
    "cohorts.delete": "referent",
    "cohorts.download": "referent",
    "cohorts.learners.add": "referent",
    "cohorts.learners.edit": "referent",
    "cohorts.learners.remove": "referent",
    "cohorts.scenarios.new": "referent",
    "cohorts.scenarios.show": "referent",
    "cohorts.scenarios.progress": "referent",
    "cohorts.scenarios.cancel": "referent",
    "cohorts.scenarios.lock": "referent",
    "cohorts.scenarios.carry_out": "referent",
    "cohorts.scenarios.rename": "referent",
    "cohorts.scenarios.delete": "referent",
    "cohorts.scenarios.compare": "referent",
    "cohorts.scenarios.figures": "referent",
    "cohorts.scenarios.learners": "referent",
    "placements.table": "referent",
    "placements.sheets": "referent",
    "placements.letters": "referent",
    "placements.calendar": "referent",
    "placements.on_map": "referent",
    "groups.find": SENDERS,
    "groups.table": "",  # without a question there is none
    # What they are about stands in the form, not in the path: none here.
    "desk.duplicates.pairs": STAFF,
    "desk.duplicates.table": STAFF,
    "desk.duplicates.decide": "",
    "desk.duplicates.undecide": OURS,
    "desk.locating.towns": STAFF,
    "desk.locating.place_in_town": "",
    "desk.locating.site": OURS,
    "desk.locating.place": OURS,
    "desk.locating.take_off": OURS,
    "desk.rows.faults": STAFF,
    "desk.rows.table": STAFF,
    "desk.rows.mend_all": "",
    "desk.rows.row": OURS,
    "desk.rows.mend": OURS,
    "desk.rows.wait_again": OURS,
    "desk.kits.gaps": STAFF,
    "desk.kits.table": STAFF,
    "desk.demand.overview": STAFF,
    "desk.demand.download": STAFF,
    "flows.overview": "referent, other referent",
    "flows.new": "referent, other referent",
    **{f"flows.{view}": "referent" for view in ("show", "edit", "undo", "erase", "download")},
    "rates.overview": LISTS,
    "rates.new": LISTS,
    "rates.table": LISTS,
    # Of the owner: the whole installation's, or one's own school's.
    "rates.examples": "",  # whose, stands in the form
    "rates.edit": "referent",
    "rates.erase": "referent",
    "checks.check": SENDERS,
    "checks.cohort": "referent",
    "checks.flow_plan": "referent",
    "checks.estimate": "referent",
    "checks.download": "referent",
    "year.overview": LISTS,
    "year.download": LISTS,
    "year.type_numbers": SENDERS,  # one's own first school, where the form names none
    "success.overview": MODERATORS,
    "success.months": MODERATORS,
    "success.marks": MODERATORS,
    "success.set_targets": "administrator",
    "success.delete_text": MODERATORS,
    "desk.stale.hosts": STAFF,
    "desk.stale.act": STAFF,
    "importing.uploads": LISTS,
    "importing.begin": LISTS,
    "importing.template": LISTS,
    "importing.table": LISTS,
    "importing.release": OURS,
    "importing.undo": OURS,
    "importing.file.show": OURS,
    "importing.file.progress": OURS,
    "importing.file.report": "",  # there is none yet
    "importing.file.map_columns": OURS,
    "importing.file.correct": OURS,
    "importing.file.confirm": OURS,
    "importing.file.cancel": OURS,
    "moderating.queue": STAFF,
    "moderating.decide_many": MODERATORS,
    "moderating.decided": MODERATORS,
    "moderating.submission": MODERATORS,
    "moderating.decide": MODERATORS,
    "moderating.undo": MODERATORS,
    "conversations.reported": MODERATORS,
    "conversations.read": MODERATORS,
    "conversations.settle": MODERATORS,
    "own_pins.overview": EVERYBODY,
    "own_pins.download": EVERYBODY,
    # Of somebody's own, as above.
    "own_pins.edit": "",
    "own_pins.withdraw": "",
    "own_pins.confirm": "",
    "correcting.form": EVERYBODY,
    "correcting.overview": EVERYBODY,
    "correcting.download": EVERYBODY,
    "correcting.withdraw": "",  # of somebody's own, as above
    "reporting.entry": "referent, moderator, administrator",
    "reporting.close": "referent, moderator, administrator",
    "reporting.put_back": "referent, moderator, administrator",
    "reporting.turn_stay": MODERATORS,
    "reporting.erase": MODERATORS,
    "audit.log": MODERATORS,
    "audit.download": MODERATORS,
}

# What ends the account that asks; tests of their own show these.
DANGEROUS = {"account.delete", "people.revoke", "own_hosts.leave", "own_hosts.erase", "importing.undo"} | {
    f"cohorts.{view}" for view in ("delete", "learners.remove", "scenarios.delete")
}
ONCE = {
    "desk.duplicates.undecide",
    "desk.locating.take_off",
    "desk.rows.wait_again",
    "conversations.settle",
    "flows.erase",
    "rates.erase",
    "success.delete_text",
}  # the first who asks changes it for all


@dataclass
class World:
    """The numbers of the things that routes name, by the name of their argument or their endpoint."""

    numbers: dict[str, int]

    def path(self, app: Flask, rule: Rule, number: int | None, *, kind: str = "") -> str:
        """The path of a rule about a thing of School A, or about what has the number.

        kind is that of the submission, where a rule is about any.
        """
        values: dict[str, object] = {}
        for name in rule.arguments:
            if name == "kind":
                values[name] = kind
            elif name == "token":
                values[name] = "x" * 43
            elif name == "verb" and rule.endpoint in VERBS:
                values[name] = VERBS[rule.endpoint]
            elif rule.endpoint == "own_courses.keep":
                values[name] = "safety"
            elif name in WORDS:
                values[name] = WORDS[name]
            elif rule.endpoint == "keeping.step" and name in {"site", "offer"}:
                values[name] = 1  # places in the sheet, counted
            else:
                values[name] = number or self.numbers[kind or THINGS.get(rule.endpoint, name)]
        with app.test_request_context():
            built = app.url_map.bind("localhost").build(rule.endpoint, values)
        return str(built)


def kinds(rule: Rule) -> tuple[str, ...]:
    """The kinds of submissions that a rule is about, or "" where it is about none."""
    return tuple(SubmissionKind) if "kind" in rule.arguments else ("",)


# Arguments that are words.
WORDS = {
    "slug": "a-host",
    "file_format": "csv",
    "kept_as": "json",
    "language": "en",
    "part": "what",
    "verb": "resume",
    "word": "x" * 43,
    "module": "papers",
    "key": "copies",
    "resource": "first-answer",
    "code": "K7QM-2F9X-4TBD",
    "kit": "como",
    "folder": "kits",
    "owner": "como",
    "fact": "swiss-network",
}

VERBS = {
    "moderating.decide": "approve",
    "reporting.turn_stay": "hide",
    "reporting.close": "settle",
    "conversations.act": "report",
}

# What the number in a path is, where its name does not say so.
THINGS = {
    "claiming.invite_host": "organisation",
    "own_hosts.confirm": "organisation",
    "own_hosts.take_back": "nobody's",
    "own_hosts.show_prepared": "organisation",
    "own_hosts.hide_prepared": "organisation",
    "own_hosts.ask_to_leave": "organisation",
    "own_hosts.leave": "organisation",
    "own_hosts.erase": "organisation",
    "vouching.vouch": "organisation",
    "vouching.withdraw": "organisation",
    "reporting.entry": "report",
    "reporting.close": "report",
    "reporting.put_back": "report",
    "reporting.erase": "report",
    "account.end_sign_in": "nobody's",
    "reporting.turn_stay": "reported stay",
    "conversations.read": "conversation",
    "conversations.settle": "conversation",
    "own_pins.edit": "nobody's",
    "own_pins.withdraw": "nobody's",
    "own_pins.confirm": "nobody's",
    "correcting.withdraw": "nobody's",
    "own_courses.certificate": "nobody's",
    "own_courses.revoke": "nobody's",
    "own_courses.take_back": "nobody's",
    "desk.duplicates.undecide": "duplicate",
    "desk.locating.site": "site",
    "desk.locating.place": "site",
    "desk.locating.take_off": "site",
    "desk.rows.row": "row",
    "desk.rows.mend": "row",
    "desk.rows.wait_again": "row",
    "importing.release": "import",
    "importing.undo": "import",
    **{
        f"importing.file.{view}": "upload"
        for view in ("show", "progress", "report", "map_columns", "correct", "confirm", "cancel")
    },
    **{f"flows.{view}": "flows" for view in ("show", "edit", "undo", "erase", "download")},
    **{f"rates.{view}": "rate" for view in ("edit", "erase")},
    "checks.cohort": "cohort",
    "checks.flow_plan": "flows",
    **{f"checks.{view}": "scenario" for view in ("estimate", "download")},
    "success.delete_text": "feedback",
    "people.revoke": "grant",
    **{f"class_invitations.{view}": "class" for view in ("show", "sheet", "end")},
    **{
        f"cohorts.{view}": "cohort"
        for view in (
            *("show", "replace", "change", "settle", "delete", "download"),
            *("learners.add", "scenarios.new"),
            *("scenarios.compare", "scenarios.figures", "scenarios.learners"),
        )
    },
    **{f"cohorts.learners.{view}": "learner" for view in ("edit", "remove")},
    **{f"placements.{view}": "scenario" for view in ("table", "sheets", "letters", "calendar", "on_map")},
    **{
        f"cohorts.scenarios.{view}": "scenario"
        for view in ("show", "progress", "cancel", "lock", "carry_out", "rename", "delete")
    },
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
        site = organisation.sites[0]
        submission = HostSubmission(organisation_id=organisation.id, proposed=state_of(organisation))
        report = Report(key=f"site:{site.id}", slug=site.slug, title=organisation.name, reason="wrong")
        session.add_all([revision, submission, report])
        upload = Upload(
            sending_id=school.id, file_name="list.csv", list_name="a list", stage=UploadStage.MAPPING
        )
        of = session.scalars(select(Import)).one()
        cells = [["name", ""], ["town", "Como"]]
        row = QuarantinedRow(
            import_id=of.id, line=2, cells=cells, column="name", message="The name is missing."
        )
        decided = Duplicate(first_key=organisation.slug, second_key="gone", decision="keep")
        words = make_stay(session)
        corrected = make_correction(session)
        told = make_reported(words.pin_id)
        of_stay = Report(key=f"pin:{words.pin_id}", slug="stay-0", title="", reason="wrong")
        bakers = make_class(school.id)
        rows = [["planned", "FR", "LT", 8, 2027]]
        stays = FlowPlan(sending_id=school.id, name="2027", rows=rows, before=[])
        rate = DailyRate(sending_id=school.id, call_year=2026, activity="group", country_group=1, cents=6000)
        said = Feedback(speaker="host", text="Show opening hours.", language="en")
        session.add_all([stays, rate, said])
        session.add_all([upload, row, decided, told, of_stay, bakers])
        session.commit()
        learner, scenario = make_cohort(session, school.id)
        numbers = {
            "organisation": organisation.id,
            "number": organisation.id,  # of keeping, where nothing else is said
            "revision": revision.id,
            "changes": submission.id,
            "stays": words.id,
            "facts": corrected.id,
            "conversation": told.id,
            "report": report.id,
            "reported stay": of_stay.id,
            "class": bakers.id,
            "flows": stays.id,
            "rate": rate.id,
            "feedback": said.id,
            "cohort": learner.cohort_id,
            "learner": learner.id,
            "scenario": scenario.id,
            "upload": upload.id,
            "import": of.id,
            "row": row.id,
            "duplicate": decided.id,
            "site": organisation.sites[0].id,
            "grant": session.scalars(select(Grant.id).where(Grant.account_id == colleague.id)).one(),
            "nobody's": GONE - 1,
        }
    return World(numbers)


def make_cohort(session: Session, sending_id: int) -> tuple[CohortLearner, Scenario]:
    """A learner of a cohort of a school, and a scenario that is done."""
    cohort = Cohort(sending_id=sending_id, name="Bakers", delete_on=now().date() + timedelta(days=30))
    session.add(cohort)
    session.flush()
    said = learner_as_json(learner_of("A01"))
    row = CohortLearner(cohort_id=cohort.id, code="A01", said=said)
    outcome = Outcome((), (LeftOver("A01", (), (), ()),), (), 0, 0.0, 0.1)
    scenario = Scenario(
        cohort_id=cohort.id,
        name="First",
        stage=ScenarioStage.DONE,
        demands=demands_as_json(Demands(now().date())),
        learners=[said],
        outcome=as_json(outcome),
    )
    session.add_all([row, scenario])
    session.commit()
    return row, scenario


def make_stay(session: Session) -> PinSubmission:
    """The words of somebody's stay, which wait."""
    area = {"key": "a", "label": "Como", "country": "IT", "region": None, "lon": 9.1, "lat": 45.8}
    pin = Pin(
        slug="stay-0",
        place_id=3178229,
        area=area,
        field="0716",
        year=2024,
        length=6,
        length_unit="weeks",
        from_country="FR",
        confirmed_on=now().date(),
        consents=[Consent(kind="pin", text_version="1", language="en", given=now(), channel="form")],
    )
    session.add(pin)
    session.flush()
    proposed = {"display_name": "Ana", "surname": "", "host_name": "", "story": ""}
    words = PinSubmission(pin_id=pin.id, proposed=proposed)
    session.add(words)
    session.flush()
    return words


def make_correction(session: Session) -> FactSubmission:
    """What somebody says of a fact of a kit, which waits."""
    said = FactSubmission(
        kit="como",
        part="kits/como",
        fact="swiss-network",
        language="en",
        sentence="The EU roaming rules do not hold in Switzerland.",
        looked_on=now().date(),
        proposed={},
    )
    session.add(said)
    session.flush()
    return said


def make_class(sending_id: int) -> ClassInvitation:
    """The link of a class of a school."""
    return ClassInvitation(
        sending_id=sending_id,
        token="bakers",
        name="Bakers",
        from_country="FR",
        field="0716",
        year=2024,
        language="en",
        ends_on=now().date(),
        most=20,
    )


def make_reported(pin_id: int) -> Conversation:
    """A conversation that its sender reported."""
    return Conversation(
        pin_id=pin_id,
        sender_email="ben@example.org",
        sender_digest="0" * 64,
        first_name="Ben",
        language="en",
        status=ConversationStatus.REPORTED,
        guarded=False,
        trade="0716",
        reported=now(),
        reported_by=Side.SENDER,
        messages=[Message(side=Side.SENDER, text="Is the workshop loud?")],
    )
