"""Mail: newsletters, their headers, parts and charsets, and what a broken or hostile message comes to."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from feedd.errors import Unreadable
from feedd.model import Article, Document, Person
from feedd.parse import mail, parse

HEAD = """From: Ada Example <ada@example.org>
Date: Sat, 01 Mar 2025 12:00:00 +0100
Subject: The ferry is back
Message-ID: <1@example.org>
MIME-Version: 1.0
"""
HTML = "Content-Type: text/html; charset=utf-8\n\n{}"
PLAIN = "Content-Type: text/plain; charset=utf-8\n\n{}"


def multipart(kind: str, *parts: str, closed: bool = True) -> str:
    inside = "".join(f"--x\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="x"\n\n{inside}' + "--x--\n" * closed


ENVELOPE = "From a@b.example Sat Mar  1 12:00:00 2025\n"
OPEN = multipart("mixed", PLAIN.format("Words."), "Content-Type: text/html\n\n<p>And mo", closed=False)
DEEP = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(10_000))


def read(text: str | bytes, name: str = "letter.eml") -> Article:
    data = text.encode() if isinstance(text, str) else text
    (article,) = parse(Document(name, data, datetime(2025, 6, 1, tzinfo=UTC)))
    return article


def test_a_message_is_an_article_with_all_that_its_header_says() -> None:
    more = "Keywords: ferries, harbour\nContent-Language: de\nArchived-At: <https://example.org/1>\n"
    article = read(HEAD + more + HTML.format("<p>Words.</p>"))
    assert (article.title, article.content) == ("The ferry is back", "<p>Words.</p>")
    assert article.published == datetime(2025, 3, 1, 11, tzinfo=UTC)
    assert article.authors == (Person("Ada Example", email="ada@example.org"),)
    assert (article.id, article.url) == ("mid:1@example.org", "https://example.org/1")
    assert (article.tags, article.language) == (("ferries", "harbour"), "de")
    assert (article.origin.id_origin, article.origin.date_origin) == ("Message-ID", "Date")


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("=?utf-8?q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        ("=?UTF-8?B?R3LDtsOfZQ==?= und mehr", "Größe und mehr"),
        ("=?utf-8?q?Gr=C3?= =?utf-8?q?=B6=C3=9Fe?=", "Größe"),
        ("=?windows-1251?B?z+Dw7uw=?=", "Паром"),
        ("=?utf-8*de?q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        ("Größe, nicht kodiert", "Größe, nicht kodiert"),
        ("Folded\n  into two lines", "Folded into two lines"),
        ("=?no-such-charset?q?Plain?=", "Plain"),
        ("Not =?utf-8?q?closed", "Not =?utf-8?q?closed"),
    ],
)
def test_a_subject_is_decoded_also_where_it_is_written_carelessly(subject: str, title: str) -> None:
    assert read(HEAD.replace("The ferry is back", subject) + PLAIN.format("Words.")).title == title


@pytest.mark.parametrize(
    ("sender", "people"),
    [
        ("ada@example.org", [("ada@example.org", "ada@example.org")]),
        ('"Example, Ada" <ada@example.org>', [("Example, Ada", "ada@example.org")]),
        ("Ada <ada@example.org>, Ben <ben@example.org>", [("Ada", "ada@example.org"), ("Ben", "ben@example.org")]),
        ("=?utf-8?q?J=C3=BCrgen?= <j@example.org>", [("Jürgen", "j@example.org")]),
        ("Nobody", [("Nobody", None)]),
    ],
)
def test_senders_are_authors(sender: str, people: list[tuple[str, str | None]]) -> None:
    article = read(HEAD.replace("Ada Example <ada@example.org>", sender) + PLAIN.format("Words."))
    assert [(one.name, one.email) for one in article.authors] == people


def test_of_alternatives_html_is_read_unless_it_is_a_stub() -> None:
    plain, html = PLAIN.format("The same in plain."), HTML.format("<p>The <b>same</b> in HTML.</p>")
    assert read(HEAD + multipart("alternative", plain, html)).content == "<p>The <b>same</b> in HTML.</p>"
    stub = HTML.format("<p>See the web.</p>")
    long = PLAIN.format("All of the letter stands here, " * 20)
    assert "All of the letter" in read(HEAD + multipart("alternative", long, stub)).content


def test_pictures_in_the_mail_go_and_those_on_the_web_stay() -> None:
    html = (
        '<p>Words <img src="cid:1" alt="photo.png"><img src="https://e.example/p.gif" width="1" height="1"></p>'
        '<img src="https://e.example/a.png" alt="A map"><img src="cid:2" alt="The quay at dawn">'
    )
    picture = "Content-Type: image/png\nContent-ID: <1>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    article = read(HEAD + multipart("related", HTML.format(html), picture))
    assert "cid:" not in article.content
    assert "photo.png" not in article.content
    assert "The quay at dawn" in article.content
    assert article.content.count("<img") == 1
    assert article.origin.warnings == ()


def test_what_a_mail_client_does_not_show_is_gone() -> None:
    html = (
        '<div style="display:none">Preheader</div><div style="max-height:0;overflow:hidden">Folded</div>'
        '<span style="opacity:0">Clear</span><script>alert(1)</script><p>Words.</p>'
    )
    assert read(HEAD + HTML.format(html)).content == "<p>Words.</p>"


def test_attachments_are_left_out_and_told() -> None:
    pdf = 'Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment\n\n%PDF'
    article = read(HEAD + multipart("mixed", PLAIN.format("Words."), pdf, pdf))
    assert article.content == "<p>Words.</p>"
    assert article.origin.warnings == ("2 attachments are left out: a file in a mail has no public address",)
    assert article.enclosures == ()


def test_a_mail_that_only_carries_another_is_that_other() -> None:
    inner = HEAD.replace("ferry", "bridge") + PLAIN.format("Words of the bridge.")
    outer = HEAD.replace("<1@", "<2@") + multipart("mixed", f"Content-Type: message/rfc822\n\n{inner}")
    article = read(outer)
    assert (article.title, article.content) == ("The bridge is back", "<p>Words of the bridge.</p>")
    assert article.id == "mid:1@example.org"


def test_flowed_text_is_joined_quotes_are_quotes_and_a_signature_is_no_text() -> None:
    text = "One line that \nflows on.\n\n> Quoted line \n> flows too.\n\nLast.\n-- \nAda\nExample Harbour\n"
    article = read(HEAD + f"Content-Type: text/plain; charset=utf-8; format=flowed\n\n{text}")
    assert "<p>One line that flows on.</p>" in article.content
    assert "<blockquote><p>Quoted line flows too.</p></blockquote>" in article.content
    assert article.zones.footer == "Ada\nExample Harbour"
    assert "Harbour" not in article.content


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "iso-8859-5", "utf-8 said to be latin-1"])
def test_texts_are_decoded(encoding: str) -> None:
    said, _, meant = encoding.partition(" said to be ")
    body = base64.b64encode("Паром вернулся в порт.".encode(said)).decode()
    head = f'Content-Type: text/plain; charset="{meant or said}"\nContent-Transfer-Encoding: base64\n\n'
    assert read(HEAD + head + body).content == "<p>Паром вернулся в порт.</p>"


def test_quoted_printable_and_broken_base64_are_read_as_far_as_they_go() -> None:
    quoted = (
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=B6=\n=C3=9Fe =ZZ"
    )
    assert read(HEAD + quoted).content == "<p>Größe =ZZ</p>"
    broken = (
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nV29yZHMu\n____ a list ____\n"
    )
    assert "Words." in read(HEAD + broken).content


@pytest.mark.parametrize(
    "text",
    [
        "Title: A post\nDate: 2024-03-03 10:20\nCategory: News\n\nText.",
        "From the harbour: news.\n\nSubject: none.",
        "HTTP/1.1 200 OK\nDate: Sat, 01 Mar 2025 12:00:00 GMT\nContent-Type: text/html\n\n<p>x</p>",
        "Note: call Ada\nFrom: the office\nDate: tomorrow\n\nText.",
        "Subject: Minutes\nFrom: Ada\nTo: all\n\nText of a note that looks like mail.",
    ],
)
def test_what_is_no_mail_is_not_taken_for_it(text: str) -> None:
    assert not mail.sniff(text)


def test_a_mail_under_another_name_is_mail_still() -> None:
    assert read(HEAD + PLAIN.format("Words."), "letter.txt").origin.format == "mail"
    assert read("From ada@example.org Sat Mar  1 12:00:00 2025\n" + HEAD + PLAIN.format("Words.")).title


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Just some text.", "is no mail"),
        (HEAD + OPEN, "cut off"),
        (HEAD + "Content-Type: multipart/mixed; boundary=y\n\nno boundary here", "cut off"),
        (HEAD + "Content-Type: multipart/mixed\n\n--x\n", "without a boundary"),
        (HEAD + "Content-Type: multipart/encrypted; boundary=x\n\n--x\n\n--x--", "encrypted"),
        (HEAD.replace("Subject: The ferry is back\n", "") + PLAIN.format(""), "neither a title nor text"),
        (ENVELOPE + HEAD + PLAIN.format(f"One.\n\n{ENVELOPE}To: x\n"), "mbox"),
        (HEAD + "X: " + "y" * 600_000 + "\n\nWords.", "header larger than"),
        (HEAD + "X: y\n" * 200_000 + "\nWords.", "header larger than"),
        (HEAD.replace("The ferry is back", "x" * 20_000) + PLAIN.format("Words."), "longer than 16 KB"),
        (HEAD + DEEP, "deeper than"),
        (HEAD + multipart("mixed", *["\nx"] * 20_000), "more than 1,000"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_refused_with_its_reason(message: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(message)


def test_a_header_of_many_encoded_words_and_a_body_of_many_boundaries_cost_little() -> None:
    words = " ".join(["=?utf-8?q?a?="] * 800)
    assert len(read(HEAD.replace("The ferry is back", words) + PLAIN.format("Words.")).title) > 700
    assert read(HEAD + multipart("mixed", PLAIN.format("--\n--y\n-- x\n" * 100_000))).title


@pytest.mark.parametrize(
    ("sender", "people"),
    [
        ("=?utf-8?q?Ada_=3Cada=40example=2Eorg=3E?=", [("Ada", "ada@example.org")]),
        ("Example, Ada <ada@example.org>", [("Example, Ada", "ada@example.org")]),
        (
            "Example, Ada <ada@example.org>, Press <press@example.org>",
            [("Example, Ada", "ada@example.org"), ("Press", "press@example.org")],
        ),
        ("J\xfcrgen <j@example.org>", [("Jürgen", "j@example.org")]),
        ("Редакція à <j@example.org>".encode().decode("latin-1"), [("Редакція à", "j@example.org")]),
        ("=?iso-2022-jp?b?GyRCJCIbKEI=?= <a@example.org>", [("あ", "a@example.org")]),
    ],
)
def test_senders_written_against_the_rules_are_read_as_meant(sender: str, people: list[tuple[str, str]]) -> None:
    message = (
        HEAD.replace("Ada Example <ada@example.org>", sender) + "Content-Type: text/plain; charset=latin-1\n\nWords."
    )
    assert [(one.name, one.email) for one in read(message.encode("latin-1")).authors] == people


def test_a_character_that_two_encoded_words_share_is_one_and_a_word_that_is_no_text_is_nothing() -> None:
    halves = "=?utf-8?b?w7zD?= =?utf-8?b?vHg=?="
    assert read(HEAD.replace("The ferry is back", halves) + PLAIN.format("Words.")).title == "üüx"
    binary = "=?utf-8?b?AAECAwQFBgcICQ==?= Title"
    assert read(HEAD.replace("The ferry is back", binary) + PLAIN.format("Words.")).title == "Title"


def test_a_digest_is_one_article_with_each_message_below_its_subject() -> None:
    one = "Content-Type: message/rfc822\n\nSubject: First\n\nWords of one."
    two = "\nSubject: =?utf-8?q?Zw=C3=B6lf?=\nContent-Type: text/html\n\n<p>Words of two.</p>"
    article = read(HEAD + multipart("digest", one, two, "Content-Type: text/plain\n\nA note."))
    assert article.content == (
        "<h2>First</h2>\n<p>Words of one.</p>\n<h2>Zwölf</h2>\n<p>Words of two.</p>\n<p>A note.</p>"
    )


def test_the_root_of_related_parts_is_the_one_that_the_header_names() -> None:
    parts = ("Content-Type: text/plain\n\nAn aside.", "Content-Type: text/html\nContent-ID: <r>\n\n<p>The root.</p>")
    article = read(HEAD + multipart("related", *parts).replace('boundary="x"', 'start="<r>"; boundary="x"'))
    assert article.content == "<p>The root.</p>\n<p>An aside.</p>"


def test_a_part_without_a_text_type_alone_in_a_mail_is_an_attachment() -> None:
    with pytest.raises(Unreadable, match="neither a title nor text"):
        read(HEAD.replace("Subject: The ferry is back\n", "") + "Content-Type: application/pdf\n\n%PDF")
    assert read(HEAD + "Content-Type: text/x-markdown\n\nWords.").content == "<p>Words.</p>"


def test_uuencoded_text_is_read() -> None:
    head = "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\n"
    assert read(HEAD + head + "begin 644 a.txt\n&5V]R9',N\n \nend\n").content == "<p>Words.</p>"


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + PLAIN.format("Words.")).encode("utf-16"),
        (HEAD + PLAIN.format("Words.")).replace("\n", "\r").encode(),
        (HEAD + PLAIN.format("Words.")).replace("\n", "\r\n").encode("utf-8-sig"),
    ],
    ids=["utf-16", "old Mac line ends", "mark and Windows line ends"],
)
def test_a_mail_that_an_editor_saved_in_its_own_way_is_read(data: bytes) -> None:
    article = read(data)
    assert (article.title, article.content) == ("The ferry is back", "<p>Words.</p>")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (HEAD + "Snapshot-Content-Location: https://example.org/\n" + PLAIN.format("x"), "saved web page"),
        (HEAD.rstrip("\n"), "cut off: its header does not end"),
        (HEAD + "Content-Type: multipart/mixed; boundary=" + "x" * 20_000 + "\n\nWords.", "Content-Type longer than"),
        (HEAD + "Content-Transfer-Encoding: base64\n" + HTML.format("PHA+V29yZH"), "cut off: its text"),
    ],
)  # fmt: skip
def test_what_is_no_whole_mail_is_refused(message: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(message)


def test_a_few_characters_that_the_charset_does_not_have_are_marked_and_the_rest_is_read() -> None:
    body = "Паром ".encode("koi8-r") * 60 + b"\n"
    head = "Content-Type: text/plain; charset=gb2312\n\n"
    assert read((HEAD + head).encode() + body).content
    words = b"word " * 300 + b"\x81\x7f word"
    article = read((HEAD + "Content-Type: text/plain; charset=euc-jp\n\n").encode() + words)
    assert article.content.count("\ufffd") == 1


def test_the_signature_above_a_list_s_footer_is_no_text_either() -> None:
    footer = "\n-- \nAda\n____________________________________________\nnews mailing list\nnews@example.org\n"
    article = read(HEAD + PLAIN.format(f"Words.\n{footer}"))
    assert article.content == "<p>Words.</p>"
    assert article.zones.footer == "Ada\nnews mailing list\nnews@example.org"


def test_the_mark_above_a_signature_goes_with_it() -> None:
    signed = '<p>Words.</p><span class="gmail_signature_prefix">-- </span><div class="gmail_signature">Ada</div>'
    article = read(HEAD + HTML.format(signed))
    assert article.content == "<p>Words.</p>"
    assert "Ada" in article.zones.footer


def test_without_a_subject_the_first_block_of_the_text_is_the_title() -> None:
    message = HEAD.replace("Subject: The ferry is back\n", "") + HTML.format("<h1>A letter</h1><p>Words of it.</p>")
    assert read(message).title == "A letter"


def test_html_that_has_a_name_is_the_text_and_a_named_plain_file_is_none() -> None:
    named = 'Content-Type: text/html; name="newsletter.html"\nContent-Disposition: inline\n\n<p>Words.</p>'
    notes = 'Content-Type: text/plain; name="notes.txt"\n\nNotes.'
    article = read(HEAD + multipart("mixed", named, notes))
    assert article.content == "<p>Words.</p>"
    assert article.origin.warnings == ("1 attachment is left out: a file in a mail has no public address",)
