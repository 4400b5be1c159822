"""The certificate of a course: one printed page with a code that anybody can verify."""

from datetime import UTC, date, datetime

from mapsvc.catalogues import speaker
from mapsvc.domain.days import spelt
from mapsvc.messages import mark as _
from mapsvc.presentation.course_pages import CourseView
from mapsvc.presentation.printing import qr_code, typeset


def certificate_file(
    course: CourseView, *, name: str, code: str, passed_on: date, link: str, site: str, language: str
) -> bytes:
    """The certificate as a PDF of one A4 page, that a screen reader can read.

    link is the whole address at which the code is verified; site is the name of the map. The name is set
    in the fonts of the sheet of a class.
    """
    said = _words(course, name=name, code=code, passed_on=passed_on, link=link, site=site, language=language)
    made = datetime(passed_on.year, passed_on.month, passed_on.day, tzinfo=UTC)
    return typeset("courses/certificate.typ", said, made=made)


def _words(
    course: CourseView, *, name: str, code: str, passed_on: date, link: str, site: str, language: str
) -> dict[str, object]:
    said = speaker(language)
    return {
        "language": language,
        "title": said(_("Certificate")),
        "finished": said(_("has finished the course")),
        "name": name,
        "course": course.title,
        "day": said(_("Final test passed on %(day)s"), day=spelt(passed_on, "d MMMM y", language)),
        "how": said(
            _("%(count)s questions drawn from all modules, at least %(percent)s%% right."),
            count=course.questions,
            percent=course.pass_percent,
        ),
        "modules_title": said(_("Modules")),
        "modules": [module.title for module in course.modules],
        "code_label": said(_("Code")),
        "code": code,
        "verify": said(_("Scan the picture or open this address to see whether the certificate is valid:")),
        "link": link,
        "qr": qr_code(link),
        "alternative": said(_("QR code with this address: %(link)s"), link=link),
        "typed": said(
            _(
                "The name was typed by the person who took the test at home. It is not kept, and nobody "
                "checked it."
            )
        ),
        "foot": site,
    }
