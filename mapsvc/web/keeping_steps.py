"""The steps of a host's sheet: each its own form, saved as one goes."""

from flask import Response as JsonResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain import vocabulary
from mapsvc.domain.differences import column_differences
from mapsvc.domain.hosts import HostStatus
from mapsvc.domain.sheet_values import TEXT_LANGUAGES
from mapsvc.domain.sheets import COLUMNS, OFFER_PARTS, InvalidSheet, Part, checked
from mapsvc.domain.steps import Step, found_at, new_version, values_of, version_of
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.maps.names import MapKind
from mapsvc.presentation.differences import ChangeLine, change_lines
from mapsvc.presentation.kept_sheets import offer_title, site_title
from mapsvc.presentation.sheet_words import PARTS, text_language
from mapsvc.services import keeping
from mapsvc.viewers import acting, looking, needs, viewer
from mapsvc.web.keeping import bp, step_url
from mapsvc.web.keeping_form_base import SheetForm, spoken_choices
from mapsvc.web.keeping_forms import FORMS
from mapsvc.web.page import map_values

Answer = str | Response | tuple[str | JsonResponse, int]
ORDER = tuple(Part)


@bp.route(
    "/<int:number>/organisation",
    methods=["GET", "POST"],
    defaults={"part": Part.ORGANISATION.value, "site": 0, "offer": 0},
)
@bp.route(
    "/<int:number>/places/<int:site>",
    methods=["GET", "POST"],
    defaults={"part": Part.WHERE.value, "offer": 0},
)
@bp.route(
    "/<int:number>/places/<int(min=1):site>/offers/<int(min=1):offer>"
    "/<any(what, when, whom, conditions, contact):part>",
    methods=["GET", "POST"],
)
@needs(Action.EDIT_HOST)
def step(number: int, part: str, site: int, offer: int) -> Answer:
    """One step of the sheet of a host."""
    at = Step(Part(part), site, offer)
    with looking() as opened:
        kept = keeping.sheet(opened, viewer(), number)
    if kept.status == HostStatus.REMOVED or (at.part == Part.WHERE and not site):
        raise NotFound
    form = _opened(kept, at)
    return _save(kept, at, form) if request.method == "POST" else _page(kept, at, form)


def _opened(kept: keeping.Sheet, at: Step) -> SheetForm:
    """The form of a step, in the reader's language and in those that were asked for."""
    values = values_of(kept.state, at)
    if at.part == Part.WHERE:
        values["precision"] = found_at(kept.state, at).get("precision")
    wished = [*request.args.getlist("add"), request.form.get("language", "")]
    languages = [i18n.language(), *(code for code in wished if code in TEXT_LANGUAGES)]
    return FORMS[at.part].opened(values, version=version_of(kept.state, at), languages=languages)


def _save(kept: keeping.Sheet, at: Step, form: SheetForm) -> Answer:
    if not form.validate():
        return _refused(kept, at, form)
    try:
        with acting() as opened:
            saved = keeping.change(
                opened,
                viewer(),
                kept.number,
                at,
                form.said(),
                version=form.version.data or "",
                gazetteer=running().gazetteer,
                regions=running().regions,
            )
    except InvalidSheet as fault:
        form.take_all(fault)
        return _refused(kept, at, form)
    except keeping.ChangedMeanwhile as met:
        return _met(kept, at, form, met)
    return _saved(kept, at, saved)


def _saved(kept: keeping.Sheet, at: Step, saved: keeping.Saved) -> Answer:
    waits = gettext("Saved. It waits for review before it is public.")
    said = waits if saved.waits else gettext("Saved.")
    if _is_script():
        action = step_url(kept.number, saved.step)
        return jsonify(said=said, version=saved.version, action=action), 200
    if saved.changed:
        flash(said)
    return redirect(_next_url(kept, at, saved), 303)


def _next_url(kept: keeping.Sheet, at: Step, saved: keeping.Saved) -> str:
    """Where the pressed button leads; by itself, to the next step."""
    go, language = request.form.get("go", "on"), request.form.get("language", "")
    if go == "sheet":
        return url_for("keeping.sheet", number=kept.number)
    if go == "more":
        return step_url(kept.number, saved.step)
    if go == "language" and language in TEXT_LANGUAGES:
        return step_url(kept.number, saved.step, add=language)
    nothing_new = bool(at.offer) and saved.version == new_version(saved.step)
    following = None if nothing_new else _following(saved.step)
    return step_url(kept.number, following) if following else url_for("keeping.sheet", number=kept.number)


