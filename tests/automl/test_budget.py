from philtre.automl.budget import Budget


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_who_is_quick_leaves_more_to_those_who_follow():
    clock = Clock()
    budget = Budget(30.0, clock)
    assert budget.portion(1 / 3).end == 10.0
    clock.now = 4.0
    assert budget.portion(1 / 2).left == 13.0


def test_a_budget_that_is_spent_has_nothing_left():
    clock = Clock()
    budget = Budget(1.0, clock)
    clock.now = 5.0
    assert budget.left == 0.0
    assert budget.deadline(0.5) == 5.0
