"""The command line: a thin customer of the Python interface."""


def main() -> None:
    """Run the command line."""
