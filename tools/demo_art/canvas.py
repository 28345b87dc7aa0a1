"""An SVG under construction: compact numbers, shared definitions, nested groups."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

Stops = Sequence[tuple[float, str] | tuple[float, str, float]]


def num(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


class Canvas:
    """Collects elements and definitions; `render` gives the document."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._body: list[str] = []
        self._defs: dict[str, str] = {}

    def linear(
        self, stops: Stops, *, x1: float = 0, y1: float = 0, x2: float = 1, y2: float = 0
    ) -> str:
        """Paint of a gradient along a line, in fractions of the painted shape's box."""
        ends = "".join(
            f' {name}="{value:g}"'
            for name, value, default in (("x1", x1, 0), ("y1", y1, 0), ("x2", x2, 1), ("y2", y2, 0))
            if value != default
        )
        return self._define(f"<linearGradient{ends}", _stops(stops) + "</linearGradient>")

    def radial(self, stops: Stops, *, cx: float = 0.5, cy: float = 0.5, radius: float = 0.5) -> str:
        """Paint of a gradient around a point, in fractions of the painted shape's box."""
        head = f'<radialGradient cx="{cx:g}" cy="{cy:g}" r="{radius:g}"'
        return self._define(head, _stops(stops) + "</radialGradient>")

    def tile(self, width: float, height: float, d: str, ink: str, *, line: float = 0) -> str:
        """Paint that repeats a path every `width` by `height`; with `line` it is stroked."""
        look = f'fill="none" stroke="{ink}" stroke-width="{num(line)}" stroke-linecap="round"'
        if not line:
            look = f'fill="{ink}"'
        head = f'<pattern width="{num(width)}" height="{num(height)}" patternUnits="userSpaceOnUse"'
        return self._define(head, f'<path d="{d}" {look}/></pattern>')

    def clip(self, d: str) -> str:
        """Reference to a clipping path."""
        return self._define("<clipPath", f'<path d="{d}"/></clipPath>')

    def path(
        self,
        d: str,
        fill: str = "none",
        *,
        stroke: str | None = None,
        width: float = 0,
        opacity: float = 1,
        clip: str | None = None,
        cap: str | None = None,
        dash: str | None = None,
    ) -> None:
        """A path with its fill and stroke."""
        optional = (
            ("stroke", stroke),
            ("stroke-width", num(width) if stroke else None),
            ("stroke-linecap", cap),
            ("stroke-linejoin", "round" if cap == "round" else None),
            ("stroke-dasharray", dash),
            ("opacity", f"{opacity:g}" if opacity != 1 else None),
            ("clip-path", clip),
        )
        rest = "".join(f' {name}="{value}"' for name, value in optional if value is not None)
        self._body.append(f'<path d="{d}" fill="{fill}"{rest}/>')

    def ellipse(
        self, cx: float, cy: float, rx: float, ry: float, fill: str, *, opacity: float = 1
    ) -> None:
        """A filled ellipse."""
        faint = f' opacity="{opacity:g}"' if opacity != 1 else ""
        self._body.append(
            f'<ellipse cx="{num(cx)}" cy="{num(cy)}" rx="{num(rx)}" ry="{num(ry)}"'
            f' fill="{fill}"{faint}/>'
        )

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        radius: float = 0,
        opacity: float = 1,
    ) -> None:
        """A filled rectangle with round corners."""
        corners = f' rx="{num(radius)}"' if radius else ""
        faint = f' opacity="{opacity:g}"' if opacity != 1 else ""
        self._body.append(
            f'<rect x="{num(x)}" y="{num(y)}" width="{num(width)}" height="{num(height)}"'
            f'{corners} fill="{fill}"{faint}/>'
        )

    @contextmanager
    def at(
        self, x: float, y: float, scale: float = 1, *, turn: float = 0, flip: float = 1
    ) -> Iterator[None]:
        """Draw with the origin moved, scaled, turned by degrees and squeezed by `flip` in x."""
        transform = f"translate({num(x)} {num(y)})"
        if turn:
            transform += f"rotate({turn:g})"
        if scale != 1 or flip != 1:
            transform += f"scale({scale * flip:.4g} {scale:.4g})"
        self._body.append(f'<g transform="{transform}">')
        yield
        self._body.append("</g>")

    @contextmanager
    def window(self, x: float, y: float, width: float, height: float, view: str) -> Iterator[None]:
        """Draw in the coordinates of the view box `view`, cut off at its edges."""
        self._body.append(
            f'<svg x="{num(x)}" y="{num(y)}" width="{num(width)}" height="{num(height)}"'
            f' viewBox="{view}" preserveAspectRatio="xMidYMid slice">'
        )
        yield
        self._body.append("</svg>")

    @contextmanager
    def faint(self, opacity: float, *, clip: str | None = None) -> Iterator[None]:
        """Draw a group as one, see-through and clipped."""
        cut = f' clip-path="{clip}"' if clip else ""
        self._body.append(f'<g opacity="{opacity:g}"{cut}>')
        yield
        self._body.append("</g>")

    def render(self) -> str:
        """The whole document."""
        defs = "".join(f'{head} id="{key}">{rest}' for key, head, rest in self._definitions())
        return (
            '<svg xmlns="http://www.w3.org/2000/svg"'
            f' viewBox="0 0 {self.width} {self.height}"'
            f' width="{self.width}" height="{self.height}">'
            f"{'<defs>' + defs + '</defs>' if defs else ''}{''.join(self._body)}</svg>\n"
        )

    def _definitions(self) -> Iterator[tuple[str, str, str]]:
        for content, key in self._defs.items():
            head, rest = content.split("\0")
            yield key, head, rest

    def _define(self, head: str, rest: str) -> str:
        content = f"{head}\0{rest}"
        key = self._defs.setdefault(content, f"d{len(self._defs)}")
        return f"url(#{key})"


def _stops(stops: Stops) -> str:
    return "".join(
        f'<stop offset="{stop[0]:g}" stop-color="{stop[1]}"'
        + (f' stop-opacity="{stop[2]:g}"' if len(stop) == 3 else "")
        + "/>"
        for stop in stops
    )
