"""Cards of people who do not exist, for simulators and tests."""

from __future__ import annotations

from datetime import date

from hardware.card_reader.card import CardKind, IdCard, Sex
from hardware.card_reader.number import check_character


def _number(digits: str) -> str:
    return digits + check_character(digits)


SAMPLES = {
    "zhang": IdCard(
        CardKind.CITIZEN,
        "张三",
        "11010519491231002X",  # the example of GB 11643
        Sex.FEMALE,
        date(1949, 12, 31),
        nation="01",
        address="北京市朝阳区示例街道1号",
        issuer="北京市公安局朝阳分局",
        valid_from=date(2010, 5, 1),
    ),
    "li": IdCard(
        CardKind.CITIZEN,
        "李䶮",
        _number("36110219900615431"),
        Sex.MALE,
        date(1990, 6, 15),
        nation="11",
        address="江西省上饶市信州区示例路8号2单元501室",
        issuer="上饶市公安局信州分局",
        valid_from=date(2019, 3, 4),
        valid_to=date(2039, 3, 4),
    ),
    "maria": IdCard(
        CardKind.FOREIGN_RESIDENT,
        "玛丽亚",
        "BRA310075062412",
        Sex.FEMALE,
        date(1975, 6, 24),
        nation="BRA",
        issuer="1500",
        valid_from=date(2018, 1, 9),
        valid_to=date(2028, 1, 9),
        name_en="SILVA, MARIA",
    ),
    "smith": IdCard(
        CardKind.FOREIGN_RESIDENT,
        "SMITH, JOHN",
        "GBR110080010103",
        Sex.MALE,
        date(1980, 1, 1),
        nation="GBR",
        issuer="1500",
        valid_from=date(2020, 2, 2),
        valid_to=date(2030, 2, 2),
        name_en="SMITH, JOHN",
    ),
    "chan": IdCard(
        CardKind.HK_MACAU_TAIWAN,
        "陈大文",
        _number("81000019940823002"),
        Sex.MALE,
        date(1994, 8, 23),
        address="广东省深圳市南山区示例大道66号",
        issuer="深圳市公安局南山分局",
        valid_from=date(2021, 9, 1),
        valid_to=date(2026, 9, 1),
        pass_number="H12345678",
        issue_count="01",
    ),
}
