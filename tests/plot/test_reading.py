from philtre import plot


def test_words_stand_for_a_picture():
    result = plot.outcome(["no", "no", "yes", "yes"], "bought")
    groups = plot.group_values(["f", "m", "f", "f"], result)
    assert plot.describe(groups, "sex", result) == (
        "sex: 2 groups of rows, the largest f with 75 %; the share of bought = yes is lowest for m (0 %) "
        "and highest for f (66.7 %)"
    )


def test_a_table_has_the_numbers_of_a_picture():
    result = plot.outcome([1.0, 2.0, 6.0], "price")
    table = plot.group_table(plot.group_values(["a", "a", "<b>"], result), result)
    assert "mean price" in table
    assert '<td>&lt;b&gt;</td><td class="n">1</td><td class="n">6</td>' in table


def test_many_classes_have_a_key():
    assert plot.legend(plot.outcome(list("abcde"))).count("<li>") == 5
    assert "25 % have target = yes" in plot.legend(plot.outcome(["no", "no", "no", "yes"]))
