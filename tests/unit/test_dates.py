"""read_date: what it reads, what it refuses, and that nothing outside the text has a say."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd import dates
from feedd.dates import Clock, Reading, read_date, utc_now

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("FEEDD_CORPUS", ROOT.parent / "shared" / "corpus")) / "dates.tsv"
KINDS = {"utc": "instant", "naive": "local", "date": "day", "amb": None}


def outcome(text: str, *, month_first: bool = False) -> str:
    """A reading in one word: Z at the end of an instant, no time in a day, "none" for None."""
    reading = read_date(text, month_first=month_first)
    if reading is None:
        return "none"
    value = reading.value.replace(tzinfo=None).isoformat()
    return {"instant": value + "Z", "local": value, "day": value[:10]}[reading.precision]


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "America/New_York", "Asia/Kolkata"])
def machine_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def corpus_lines() -> list[list[str]]:
    if not CORPUS.exists():
        return []
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[1:] if line and not line.startswith("#")]


def test_every_date_of_the_corpus_is_right_whatever_the_machines_zone(machine_zone: str) -> None:
    if not CORPUS.exists():
        pytest.skip(f"no corpus at {CORPUS}; FEEDD_CORPUS names its folder")
    wrong = []
    for text, kind, wanted in corpus_lines():
        reading = read_date(text)
        if kind == "none":
            right = reading is None
        else:
            value = "" if reading is None else reading.value.isoformat()
            right = value.startswith(wanted) and KINDS[kind] in (None, reading and reading.precision)
        if not right:
            wrong.append((text, kind, wanted, reading))
    assert wrong == [], machine_zone


# Written for this project: text, then what it says as `outcome` prints it.
STRINGS = """
2024-03-03T14:05:09Z = 2024-03-03T14:05:09Z
2024-03-03t14:05:09z = 2024-03-03T14:05:09Z
2024-03-03T14:05+02 = 2024-03-03T12:05:00Z
2024-03-03T14:05:09.5+0200 = 2024-03-03T12:05:09.500000Z
2024-03-03T14:05:09,25 = 2024-03-03T14:05:09.250000
2024-03-03 14:05:09-05:00 = 2024-03-03T19:05:09Z
2024-03-03 14:05:09 -05:00 = 2024-03-03T19:05:09Z
2024-03-03T14:05:09−03:00 = 2024-03-03T17:05:09Z
2024-03-03T14:05:09-00:00 = 2024-03-03T14:05:09Z
2024-03-03T14Z = 2024-03-03T14:00:00Z
2024-03-03T24:00:00Z = 2024-03-04T00:00:00Z
2024-12-31T24:00 = 2025-01-01T00:00:00
2016-12-31T23:59:60Z = 2017-01-01T00:00:00Z
20240303T140509+0100 = 2024-03-03T13:05:09Z
20240303T1405 = 2024-03-03T14:05:00
20240303 = 2024-03-03
2024-063 = 2024-03-03
2024063T1405Z = 2024-03-03T14:05:00Z
2024-W09-7 = 2024-03-03
2024W097T140509Z = 2024-03-03T14:05:09Z
2024-03-03T14:05:09[Europe/Kyiv] = 2024-03-03T12:05:09Z
2024-07-03T14:05:09[Europe/Kyiv] = 2024-07-03T11:05:09Z
2024-07-03T14:05:09+02:00[Europe/Kyiv] = 2024-07-03T12:05:09Z
2024-07-03T14:05:09+02:00[!Europe/Paris][u-ca=gregory] = 2024-07-03T12:05:09Z
2024-07-03T14:05:09Z[UTC] = 2024-07-03T14:05:09Z
2024-03-03T14:05+14:00 = 2024-03-03T00:05:00Z
2024-03-03 14:05 Europe/Paris = 2024-03-03T13:05:00Z
2024-03-03 14:05 (America/New_York) = 2024-03-03T19:05:00Z
2024-03-03 14:05 America/Argentina/Buenos_Aires = 2024-03-03T17:05:00Z
2024-03-03 14:05 Etc/GMT+3 = 2024-03-03T17:05:00Z
2024-03-03 14:05:09.123 = 2024-03-03T14:05:09.123000
2024-03-03 14:05:09,123 +0200 = 2024-03-03T12:05:09.123000Z
2024-03-03 14:05:09 UTC = 2024-03-03T14:05:09Z
2024-03-03 14:05:09 +0000 UTC = 2024-03-03T14:05:09Z
2024-03-03 14:05:09 +0530 IST = 2024-03-03T08:35:09Z
2024-03-03T14:05-05:00 = 2024-03-03T19:05:00Z
2024-03-03 14:05-0500 = 2024-03-03T19:05:00Z
2024-03-03 14:05 UTC-3 = 2024-03-03T17:05:00Z
2024-03-03 14:05 GMT-01:01 = 2024-03-03T15:06:00Z
2024-03-03 02:05 PM = 2024-03-03T14:05:00
2024/03/03 14:05:09 = 2024-03-03T14:05:09
2024/3/3 = 2024-03-03
2024-3-3 = 2024-03-03
Sun, 03 Mar 2024 14:05:09 GMT = 2024-03-03T14:05:09Z
Sun, 03 Mar 2024 14:05:09 -0330 = 2024-03-03T17:35:09Z
Sun,3 Mar 2024 14:05:09 +0000 = 2024-03-03T14:05:09Z
3 Mar 2024 14:05 EDT = 2024-03-03T18:05:00Z
Sun, 03 Mar 2024 14:05:09 CST = 2024-03-03T20:05:09Z
Sun, 03 Mar 2024 14:05:09 +0200 (some (nested) words) = 2024-03-03T12:05:09Z
Sun, 03 Mar 24 14:05:09 GMT = 2024-03-03T14:05:09Z
Wed, 03 Mar 99 14:05:09 GMT = 1999-03-03T14:05:09Z
Sun, 03 March 2024 14:05:09 GMT = 2024-03-03T14:05:09Z
Sun, Mar 03 2024 14:05:09 GMT = 2024-03-03T14:05:09Z
Sunday, 03-Mar-24 14:05:09 GMT = 2024-03-03T14:05:09Z
Sun Mar  3 14:05:09 2024 = 2024-03-03T14:05:09
Sun Mar  3 14:05:09 EET 2024 = 2024-03-03T12:05:09Z
Sun  3 Mar 02:05:09 PM GMT 2024 = 2024-03-03T14:05:09Z
Sun Mar 3 14:05:09 2024 -0500 = 2024-03-03T19:05:09Z
Sun Mar 03 14:05:09 +0000 2024 = 2024-03-03T14:05:09Z
Sun Mar 03 2024 14:05:09 GMT+0100 (Mitteleuropäische Normalzeit) = 2024-03-03T13:05:09Z
Sun Mar 03 2024 14:05:09 GMT-0330 (heure normale de Terre-Neuve) = 2024-03-03T17:35:09Z
Sun Mar 03 2024 = 2024-03-03
3/Mar/2024:14:05:09 +0300 = 2024-03-03T11:05:09Z
[03/Mar/2024:14:05:09 +0000] = 2024-03-03T14:05:09Z
03-Mar-2024 = 2024-03-03
03MAR2024 = 2024-03-03
1709474709 = 2024-03-03T14:05:09Z
1709474709250 = 2024-03-03T14:05:09.250000Z
March 3, 2024 = 2024-03-03
Mar. 3, 2024, 2:05 p.m. = 2024-03-03T14:05:00
Mar 3 2024 2:05PM = 2024-03-03T14:05:00
3rd of March 2024 at 2pm = 2024-03-03T14:00:00
1st May 2024 = 2024-05-01
Sunday, March 3rd, 2024 at 2:05 PM PST = 2024-03-03T22:05:00Z
MARCH 3, 2024 AT 2:05 PM ET = 2024-03-03T19:05:00Z
March 3, 2024 2:05 pm pt = 2024-03-03T22:05:00Z
Updated on: March 3, 2024 / 2:05 PM EST = 2024-03-03T19:05:00Z
July 3, 2024 2:05 p.m. PT = 2024-07-03T21:05:00Z
March 3, 2024 2:05 p.m. CST = 2024-03-03T20:05:00Z
March 3, 2024 12:05 a.m. MT = 2024-03-03T07:05:00Z
March 3, 2024 12:05 p.m. AT = 2024-03-03T16:05:00Z
2:05 PM EST, Sun March 3, 2024 = 2024-03-03T19:05:00Z
14:05 GMT, 3 March 2024 = 2024-03-03T14:05:00Z
14:05 (GMT) 3 March 2024 = 2024-03-03T14:05:00Z
3 March 2024 14:05 PM = 2024-03-03T14:05:00
3 March 2024 - 14:05 = 2024-03-03T14:05:00
3 March 2024 | 14:05 = 2024-03-03T14:05:00
3 March 2024 · 14:05 CEST = 2024-03-03T12:05:00Z
3 March 2024 14:05 AEDT = 2024-03-03T03:05:00Z
3 March 2024 14:05 JST = 2024-03-03T05:05:00Z
3 March 2024 14:05 WIB = 2024-03-03T07:05:00Z
3 March 2024 14:05 NPT = 2024-03-03T08:20:00Z
(3 March 2024) = 2024-03-03
Posted on Mar 3, 2024 @ 2:05 pm = 2024-03-03T14:05:00
Last updated: 3 March 2024 = 2024-03-03
First published on 3 March 2024 at 14:05 = 2024-03-03T14:05:00
Datum: 03.03.2024 = 2024-03-03
Whatever: 2024-03-03 14:05 = 2024-03-03T14:05:00
发布时间：2024-03-03 14:05 = 2024-03-03T14:05:00
03/04/2024 14:05 = 2024-04-03T14:05:00
03-04-2024 = 2024-04-03
03/13/2024 = 2024-03-13
3.4.2024 = 2024-04-03
03.04.2024. = 2024-04-03
Mon 03/04/2024 = 2024-03-04
Wed 03/04/2024 = 2024-04-03
Fri 03/04/2024 = 2024-04-03
3/4/2024, 2:05:09 PM EST = 2024-03-04T19:05:09Z
3/4/2024 2:05 PM ET = 2024-03-04T19:05:00Z
Fri 3 March 2024 = 2024-03-03
Sonntag, 3. März 2024 um 14:05 Uhr = 2024-03-03T14:05:00
Veröffentlicht am 3. März 2024 um 14 Uhr = 2024-03-03T14:00:00
VERÖFFENTLICHT AM 3. MÄRZ 2024 = 2024-03-03
11 Uhr 3. März 2024 = 2024-03-03T11:00:00
3. Jänner 2024, 14:05 MEZ = 2024-01-03T13:05:00Z
dimanche 3 mars 2024 à 14 h 05 min 09 s = 2024-03-03T14:05:09
Publié le 1er août 2024 à 14h05 = 2024-08-01T14:05:00
mar. 5 mars 2024 à 14h05 = 2024-03-05T14:05:00
3 mars 2024 à 14:05 TU = 2024-03-03T14:05:00Z
mar. 03/04/2024 = 2024-04-03
Mis à jour le 3 févr. 2024 = 2024-02-03
domingo, 3 de marzo de 2024 a las 14:05 h = 2024-03-03T14:05:00
3 de septiembre de 2024, 2:05 p. m. = 2024-09-03T14:05:00
Publicado el 3 ene 2024 = 2024-01-03
1° marzo 2024 = 2024-03-01
domenica 3 marzo 2024, ore 14:05 = 2024-03-03T14:05:00
Pubblicato il 3 mag 2024 alle 14.05 = 2024-05-03T14:05:00
segunda-feira, 4 de março de 2024 às 14h05 = 2024-03-04T14:05:00
Atualizado em 3 de dezembro de 2024 = 2024-12-03
zondag 3 maart 2024 om 14:05 uur = 2024-03-03T14:05:00
Gepubliceerd op 3 mei 2024 = 2024-05-03
niedziela, 3 marca 2024 r., godz. 14:05 = 2024-03-03T14:05:00
Opublikowano 3 września 2024 o 14:05 = 2024-09-03T14:05:00
neděle 3. března 2024 v 14:05 = 2024-03-03T14:05:00
3. listopadu 2024 = 2024-11-03
3 listopada 2024 = 2024-11-03
3. června 2024 = 2024-06-03
3. července 2024 = 2024-07-03
3. 3. 2024 14:05 = 2024-03-03T14:05:00
воскресенье, 3 марта 2024 г. в 14:05 = 2024-03-03T14:05:00
Опубликовано 3 мая 2024 года в 14:05 мск = 2024-05-03T11:05:00Z
неділя, 3 березня 2024 р. о 14:05 = 2024-03-03T14:05:00
Опубліковано: 3 листопада 2024 року, 14:05 = 2024-11-03T14:05:00
пʼятниця, 1 березня 2024 = 2024-03-01
3 марта 2024, 14 ч. 05 мин. = 2024-03-03T14:05:00
п'ятниця, 1 березня 2024 = 2024-03-01
3 Mart 2024 Pazar 14:05 = 2024-03-03T14:05:00
Paz 3 Mar 2024 14:05 = 2024-03-03T14:05:00
12 KASIM 2024 = 2024-11-12
3 Ağustos 2024 Cumartesi ÖS 2:05 = 2024-08-03T14:05:00
söndag 3 mars 2024 kl. 14:05 = 2024-03-03T14:05:00
Senast uppdaterad 3 maj 2024 = 2024-05-03
søndag den 3. marts 2024 kl. 14.05 = 2024-03-03T14:05:00
Publisert 3. desember 2024 klokken 14.05 = 2024-12-03T14:05:00
sunnuntai 3. maaliskuuta 2024 klo 14.05 = 2024-03-03T14:05:00
3. marraskuuta 2024 = 2024-11-03
3.3.2024 14.05.09 = 2024-03-03T14:05:09
duminică, 3 martie 2024 la 14:05 = 2024-03-03T14:05:00
2024. március 3., vasárnap 14:05 = 2024-03-03T14:05:00
2024-július-13T9:15-05:00 = 2024-07-13T14:15:00Z
Κυριακή 3 Μαρτίου 2024 στις 2:05 μ.μ. = 2024-03-03T14:05:00
3 Ιουλ 2024, 9:05 π.μ. = 2024-07-03T09:05:00
2024年3月3日 14時05分 = 2024-03-03T14:05:00
2024年3月3日(日) 午後2時5分9秒 = 2024-03-03T14:05:09
2024 年 3 月 3 日 = 2024-03-03
发布于 2024-03-03 14:05 = 2024-03-03T14:05:00
입력 2024.03.03 14:05 = 2024-03-03T14:05:00
2024年3月3日星期日 下午2:05 = 2024-03-03T14:05:00
２０２４年３月３日 = 2024-03-03
2024년 3월 3일 (일) 오후 2:05 = 2024-03-03T14:05:00
2024. 3. 3. 오전 12:05 = 2024-03-03T00:05:00
2024년 3월 3일 PM 2:05 = 2024-03-03T14:05:00
3 مارس 2024 = 2024-03-03
الأحد 3 مارس 2024 - 14:05 = 2024-03-03T14:05:00
٣ مارس ٢٠٢٤ = 2024-03-03
3 كانون الثاني/يناير 2024 = 2024-01-03
3 تشرين الثاني (نوفمبر) 2024 = 2024-11-03
آخر تحديث: 3 غشت 2024 02:05 م = 2024-08-03T14:05:00
نُشر في 3 أبريل 2024م، الساعة 9:05 صباحًا = 2024-04-03T09:05:00
2024/03/03 14:05 更新 = 2024-03-03T14:05:00
2024年3月3日更新 = 2024-03-03
2024년 3월 3일 14:05 수정 = 2024-03-03T14:05:00
Dernière modification : 3 mars 2024 à 14h05 = 2024-03-03T14:05:00
Mis en ligne le 3 mars 2024 = 2024-03-03
Créé le 3 mars 2024 = 2024-03-03
Publicada el 3 de marzo de 2024 a las 14:05 = 2024-03-03T14:05:00
Vydáno 3. března 2024 14:05 = 2024-03-03T14:05:00
"""
REFUSED = """
3 March ¦ March 3 ¦ 14:05 ¦ 2pm ¦ noon 3 March 2024 ¦ today ¦ tomorrow at 14:05 ¦ last Sunday
3 days ago ¦ 5 ago 2024 14 ¦ 2024-02-30 ¦ 2024-13-01 ¦ 2023-366 ¦ 2025-W53-1 ¦ 31 April 2024
13/13/2024 ¦ 29 February 2023 ¦ 2024-00-10 ¦ 0 March 2024 ¦ 2024-03-03T25:00:00Z
2024-03-03T14:60Z ¦ 2024-03-03T14:05:61Z ¦ 2024-03-03T24:01Z ¦ 3 March 2024 14:60
2024-03-03T14:05+15:00 ¦ 2024-03-03T14:05:09-03:60 ¦ 20240303T1405-2300
3. listopada 2024. ¦ 3. lip 2024. ¦ 3. srp 2024. 14:05
3 March 2024 24:05 ¦ 2024-03-03T14:05+99:00 ¦ 2024-03-03 14:05 +0075 ¦ 3 March 2024 13:05 AM
3 March 2024 25:05 PM ¦ 3 March 2024 PM 2:05 pm ¦ 0001-01-01T00:00:00Z ¦ 0000-03-03
9999-12-31T23:59:59Z ¦ 3 March 2567 ¦ 03/04/1446 ¦ 03/04/24 ¦ 03.04.24 ¦ 24-03-03 ¦ 3 Mar 24
The meeting of 3 March 2024 was long ¦ Born 3 March 2024 ¦ Chapter 3, March 2024
3-4 March 2024 ¦ 3 March 2024 14:05-15:05 ¦ 3 March 2024 Sunday Monday
Published 3 March 2024, updated 14:05 ¦ 3/4/2024 5/6/2024 ¦ Sun, 03 Mar 2024 14:05:09 IST
Sun, 03 Mar 2024 14:05:09 AST ¦ Sun, 03 Mar 2024 14:05:09 A ¦ Sun, 03 Xyz 2024 14:05:09 GMT
Sun Mar  3 14:05:09 CST 2024 ¦ 2024-03-03 14:05 EST-0500 ¦ 2024-03-03 GMT ¦ 2024-03-03 +0300
UTC: 2024-03-03 14:05 ¦ 2024-03-03 14:05 Europe/Nowhere ¦ 2024-03-03 Europe/Kyiv
yesterday Europe/Kyiv ¦ 2024-03-03 14:05 America/Argentina ¦ [Europe/Kyiv] ¦ 123456789
12345678901 ¦ 123456789012 ¦ 20240303140509 ¦ 2031010203 ¦ 0999999999 ¦ 9999999999999
1709474709.5 ¦ -1709474709 ¦ 202403 ¦ 2024-03 ¦ 2024-W09 ¦ 03-2024 ¦ 3 March 2024 5
3 March 2024 14:5 ¦ 3 March 2024 1:2:3 ¦ 192.168.20.24 ¦ 10.4.2024.1 ¦ v3.4.2024 ¦ 113年3月3日
12 رمضان 1446 هـ ¦ 12 رمضان 1446 ¦ كان 3 مارس 2024 ¦ 3 يناير/فبراير 2024
令和6年3月3日 ¦ ٣/٤/٢٠٢٤ ¦ 2024年3月 ¦ 14:05 <12> ¦ <EST> ¦ ? ¦ () ¦ ) ¦ ] ¦ :
2024-03-03T14:05:09Textra ¦ 2024-03-03 14 ¦ 2024-03-03T ¦ T14:05 ¦ 2024-03-03-14:05 ¦ + ¦ - ¦ /
03 2024 March ¦ 2024 2024 March 3 ¦ 3.4/2024 ¦ Mar 2024 mar ¦ 3 March 2024 | 4 March 2024
3 March 2024, Published ¦ 2:05 PM 3 March 2024 ET
"""


@pytest.mark.parametrize("line", STRINGS.strip().splitlines())
def test_a_common_form_says_what_it_says(line: str) -> None:
    text, wanted = line.rsplit(" = ", 1)
    assert outcome(text) == wanted
    assert outcome(f"\n\t {text}\u200e\xa0") == wanted


@pytest.mark.parametrize("text", [text for line in REFUSED.strip().splitlines() for text in line.split(" ¦ ")])
def test_a_doubtful_text_is_refused(text: str) -> None:
    assert outcome(text) == "none"


def test_month_first_decides_only_what_is_ambiguous() -> None:
    assert outcome("03/04/2024", month_first=True) == "2024-03-04"
    assert outcome("03-04-2024 14:05", month_first=True) == "2024-03-04T14:05:00"
    assert outcome("31/12/2024", month_first=True) == "2024-12-31"
    assert outcome("03.04.2024", month_first=True) == "2024-04-03"
    assert outcome("Wed 03/04/2024", month_first=True) == "2024-04-03"


@pytest.mark.parametrize(
    "text",
    ["1" * 10_000_000, " " * 10_000_000 + "x", "(" * 200, "[" * 200, "Asia/" * 40, "1:" * 100, "a " * 100],
)
def test_a_hostile_text_costs_little(text: str) -> None:
    before = time.process_time()
    assert read_date(text) is None
    assert time.process_time() - before < 0.5


def test_a_local_reading_becomes_an_instant_in_the_zone_it_is_given() -> None:
    kyiv = ZoneInfo("Europe/Kyiv")
    assert Reading(datetime.fromisoformat("2024-07-03T14:05"), "local").at(kyiv) == datetime(
        2024, 7, 3, 11, 5, tzinfo=UTC
    )
    assert Reading(datetime.fromisoformat("2024-07-03"), "day").at(kyiv) == datetime(2024, 7, 2, 21, tzinfo=UTC)
    assert Reading(datetime.fromisoformat("2024-07-03"), "day").at() == datetime(2024, 7, 3, tzinfo=UTC)
    instant = Reading(datetime(2024, 7, 3, tzinfo=UTC), "instant")
    assert instant.at(kyiv) is instant.value


def test_an_hour_that_a_zone_has_twice_is_its_first() -> None:
    assert outcome("2024-10-27 03:30 Europe/Kyiv") == "2024-10-27T00:30:00Z"


def test_the_clock_is_aware_and_in_utc() -> None:
    clock: Clock = utc_now
    assert clock().tzinfo is UTC


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime.fromisoformat("1900-01-02"), datetime.fromisoformat("2199-12-30"), timezones=OFFSETS)


@given(st.text() | st.text(alphabet="0123456789 -+:./,TZMarch()[]年月日午後APpm", max_size=40))
def test_no_text_raises(text: str) -> None:
    reading = read_date(text)
    assert reading is None or reading.at().tzinfo is UTC


@given(MOMENTS)
def test_what_isoformat_writes_is_read_back(moment: datetime) -> None:
    assert read_date(moment.isoformat()) == Reading(moment.astimezone(UTC), "instant")
    assert read_date(moment.replace(tzinfo=None).isoformat()) == Reading(moment.replace(tzinfo=None), "local")
    assert (
        read_date(moment.date().isoformat()) == read_date(moment.strftime("%G-W%V-%u")) == read_date(f"{moment:%Y-%j}")
    )


@given(MOMENTS)
def test_what_mail_and_browsers_write_is_read_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    wanted = Reading(moment.astimezone(UTC), "instant")
    assert read_date(format_datetime(moment)) == wanted
    assert read_date(f"{moment:%a %b %d %Y %H:%M:%S GMT%z} (Ora standard)") == wanted
    assert read_date(f"{moment:%d/%b/%Y:%H:%M:%S %z}") == wanted
    assert read_date(f"{moment:%A, %B %d, %Y at %I:%M:%S %p UTC%z}") == wanted


@given(
    st.tuples(
        *(st.sampled_from(words.split("|")) for words in (
            "1650|1700|1999|2024|2199|2200|9999", "-02|-12|-13|-2", "-03|-29|-31|-00|-3", " |T|  ", "00|14|23|24|4",
            ":00|:05|:59|:60|", ":00|:59|:60|:5|", " | -|  ", "+|-|", "00|02|13|14|15|2", "00|30|59|60|:30|:00|",
        ))
    )
)  # fmt: skip
def test_a_blank_before_the_offset_is_read_by_the_short_way_as_by_the_long_one(parts: tuple[str, ...]) -> None:
    text = "".join(parts)
    if dates._ISO_SPACED.fullmatch(text):
        try:
            slow = dates._words(text, False)
        except ValueError:  # no such day
            slow = None
        assert read_date(text) == slow


def test_dates_as_git_and_jekyll_print_them() -> None:
    assert outcome("2024-03-03 14:05:00 +0200") == "2024-03-03T12:05:00Z"
    assert outcome("2024-03-03 14:05 -03:30") == "2024-03-03T17:35:00Z"
    assert outcome("2024-02-30 14:05:00 +0200") == "none"
    assert outcome("2024-03-03 14:05:00 +1500") == "none"
