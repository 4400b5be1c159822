"""The form of a plan of stays: its name, what was announced, and its rows as text or as a file."""

from pathlib import Path

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from mapsvc import i18n
from mapsvc.domain.base import now
from mapsvc.domain.flow_plans import LONGEST_NAME, FlowPlan
from mapsvc.errors import InvalidInput, MapsvcError
from mapsvc.http import running
from mapsvc.intake.flow_tables import SUFFIXES, FlowFault, read_file, read_typed
from mapsvc.presentation.flows import Names
from mapsvc.services import flow_plans
from mapsvc.services.flow_plans import FlowDraft
from mapsvc.storage.upload_files import at_hand
from mapsvc.viewers import looking, viewer
from mapsvc.web.alumni_forms import NEEDED, NUMBER
from mapsvc.web.forms import Form

WHOLE = {**NUMBER, "maxlength": 6}


class FlowForm(Form):
    """A plan of stays; `bad_rows` are the rows that could not be used, in words."""

    sending: Field = SelectField(_l("School, chamber or region"), choices=[], validate_choice=False)
    name: Field = StringField(
        _l("Name of the plan"),
        [InputRequired(NEEDED)],
        description=_l("Such as Erasmus+ 2027."),
        render_kw={"maxlength": LONGEST_NAME, "dir": "auto"},
    )
    announced: Field = IntegerField(
        _l("How many stays were announced in all?"),
        [Optional()],
        description=_l("Such as in the application. The plan is checked against it."),
        render_kw=WHOLE,
    )
    reported: Field = IntegerField(
        _l("How many stays were reported as done?"),
        [Optional()],
        description=_l("Such as in the final report."),
        render_kw=WHOLE,
    )
    rows: Field = TextAreaField(
        _l("Stays"),
        [Optional()],
        description=_l(
            "One line each: from, to, number, year, planned or realised; if you like also the days of a stay "
            "and the activity. Or paste the columns of your spreadsheet. Countries and regions in any "
            "language, or their codes."
        ),
        render_kw={"rows": 12, "spellcheck": "false", "wrap": "off"},
    )
    file: Field = FileField(
        _l("Or a file"),
        [Optional()],
        description=_l(
            "CSV or XLSX with the headings From, To, Number and Year, and Days and Activity if you have "
            "them. It is added to the lines."
        ),
        render_kw={"accept": ",".join(SUFFIXES)},
    )
    bad_rows: tuple[str, ...] = ()

    @classmethod
    def opened(cls) -> "FlowForm":
        """An empty form; the choice of an organisation only where there is one."""
        form = cls()
        with looking() as opened:
            known = flow_plans.senders(opened, viewer())
        form.sending.choices = [(str(one.id), one.name) for one in known]
        return form

    @classmethod
    def of(cls, plan: FlowPlan, lines: str) -> "FlowForm":
        """The form of a plan that there is, its rows as lines."""
        return cls(
            data={
                "name": plan.name,
                "announced": plan.announced,
                "reported": plan.reported,
                "rows": lines,
            }
        )

    def draft(self, names: Names) -> FlowDraft | None:
        """What was filled in; None where rows cannot be used, which `bad_rows` then name.

        Raises InvalidInput or UnreadableFile.
        """
        typed = read_typed(self.rows.data or "", place=names.words.read, year=now().year)
        bad = [_in_words(fault) for fault in typed.faults]
        flows = typed.flows
        given = request.files.get("file")
        if given is not None and given.filename:
            suffix = Path(given.filename).suffix.lower()
            if suffix not in SUFFIXES:
                raise InvalidInput(gettext("Please choose a CSV or XLSX file."), field="file")
            with at_hand(running().settings.folder, given.stream.read(), suffix) as file:
                read = read_file(file, place=names.words.read, year=now().year)
            flows += read.flows
            bad += [f"{given.filename}: {_in_words(fault)}" for fault in read.faults]
        self.bad_rows = tuple(bad)
        if bad:
            return None
        return FlowDraft(self.name.data or "", self.announced.data, self.reported.data, flows)

    def take_fault(self, fault: MapsvcError) -> None:
        """Shows a fault at the field that it names, that of a file at the file."""
        if isinstance(fault, InvalidInput):
            self.take(fault)
        else:
            self.file.errors = [*self.file.errors, i18n.spoken(fault)]


def _in_words(fault: FlowFault) -> str:
    said = i18n.spoken(MapsvcError(fault.message, **fault.values))
    return str(gettext("Line %(line)s: %(said)s", line=fault.line, said=said))
