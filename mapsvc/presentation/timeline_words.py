"""What pages, papers and calendars say of a step in short: when it is, who does it, how long it takes."""

from datetime import date

from mapsvc.catalogues import translate
from mapsvc.content.stays import LONGEST_WEEKS
from mapsvc.content.timelines import Step
from mapsvc.domain.days import spelt
from mapsvc.messages import mark as _

WEEK = 7
HOUR = 60
FEWEST_WEEKS = 2  # what is nearer is said in days

PHASES = {"before": _("Before the stay"), "during": _("During the stay"), "after": _("After the stay")}
WHO = {
    "direction": _("Management"),
    "tutor": _("Tutor"),
    "office": _("Office"),
    "team": _("Team"),
    "sending": _("Sending organisation"),
    "learner": _("Learner"),
}
KINDS = {
    "checklist": _("Checklist"),
    "message": _("Message to send"),
    "sheet": _("Sheet"),
    "log": _("Log"),
    "form": _("Form"),
}
HOUSING = {"provided": _("If you provide the room"), "not-provided": _("If you do not provide the room")}
NEAR = {
    ("arrival", -1): _("The day before arrival"),
    ("arrival", 0): _("On the day of arrival"),
    ("arrival", 1): _("The day after arrival"),
    ("departure", -1): _("The day before departure"),
    ("departure", 0): _("On the day of departure"),
    ("departure", 1): _("The day after departure"),
}
DAYS = {
    ("arrival", False): _("%(n)s days before arrival"),
    ("arrival", True): _("%(n)s days after arrival"),
    ("departure", False): _("%(n)s days before departure"),
    ("departure", True): _("%(n)s days after departure"),
}
WEEKS = {
    ("arrival", False): _("%(n)s weeks before arrival"),
    ("arrival", True): _("%(n)s weeks after arrival"),
    ("departure", False): _("%(n)s weeks before departure"),
    ("departure", True): _("%(n)s weeks after departure"),
}
ABOUT = {
    ("arrival", False): _("About %(n)s weeks before arrival"),
    ("arrival", True): _("About %(n)s weeks after arrival"),
    ("departure", False): _("About %(n)s weeks before departure"),
    ("departure", True): _("About %(n)s weeks after departure"),
}


def when_words(step: Step, language: str) -> str:
    """How far a step is from the arrival or the departure, in days or weeks."""
    near = NEAR.get((step.anchor, step.days))
    if near:
        return translate(language, near)
    days, way = abs(step.days), (step.anchor, step.days > 0)
    if days < FEWEST_WEEKS * WEEK:
        return translate(language, DAYS[way], n=days)
    words = ABOUT if days % WEEK else WEEKS
    return translate(language, words[way], n=round(days / WEEK))


def minutes_words(minutes: int, language: str) -> str:
    """How long something takes: 45 min, 1 h 30 min."""
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return translate(language, _("%(n)s min"), n=rest)
    if not rest:
        return translate(language, _("%(n)s h"), n=hours)
    return translate(language, _("%(hours)s h %(minutes)s min"), hours=hours, minutes=rest)


def condition_words(step: Step, language: str) -> list[str]:
    """For which stays a step is; nothing where it is for all."""
    said, when, weeks = [], step.when, step.when.weeks
    if when.minor is not None:
        said.append(_("Only under 18") if when.minor else _("Only from 18 on"))
    if when.housing:
        said.append(HOUSING[when.housing])
    words = [translate(language, one) for one in said]
    if weeks.min > 1 and weeks.max < LONGEST_WEEKS:
        words.append(
            translate(language, _("Stays of %(least)s to %(most)s weeks"), least=weeks.min, most=weeks.max)
        )
    elif weeks.min > 1:
        words.append(translate(language, _("Stays from %(n)s weeks on"), n=weeks.min))
    elif weeks.max < LONGEST_WEEKS:
        words.append(translate(language, _("Stays up to %(n)s weeks"), n=weeks.max))
    return words


def day_words(day: date, language: str) -> str:
    """A day with its weekday: Monday 1 March 2027."""
    return spelt(day, "EEEE d MMMM y", language)
