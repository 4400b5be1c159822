"""What a plan breaks, each with how to mend it, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from mapsvc import i18n
from mapsvc.domain.mobility_rules import Activity, Rules
from mapsvc.planning.rules import Breach, Broken
from mapsvc.presentation.grants import euro


@dataclass(frozen=True, slots=True)
class BreachView:
    """One rule that is broken: whose stay, what is wrong, and the mend."""

    stay: str
    wrong: str
    mend: str


def breach_views(found: Sequence[Breach], rules: Rules, activity: Activity) -> list[BreachView]:
    """The breaches in words, in their order."""
    return [BreachView(one.stay, *_words(one, rules, activity)) for one in found]


def activity_choices(rules: Rules) -> list[tuple[str, str]]:
    """The activities of a call: key, and name with its days."""
    return [(one.key, f"{name_of(one)} ({days_of(one)})") for one in rules.activities.values()]


def name_of(activity: Activity) -> str:
    """What an activity is called."""
    return activity.name(i18n.language())


def days_of(activity: Activity) -> str:
    """The days that an activity may have."""
    return str(gettext("%(least)s to %(most)s days", least=activity.least_days, most=activity.most_days))


def _words(one: Breach, rules: Rules, activity: Activity) -> tuple[str, str]:
    by = int(abs(one.has - one.bound))
    match one.what:
        case Broken.TOO_SHORT | Broken.TOO_LONG:
            return _length_words(one, by, rules, activity)
        case Broken.TOO_FEW:
            return (
                str(gettext("A group has at least %(least)s people.", least=int(one.bound))),
                str(gettext("Send more people together, or choose another activity.")),
            )
        case Broken.NOBODY_ALONG:
            return (
                str(gettext("Nobody goes along.")),
                str(gettext("Plan at least one accompanying person for all of the stay.")),
            )
        case Broken.MINORS_ALONE:
            return (
                str(gettext("A learner under %(age)s goes alone.", age=int(one.bound))),
                str(gettext("Plan an accompanying person, or agree with your national agency who is there.")),
            )
        case Broken.SEATS:
            return (
                str(
                    gettext(
                        "Seats at the host: %(has)s. People who go: %(people)s.",
                        has=int(one.bound),
                        people=int(one.has),
                    )
                ),
                str(
                    ngettext(
                        "Find %(num)s more seat, or send one fewer.",
                        "Find %(num)s more seats, or send as many fewer.",
                        by,
                    )
                ),
            )
        case Broken.TRAVEL | Broken.FEE:
            return _sum_words(one)


def _length_words(one: Breach, by: int, rules: Rules, activity: Activity) -> tuple[str, str]:
    wrong = gettext(
        "%(days)s days: %(activity)s has %(bounds)s.",
        days=int(one.has),
        activity=name_of(activity),
        bounds=days_of(activity),
    )
    if one.what is Broken.TOO_SHORT:
        mend = ngettext("Add %(num)s day", "Add %(num)s days", by)
    else:
        mend = ngettext("Take off %(num)s day", "Take off %(num)s days", by)
    if one.others:
        others = ", ".join(name_of(rules.activities[key]) for key in one.others)
        mended = str(gettext("%(mend)s, or plan it as: %(others)s.", mend=mend, others=others))
    else:
        mended = str(gettext("%(mend)s.", mend=mend))
    return str(wrong), " ".join(filter(None, (mended, _exception(one, activity))))


def _exception(one: Breach, activity: Activity) -> str:
    """What holds for learners with fewer opportunities, "" where it does not help."""
    least = activity.least_days_fewer
    if one.what is not Broken.TOO_SHORT or least is None or one.has < least:
        return ""
    said = gettext(
        "For learners with fewer opportunities %(least)s days are enough, if your application says why.",
        least=least,
    )
    return str(said)


def _sum_words(one: Breach) -> tuple[str, str]:
    values = {"has": euro(one.has), "most": euro(one.bound)}
    if one.what is Broken.TRAVEL:
        wrong = gettext("%(has)s for travel is more than the %(most)s that the call pays.", **values)
    else:
        wrong = gettext("%(has)s for the course is more than the %(most)s that the call pays.", **values)
    return str(wrong), str(
        gettext("Ask for at most %(most)s, and pay the rest from another budget.", **values)
    )
