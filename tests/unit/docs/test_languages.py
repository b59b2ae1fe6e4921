"""Korean and English pages say the same: the same shape, code, identifiers and links."""

import os
import re
from pathlib import Path

import pytest
from tools import record_session

from tests import pages
from tests.conftest import ROOT
from tests.pages import DOCS, WITHOUT, both, korean

PAGES = pages.for_users()
FRONT = ROOT / "README.md"
HELP = DOCS / "cli" / "README.md"  # made from the commands' own help: translated in its blocks
WRITTEN = [page for page in PAGES if page not in (FRONT, HELP)]
FIRST_LINES = 9
NUMBER = r"\d+(?:[.,]\d+)*"
UNTRANSLATED = 5  # Latin words in a row of text without one Korean letter


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def read(page: Path) -> tuple[str, str]:
    return page.read_text("utf-8"), korean(page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name)
class TestPair:
    def test_there_is_a_sibling_and_each_leads_to_the_other(self, page: Path) -> None:
        sibling = korean(page)
        assert sibling.exists(), f"write {name(sibling)}: a page has two languages"
        english, other = (text.splitlines()[:FIRST_LINES] for text in read(page))
        assert any(f"[한국어]({sibling.name})" in line for line in english)
        assert any(f"[English]({page.name})" in line for line in other)

    def test_headings(self, page: Path) -> None:
        english, other = ([part.level for part in pages.headings(text)] for text in read(page))
        assert english == other

    def test_tables(self, page: Path) -> None:
        english, other = ([len(row) for row in pages.rows(text)] for text in read(page))
        assert english == other

    def test_lists(self, page: Path) -> None:
        english, other = map(pages.items, read(page))
        assert english == other

    def test_links(self, page: Path) -> None:
        english, other = map(pages.links, read(page))
        expected = [in_korean(link, page) for link in english if link != korean(page).name]
        assert sorted(expected) == sorted(link for link in other if link != page.name)

    def test_nothing_is_left_in_english(self, page: Path) -> None:
        for paragraph in re.split(r"\n\n|\n(?=[|-])", pages.prose(read(page)[1])):
            words = re.sub(r"`[^`]+`|\([^)]*\)|<!--.*?-->", "", paragraph)
            if not re.search("[가-힣]", words):
                assert len(re.findall(r"[A-Za-z]{2,}", words)) < UNTRANSLATED, paragraph


@pytest.mark.parametrize("page", WRITTEN, ids=name)
class TestWritten:
    def test_code_is_the_same_byte_for_byte(self, page: Path) -> None:
        english, other = map(pages.code_blocks, read(page))
        assert english == other

    def test_first_columns_have_the_same_identifiers_in_order(self, page: Path) -> None:
        english, other = (
            [pages.identifiers(row[0]) for row in pages.rows(text)] for text in read(page)
        )
        assert english == other

    def test_each_section_names_the_same_identifiers(self, page: Path) -> None:
        english, other = map(pages.headings, read(page))
        for ours, theirs in zip(english, other, strict=True):
            found = [set(pages.identifiers(part.title + part.body)) for part in (ours, theirs)]
            assert found[0] == found[1], ours.title

    def test_each_section_says_every_number(self, page: Path) -> None:
        english, other = map(pages.headings, read(page))
        for ours, theirs in zip(english, other, strict=True):
            said, meant = (set(re.findall(NUMBER, part.body)) for part in (theirs, ours))
            assert meant <= said, ours.title

    def test_cells_without_words_are_the_same(self, page: Path) -> None:
        for english, other in zip(*map(pages.rows, read(page)), strict=True):
            for ours, theirs in zip(english, other, strict=True):
                if not re.search(r"[^\W\d_]", re.sub(r"`[^`]+`", "", ours)):
                    assert theirs == ours, english


def test_the_front_page_s_code_differs_in_its_comments_only() -> None:
    english, other = (
        [re.sub(r" +# .*", "", block) for block in pages.code_blocks(text)] for text in read(FRONT)
    )
    assert english == other


def test_the_help_has_the_same_commands() -> None:
    english, other = map(pages.headings, read(HELP))
    assert [part.title for part in english[1:]] == [part.title for part in other[1:]]


def test_the_glossaries_pair_the_same_terms() -> None:
    english, other = (pages.rows(page.read_text("utf-8")) for page in both("glossary.md"))
    assert [row[:2] for row in english] == [row[1::-1] for row in other]


def test_the_session_s_pages_begin_as_the_recorder_writes_them() -> None:
    made = (record_session.PAGE, record_session.PAGE_KO)
    for page, template in zip(both("session.md"), made, strict=True):
        assert page.read_text("utf-8").startswith(template.partition("{text}")[0])


def test_korean_messages_name_korean_pages() -> None:
    for area in sorted((ROOT / "src/kiki/messages/ko").glob("*.json")):
        for page in re.findall(r"docs/[\w/-]+\.md", area.read_text("utf-8")):
            assert not korean(ROOT / page).exists(), f"{area.name}: {page}"


def test_pages_without_a_sibling_are_there_and_have_none() -> None:
    for page in WITHOUT:
        assert (DOCS / page).exists(), f"take {page} off the list in tests/pages.py"
        assert not korean(DOCS / page).exists(), f"take {page} off the list in tests/pages.py"


def test_no_korean_page_is_alone() -> None:
    for page in DOCS.rglob("*.ko.md"):
        assert page.with_name(page.name.replace(".ko.md", ".md")).exists(), name(page)


@pytest.mark.parametrize(
    "page", [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))], ids=name
)
def test_links_lead_somewhere(page: Path) -> None:
    for link in pages.links(page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def in_korean(link: str, page: Path) -> str:
    """What a Korean page has in the place of an English page's link."""
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    sibling = target / "README.ko.md" if target.is_dir() else korean(target)
    if not sibling.exists():
        return link
    if anchor:
        anchor = "#" + anchors(sibling)[anchors(target).index(anchor)]
    return (os.path.relpath(sibling, page.parent) if path else "") + anchor


def anchors(page: Path) -> list[str]:
    return [pages.anchor(part.title) for part in pages.headings(page.read_text("utf-8"))]
