"""``python -m sample [FOLDER]`` writes the sample files, by default into ``data/sample``."""
import sys
from pathlib import Path

from sample.readme import readme
from sample.tables import company, tables
from sample.write import as_csv


def files() -> dict[str, bytes]:
    """File name to content, the same on every run."""
    made = company()
    found = {name: as_csv(table) for name, table in tables(made).items()}
    found["README.md"] = readme(made).encode()
    return found


def main(arguments: list[str]) -> None:
    """Write every file."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent.parent / "data" / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
        print(f"{folder / name}: {len(content):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
