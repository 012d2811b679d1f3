"""Where a command begins: from here on the interrupt key ends it well."""

from __future__ import annotations

from verdeling.cli.interrupting import KEY


def main() -> None:
    """Run the command line."""
    with KEY.watched():
        from verdeling.cli.app import app  # half of the time that a small command takes

        app()
