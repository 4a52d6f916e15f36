"""A table of figures beside their bars, printed row by row as Markdown."""

from dataclasses import dataclass, field
from pathlib import Path

HEADER = ("what", "bar", "philtre", "peer", "verdict")


@dataclass
class Verdicts:
    """Rows so far; each is printed when it is known.

    Attributes:
        rows: the cells of each row.
    """

    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, what: str, bar: str, philtre: str, peer: str, good: bool | None, note: str = "") -> None:
        """Print a row.

        Args:
            what: what is measured.
            bar: what it has to reach, in words.
            philtre: its figure.
            peer: that of the peer, "" where there is none.
            good: whether the bar is reached; None where there is none, or it was not measured.
            note: added to the verdict, in one line.
        """
        verdict = {True: "reached", False: "MISSED", None: "not measured" if bar else ""}[good]
        words = [verdict, " ".join(note.split())[-300:]]
        self._row((what, bar, philtre, peer, ": ".join(word for word in words if word)))

    def save(self, path: Path, title: str) -> None:
        """Write the table as Markdown."""
        lines = [_line(row) for row in (HEADER, ("---",) * len(HEADER), *self.rows)]
        path.write_text("\n".join([title, "", *lines, ""]))

    def _row(self, row: tuple[str, ...]) -> None:
        if not self.rows:
            print(_line(HEADER), _line(("---",) * len(HEADER)), sep="\n", flush=True)
        self.rows.append(row)
        print(_line(row), flush=True)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
