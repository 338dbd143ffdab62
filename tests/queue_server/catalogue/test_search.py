"""Finding matters by Chinese, English, id and pinyin initials."""

import pytest

from queue_server.catalogue.search import initials, search_key


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("居民身份证换领/补领", "jmsfzhlbl"),
        ("出生登记", "csdj"),
        ("公司设立登记", "gssldj"),
        ("普通护照签发", "pthzqf"),
        ("啊匝座A1囍", "azz"),
        ("", ""),
    ],
)
def test_initials(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize("query", ["身份证", "id card", "z3-002", "sfz", "renew"])
def test_a_search_key_holds_all_that_people_type(query):
    assert query in search_key("居民身份证换领/补领", "Renew or replace ID card", "Z3-002")


def test_parts_of_a_search_key_do_not_run_together():
    assert "ab" not in search_key("a", "b", "x")
