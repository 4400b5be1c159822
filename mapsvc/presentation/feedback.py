"""The questions of the feedback form and their answers in a reader's words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from mapsvc.domain.feedback import Question, Speaker

SPEAKERS: Mapping[Speaker, object] = {Speaker.LEARNER: _l("Learner"), Speaker.HOST: _l("Host")}
SPEAKERS_MANY: Mapping[Speaker, object] = {Speaker.LEARNER: _l("Learners"), Speaker.HOST: _l("Hosts")}
QUESTIONS: Mapping[Question, object] = {
    Question.FOUND: _l("Did you find what you were looking for?"),
    Question.EASY: _l("Is the site easy to use?"),
    Question.TRUE: _l("Was what you read here true?"),
    Question.AGAIN: _l("Would you tell others to use it?"),
}
MARK_WORDS: Mapping[int, object] = {
    1: _l("1: not at all"),
    2: "2",
    3: _l("3: so-so"),
    4: "4",
    5: _l("5: very much"),
}
