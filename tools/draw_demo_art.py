"""Draws every illustration of the demo shops: `python -m tools.draw_demo_art [--out FOLDER]`."""

import argparse
from pathlib import Path

from tools.demo_art.pictures import draw_all

SHIPPED = Path(__file__).parent.parent / "src" / "rustok" / "app" / "demo" / "content" / "art"


def main() -> None:
    """Write all pictures below the folder, by default where the package ships them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    out: Path = parser.parse_args().out
    count = 0
    for name, svg in draw_all():
        file = out / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(svg, encoding="utf-8", newline="\n")
        count += 1
    print(f"{count} pictures in {out}")


if __name__ == "__main__":
    main()
