"""What a target does not run as JAX does: by target, by a reason of a closed list, the case and its dtypes.

`python -m tests.conformance --target TARGET --renew` writes a target's entries anew; each is tested to still hold.
"""

from enum import Enum


class Reason(Enum):
    """Why a case is excluded; the text stands in the documentation."""

    NO_RULE = "the target has no rule for an operation"
    NO_KERNEL = "the runtime has no kernel for the operation at this dtype"
    NO_SPECIFICATION = "the format cannot express it"
    SYMBOLIC = "the program depends on the number behind a free axis"
    ROUNDING = "the runtime approximates more coarsely"
    ZERO_SIGN = "the runtime loses the sign of a zero"
    RUNTIME_BUG = "the runtime answers wrongly"

    @property
    def refuses(self) -> bool:
        """Whether the target refuses the case, rather than answer otherwise."""
        return self not in (Reason.ROUNDING, Reason.ZERO_SIGN, Reason.RUNTIME_BUG)


def reason_for(target: str, name: str, dtype: str) -> Reason | None:
    """Why a case at a dtype is excluded on a target; None if it is not."""
    for reason, cases in EXCLUDED.get(target, {}).items():
        if dtype in cases.get(name, "").split():
            return reason
    return None


EXCLUDED: dict[str, dict[Reason, dict[str, str]]] = {
    "onnx": {
        Reason.NO_RULE: {
            "random.gamma": "uint32",
            "random.beta": "uint32",
            "linalg.cholesky": "float32 float64",
            "linalg.cholesky_batched": "float32 float64",
            "linalg.cholesky_of_indefinite": "float32 float64",
            "linalg.solve": "float32 float64",
            "linalg.inv": "float32 float64",
            "linalg.det": "float32 float64",
            "linalg.slogdet": "float32 float64",
            "linalg.lu": "float32 float64",
            "linalg.qr": "float32 float64",
            "linalg.svd": "float32 float64",
            "linalg.singular_values": "float32 float64",
            "linalg.eigh": "float32 float64",
            "linalg.eigvalsh": "float32 float64",
            "linalg.eigvals": "float32 float64",
            "linalg.triangular_lower": "float32 float64",
            "linalg.triangular_upper_right": "float32 float64",
            "linalg.triangular_transposed": "float32 float64",
            "linalg.pinv": "float32 float64",
            "linalg.lstsq": "float32 float64",
            "linalg.grad_of_solve": "float32 float64",
            "linalg.expm": "float32 float64",
            "linalg.tridiagonal": "float32 float64",
            "linalg.svd_tall": "float32 float64",
            "linalg.qr_tall": "float32 float64",
            "linalg.lu_tall": "float32 float64",
        },
        Reason.NO_KERNEL: {
            "complex.add": "complex64 complex128",
            "complex.sub": "complex64 complex128",
            "complex.mul": "complex64 complex128",
            "complex.neg": "complex64 complex128",
            "complex.conj": "complex64 complex128",
            "complex.real": "complex64 complex128",
            "complex.imag": "complex64 complex128",
            "complex.square": "complex64 complex128",
            "complex.eq": "complex64 complex128",
            "complex.ne": "complex64 complex128",
            "complex.div": "complex64 complex128",
            "complex.abs": "complex64 complex128",
            "complex.angle": "complex64 complex128",
            "complex.exp": "complex64 complex128",
            "complex.log": "complex64 complex128",
            "complex.sqrt": "complex64 complex128",
            "complex.sin": "complex64 complex128",
            "complex.tanh": "complex64 complex128",
            "complex.pow": "complex64 complex128",
            "complex.sum": "complex64 complex128",
            "complex.dot": "complex64 complex128",
            "complex.make": "complex64 complex128",
            "complex.sign": "complex64 complex128",
            "complex.expm1": "complex64 complex128",
            "complex.log1p": "complex64 complex128",
            "complex.integer_pow": "complex64 complex128",
            "fft.fft": "complex64 complex128",
            "fft.ifft": "complex64 complex128",
            "fft.fft2": "complex64 complex128",
            "fft.fft_round_trip": "complex64 complex128",
            "fft.rfft": "float32 float64",
            "fft.rfft_padded": "float32 float64",
            "fft.irfft": "float32 float64",
            "fft.rfft_round_trip": "float32 float64",
            "fft.power_spectrum": "float32 float64",
        },
        Reason.ZERO_SIGN: {
            "control.piecewise": "float32 float64",
        },
    },
}
"""Target, reason, name of the case: its dtypes."""