def _following(at: Step) -> Step | None:
    """The step after another; those of an offer follow each other."""
    if at.part == Part.ORGANISATION:
        return Step(Part.WHERE, 1)
    if at.part == Part.WHERE:
        return Step(Part.WHAT, at.site, 1)
    place = OFFER_PARTS.index(at.part) + 1
    return Step(OFFER_PARTS[place], at.site, at.offer) if place < len(OFFER_PARTS) else None


def _refused(kept: keeping.Sheet, at: Step, form: SheetForm) -> Answer:
    if _is_script():
        faults = [
            gettext("%(label)s: %(text)s", label=form[name].label.text, text=fault)
            if name in form
            else str(fault)
            for name, said in form.errors.items()
            for fault in said
        ]
        return jsonify(said=gettext("Not saved yet."), faults=faults), 422
    return _page(kept, at, form), 422


def _met(kept: keeping.Sheet, at: Step, form: SheetForm, met: keeping.ChangedMeanwhile) -> Answer:
    """Shows what somebody else wrote meanwhile beside what was typed; sending it again keeps the latter."""
    if _is_script():
        return jsonify(said=i18n.spoken(met), conflict=True), 409
    typed = checked(at.part, form.said())
    pinless = {"lon", "lat"} if at.part == Part.WHERE and typed["lon"] is None else set()
    columns = [one for one in COLUMNS[at.part] if one in typed and one not in pinless]
    found = column_differences(columns, met.now, typed)
    form.version.data = met.version
    return _page(kept, at, form, met=change_lines(found, i18n.language())), 409


def _page(kept: keeping.Sheet, at: Step, form: SheetForm, *, met: list[ChangeLine] | None = None) -> str:
    language = i18n.language()
    is_new = version_of(kept.state, at) == new_version(at) and bool(at.site)
    return render_template(
        f"keeping/{'where' if at.part == Part.WHERE else 'step'}.html",
        kept=kept,
        at=at,
        form=form,
        met=met,
        title=PARTS[at.part],
        about=_about(kept, at),
        steps=_steps(kept, at),
        autosaved=not is_new and met is None,
        language_name=lambda code: text_language(code, language),
        spoken=spoken_choices(language),
        levels=[(key, vocabulary.label("cefr", key, language)) for key in vocabulary.keys("cefr")],
        groups=_field_groups(language) if at.part == Part.WHAT else [],
        **(map_values(MapKind.HOST) if at.part == Part.WHERE else {}),
    )


def _about(kept: keeping.Sheet, at: Step) -> str:
    """Which site and which offer a step is about, where there are several."""
    several_sites = len(kept.state["sites"]) > 1 or at.site > 1
    several_offers = any(len(site["offers"]) > 1 for site in kept.state["sites"]) or at.offer > 1
    named = [site_title(kept.state, at)] if at.site and several_sites else []
    named += [offer_title(kept.state, at, i18n.language())] if at.offer and several_offers else []
    return " – ".join(named)


def _steps(kept: keeping.Sheet, at: Step) -> list[tuple[str, str | None, bool]]:
    """The steps of the same site and offer: (title, address or None while it is too early, whether here)."""
    site, offer = at.site or 1, at.offer or 1
    placed = site <= len(kept.state["sites"])
    offered = placed and offer <= len(kept.state["sites"][site - 1]["offers"])
    listed = []
    for part in ORDER:
        there = Step(part, 0 if part == Part.ORGANISATION else site, offer if part in OFFER_PARTS else 0)
        early = (part == Part.WHAT and not placed) or (part in OFFER_PARTS[1:] and not offered)
        listed.append((str(PARTS[part]), None if early else step_url(kept.number, there), part == at.part))
    return listed


def _field_groups(language: str) -> list[tuple[str, str]]:
    """The broad fields of training: (code, name)."""
    broad = [key for key in vocabulary.keys(vocabulary.FIELDS) if len(key) == vocabulary.BROAD_FIELD_DIGITS]
    return [(key, vocabulary.label(vocabulary.FIELDS, key, language)) for key in broad]


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"
