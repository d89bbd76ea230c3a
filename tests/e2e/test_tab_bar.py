"""The tab bar of a phone: every role's words are whole, on one line, and wide enough for a thumb."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
ROLES = ("leder", "medarbejder", "frivillig", "styregruppe", "partner", "admin")
TROUBLE = """() => {
  const items = [...document.querySelectorAll(".mainnav-list > li")].filter((item) => item.offsetWidth);
  return items.flatMap((item) => {
    const word = item.querySelector(".mainnav-link span");
    const lines = Math.round(word.offsetHeight / parseFloat(getComputedStyle(word).lineHeight));
    return [
      ...(lines > 1 ? [`${word.textContent}: ${lines} lines`] : []),
      ...(word.scrollWidth > word.clientWidth ? [`${word.textContent}: cut off`] : []),
      ...(item.offsetWidth < 48 ? [`${word.textContent}: ${item.offsetWidth} px`] : []),
    ];
  });
}"""


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("width", [360, 320])
def test_the_words_of_the_tab_bar_are_whole(demo, new_context, width, language):
    trouble = {}
    for mailbox in ROLES:
        page = new_context(viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True).new_page()
        page.context.add_cookies([{"name": "django_language", "value": language, "url": demo.live.address}])
        demo.open(page, mailbox)
        found = page.evaluate(TROUBLE)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("wider than the screen")
        if found:
            trouble[mailbox] = found
        page.context.close()

    assert trouble == {}
