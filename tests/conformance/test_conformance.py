"""Every target says what JAX says in every case, or the case is excluded for a reason that still holds."""

import pytest

from tests.conformance.agreement import Verdict, examine
from tests.conformance.case import Case
from tests.conformance.programs import BY_NAME, CASES
from tests.exclusions import EXCLUDED, Reason, reason_for

SAMPLED = 8
"""The xla target is `jax.jit`, which the references come from: every eighth case will do."""


def dtypes(case: Case, every: bool) -> tuple[str, ...]:
    """All dtypes of a case, or the usual one."""
    return case.dtypes if every else ("float32",) if "float32" in case.dtypes else case.dtypes[:1]


def pytest_generate_tests(metafunc):
    if "case" not in metafunc.fixturenames:
        return
    every = metafunc.config.getoption("every_dtype")
    pairs = [(case, dtype) for case in CASES for dtype in dtypes(case, every)]
    metafunc.parametrize("case, dtype", pairs, ids=[f"{case.name}[{dtype}]" for case, dtype in pairs])


def test_what_a_case_says(target, case, dtype):
    if target == "xla" and CASES.index(case) % SAMPLED:
        pytest.skip("a sample will do")
    verdict, detail = examine(case, dtype, target)
    reason = reason_for(target, case.name, dtype)
    if reason is None:
        assert verdict is Verdict.AGREES, f"{case.name}[{dtype}] on {target} is {verdict.value}: {detail}"
    else:
        assert verdict is not Verdict.AGREES, f"{case.name}[{dtype}] runs on {target}, yet is excluded: {reason.value}"
        assert (verdict is Verdict.REFUSED) == reason.refuses, f"{case.name}[{dtype}] is {verdict.value}: {detail}"


def test_exclusions_name_cases_and_dtypes_that_exist():
    for target, reasons in EXCLUDED.items():
        assert set(reasons) <= set(Reason), target
        for entries in reasons.values():
            for name, dtypes in entries.items():
                assert name in BY_NAME, f"{target}: {name}"
                assert set(dtypes.split()) <= set(BY_NAME[name].dtypes), f"{target}: {name}"


def test_no_case_is_excluded_twice():
    for target, reasons in EXCLUDED.items():
        entries = [(name, d) for cases in reasons.values() for name, dtypes in cases.items() for d in dtypes.split()]
        assert len(entries) == len(set(entries)), target


def test_names_of_cases_differ():
    assert len(BY_NAME) == len(CASES)
