"""Megabytes of the base install: site-packages of a fresh virtual environment, less pip and setuptools."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = ("pip", "setuptools", "_distutils_hack", "pkg_resources", "distutils-precedence")


def main() -> None:
    """Install into a fresh environment and add up."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", str(ROOT)], check=True)
        where = "import sysconfig; print(sysconfig.get_path('purelib'))"
        packages = Path(
            subprocess.run([python, "-c", where], check=True, capture_output=True, text=True).stdout.strip()
        )
        sizes = {
            entry.name: sum(file.stat().st_size for file in [entry, *entry.rglob("*")] if file.is_file())
            for entry in packages.iterdir()
            if not entry.name.startswith(LEFT_OUT)
        }
    total = sum(sizes.values()) / 1e6
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:6]
    print(f"base install {total:.1f} MB: {', '.join(f'{name} {size / 1e6:.1f}' for name, size in largest)}")


if __name__ == "__main__":
    main()
