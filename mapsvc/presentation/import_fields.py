"""What a column of a list may hold, in the words of somebody who has a spreadsheet."""

from dataclasses import dataclass

from mapsvc.messages import mark as _
from mapsvc.services.previews import PRIVATE_FIELDS


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field that a column can be mapped to: its key in intake, its name, one sentence of help."""

    key: str
    label: str
    help: str

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it."""
        return self.key not in PRIVATE_FIELDS


def _field(key: str, label: str, sentence: str) -> ImportField:
    return ImportField(key, label, sentence)


GROUPS: tuple[tuple[str, tuple[ImportField, ...]], ...] = (
    (
        _("The host"),
        (
            _field("name", _("Name of the host"), _("The name of the company or institution. It is needed.")),
            _field("other_names", _("Other names"), _("A short name, or the name in another language.")),
            _field(
                "organisation_kind",
                _("Kind of organisation"),
                _("Company, school, hospital, association and so on."),
            ),
            _field("sectors", _("Sector"), _("The trade or branch, such as wood, health or hotels.")),
            _field("summary", _("Description"), _("A few sentences on what the host does.")),
            _field("website", _("Website"), _("The address of the host's own pages.")),
            _field(
                "legal_id", _("Legal number"), _("OID, PIC, SIRET, VAT: a number that an authority gave.")
            ),
            _field(
                "external_id",
                _("Your own number"),
                _("The number of the row in your files. It helps to find the host again, and stays private."),
            ),
            _field(
                "record_type",
                _("Kind of entry"),
                _("Says which rows are hosts, where a list has others too. It stays private."),
            ),
            _field("sample", _("Made-up entry"), _("Yes for examples that are not real.")),
        ),
    ),
    (
        _("Where it is"),
        (
            _field("address", _("Street, or whole address"), _("Postcode and town may stand in it.")),
            _field("house_number", _("House number"), _("Where it has a column of its own.")),
            _field("postcode", _("Postcode"), _("It helps to tell two towns of one name apart.")),
            _field("town", _("Town"), _("Without coordinates, the host is put in the middle of its town.")),
            _field("country", _("Country"), _("Its name, or its code of two letters.")),
            _field(
                "lat", _("Latitude (north–south)"), _("In degrees, such as 45.808. It needs a longitude.")
            ),
            _field("lon", _("Longitude (east–west)"), _("In degrees, such as 9.085. It needs a latitude.")),
            _field("latlon", _("Both coordinates"), _("Latitude and longitude in one cell.")),
            _field(
                "epsg",
                _("Reference system"),
                _("The EPSG code of the coordinates, where rows differ. It stays private."),
            ),
            _field(
                "precision", _("How exact the place is"), _("Says whether the point is the door or the town.")
            ),
        ),
    ),
    (
        _("The placement"),
        (
            _field("title", _("Title of the offer"), _("A few words, such as “Three weeks in the bakery”.")),
            _field("missions", _("Tasks"), _("What somebody who comes can do.")),
            _field("fields", _("Field of study"), _("ISCED-F code, or its words.")),
            _field("languages", _("Languages"), _("Spoken at work, with the level where it is known.")),
            _field("min_age", _("Youngest age"), _("How old somebody must be, in years.")),
            _field("seats", _("Seats"), _("How many can come at the same time.")),
            _field("periods", _("When"), _("Periods in one cell, such as 2.3.2027–26.3.2027.")),
            _field("period_from", _("First day"), _("It needs a last day.")),
            _field("period_to", _("Last day"), _("It needs a first day.")),
            _field("min_days", _("Shortest stay"), _("In days or weeks.")),
            _field("max_days", _("Longest stay"), _("In days or weeks.")),
            _field(
                "accommodation", _("A place to sleep"), _("Whether the host has one, or helps to find one.")
            ),
            _field("wheelchair", _("Wheelchair access"), _("Yes or no.")),
            _field("programmes", _("Programmes"), _("Erasmus+, ESC and so on.")),
            _field("welcome", _("How people are welcomed"), _("Who meets them, what the first day is like.")),
            _field("conditions", _("Conditions"), _("Clothes, health checks, insurance and so on.")),
            _field("confirmed_on", _("Last confirmed"), _("The day on which the host last said yes.")),
        ),
    ),
    (
        _("The contact: never public"),
        (
            _field("contact_name", _("Contact person"), _("Only you and your colleagues see this.")),
            _field("contact_email", _("Mail address"), _("Only you and your colleagues see this.")),
            _field("contact_phone", _("Telephone"), _("Only you and your colleagues see this.")),
        ),
    ),
)

FIELDS = {field.key: field for _group, listed in GROUPS for field in listed}
