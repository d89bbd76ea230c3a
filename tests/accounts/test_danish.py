"""Names stand where a Dane looks for them."""

from accounts.danish import danish_order


def test_the_last_letters_come_last_and_aa_is_one_of_them():
    names = ["Aarhus", "Ørum", "Zahra", "Ærø", "Anne", "Åby", "bente"]
    assert sorted(names, key=danish_order) == ["Anne", "bente", "Zahra", "Ærø", "Ørum", "Åby", "Aarhus"]


def test_other_accents_are_passed_over():
    names = ["A\u030algård", "Zürich", "Zylla", "Zwolle", "eftermiddag", "Éclair", "Cafeen", "Cafébord", "Café"]
    assert sorted(names, key=danish_order) == names[::-1]
