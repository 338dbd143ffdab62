"""`GET /matters` and `GET /matters/{id}`: what the hall offers, for anybody."""

from __future__ import annotations

import flask

from queue_server.catalogue.actions import LANGUAGES, MatterBook
from queue_server.http import answer, described, language
from queue_server.refusals import Refused
from queue_server.wire import Matter, MatterList

QUERY_LIMIT = 100
_LANG = {"lang": "zh or en: the language of the names"}
_FILTERS = {
    "zone": "only matters of this zone, Z3",
    "q": "part of a name, of its English, of an id, or pinyin initials: sfz",
    **_LANG,
}


def blueprint(book: MatterBook) -> flask.Blueprint:
    """The calls of this room, to be mounted under `/api/v1`."""
    calls = flask.Blueprint("catalogue", __name__)

    @calls.get("/matters")
    @described(
        "The matters in catalogue order", query=_FILTERS, answers={200: MatterList}, refusals=("bad_filter",)
    )
    def matters() -> flask.Response:
        asked = _filters(_FILTERS)
        found = book.find(language(), asked.get("zone", ""), asked.get("q", ""))
        return answer(MatterList(found, book.version))

    @calls.get("/matters/<matter>")
    @described(
        "One matter with checklist, limits, fee and guide",
        query=_LANG,
        answers={200: Matter},
        refusals=("matter_unknown", "bad_filter"),
    )
    def one_matter(matter: str) -> flask.Response:
        _filters(_LANG)
        return answer(book.full(matter, language()))

    return calls


def _filters(known: dict[str, str]) -> dict[str, str]:
    """The query of this request; raises `Refused("bad_filter")` for what is not `known`.

    An empty value is no filter. A misspelt filter that was silently ignored would show all 146
    matters as if they were what was asked for.
    """
    asked = flask.request.args.to_dict()
    for field, value in asked.items():
        wrong_lang = field == "lang" and value not in ("", *LANGUAGES)
        if field not in known or wrong_lang or len(value) > QUERY_LIMIT:
            raise Refused("bad_filter", field=field, value=value[:QUERY_LIMIT])
    return asked
