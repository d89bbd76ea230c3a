"""How hard a page reads: LIX (Björnsson 1968) over its running text."""

import re
from html.parser import HTMLParser

LONG = 7  # letters: a word of more than six is long


class _Paragraphs(HTMLParser):
    """The sentences of <main>: paragraphs and alerts, without what only a screen reader or a printer gets."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.texts = 0, []
        self._inside_main = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self._inside_main = self._inside_main or tag == "main"
        if self._inside_main and tag == "p":
            self.depth += 1
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside_main = self._inside_main and tag != "main"
        if tag == "p" and self.depth:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.texts[-1] += data


def running_text(page: str) -> str:
    """The paragraphs that are sentences; names, dates and numbers are none."""
    reader = _Paragraphs()
    reader.feed(page)
    texts = (" ".join(text.split()) for text in reader.texts)
    return " ".join(text for text in texts if re.search(r"[.?:]$", text))


def lix(text: str) -> float:
    """Words a sentence, plus long words a hundred. 30 and below is easy."""
    text = re.sub(r"\bkl\.", "kl", text)  # no sentence ends there
    words = re.findall(r"[^\W\d_]+", text)
    sentences = len(re.findall(r"[^\W_][.?:](?:\s|$)", text))
    if not words:
        return 0
    return len(words) / max(sentences, 1) + 100 * sum(len(word) >= LONG for word in words) / len(words)
