"""Tables in a frame that scrolls, also by keys, so that they never widen a small screen."""

from markupsafe import escape


def framed(drawn: str, title: str) -> str:
    """HTML with each of its tables in such a frame, which is called by the title of the text."""
    frame = f'<div class="table-wrap" role="group" tabindex="0" aria-label="{escape(title)}"><table>'
    return drawn.replace("<table>", frame).replace("</table>", "</table></div>")
