"""Reading a page as a browser and a screen reader do, with nothing but the parser of the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import chain, pairwise

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}


@dataclass
class Element:
    """An element with its attributes, text and children."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        """Every element of these kinds below it, in order."""
        found = []
        for child in self.children:
            found += [child] if not tags or child.tag in tags else []
            found += child.all(*tags)
        return found

    @property
    def text(self) -> str:
        """Everything that can be read in it."""
        return " ".join(" ".join([*self.texts, *(child.text for child in self.children)]).split())


class Reader(HTMLParser):
    """Builds elements, and refuses what is not closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Element("page", {})
        self.open = [self.page]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"{tag} ends where {self.open[-1].tag} is open"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].texts.append(data)


def read(text: str) -> Element:
    """A page as elements; every element is closed where it should be."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.page]
    return reader.page


def failings(page: Element) -> list[str]:
    """What somebody who cannot see or cannot point would stumble over."""
    ids = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    targets = [each.attributes["href"][1:] for each in page.all("a") if each.attributes["href"][:1] == "#"]
    labels = [
        each.attributes[name].split()
        for each in page.all()
        for name in ("aria-labelledby", "aria-describedby")
        if name in each.attributes
    ]
    found = [f"id {each} twice" for each in set(ids) if ids.count(each) > 1]
    found += [f"nothing is called {each}" for each in {*targets, *chain.from_iterable(labels)} - set(ids)]
    found += [f"{len(page.all(tag))} {tag}" for tag in ("h1", "main", "nav") if len(page.all(tag)) != 1]
    return found + _language(page) + _headings(page) + _pictures(page) + _tables(page) + _named(page)


def _language(page: Element) -> list[str]:
    return [f"{each.tag} without a language" for each in page.all("html") if not each.attributes.get("lang")]


def _headings(page: Element) -> list[str]:
    """Headings that skip a level, or say nothing."""
    headings = page.all("h1", "h2", "h3", "h4", "h5", "h6")
    levels = [int(each.tag[1]) for each in headings]
    skips = [f"h{after} after h{before}" for before, after in pairwise(levels) if after > before + 1]
    return skips + [f"an empty {each.tag}" for each in headings if not each.text]


def _pictures(page: Element) -> list[str]:
    """Pictures without a name and a text."""
    bare = [each for each in page.all("img") if not each.attributes.get("alt")]
    for each in page.all("svg"):
        told = {child.tag: child.text for child in each.children if child.tag in ("title", "desc")}
        if each.attributes.get("role") != "img" or not all(told.get(tag) for tag in ("title", "desc")):
            bare.append(each)
    return [f"{each.tag} without a text" for each in bare]


def _tables(page: Element) -> list[str]:
    """Tables without a caption, headings without a scope, and rows that are not as wide as the others."""
    found = []
    for table in page.all("table"):
        caption = [each.text for each in table.children if each.tag == "caption"]
        found += [] if len(caption) == 1 and caption[0] else ["a table without a caption"]
        found += [
            f"{each.text} has no scope"
            for each in table.all("th")
            if each.attributes.get("scope") not in ("row", "col")
        ]
        widths = {len(row.children) for row in table.all("tr")}
        found += [] if len(widths) == 1 else [f"{caption}: rows of {widths} cells"]
        found += [
            f"{caption}: a row begins without a heading"
            for row in table.all("tr")
            if row.children[0].tag != "th"
        ]
    return found


def _named(page: Element) -> list[str]:
    """What can be reached with the keyboard and has no name."""
    reached = [
        each for each in page.all() if each.tag in ("a", "summary") or each.attributes.get("role") == "region"
    ]
    return [
        f"{each.tag} without a name"
        for each in reached
        if not (each.text or each.attributes.get("aria-label"))
    ]
