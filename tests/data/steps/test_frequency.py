from philtre.data import frequency


def test_each_value_has_its_share_of_the_rows(fit):
    fitted = fit(frequency(), ["a", "b", "a", None])
    assert fitted.values == ("a", "b")
    assert fitted.numbers == (0.5, 0.25)
    assert fitted.missing == 0.25
    assert fitted.unknown == 0


def test_rare_and_unknown_values_have_the_mean_share_of_a_rare_one(fit):
    fitted = fit(frequency(rare=0.3), ["a"] * 7 + ["b", "b", "c"])
    assert fitted.values == ("a",)
    assert fitted.unknown == 0.15
