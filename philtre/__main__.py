"""``python -m philtre`` is the command line."""

from philtre.cli import main

if __name__ == "__main__":
    main()
