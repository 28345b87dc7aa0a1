"""A set of pictures by file name."""

from collections.abc import Callable, Iterator

from tools.demo_art.canvas import Canvas

Scene = Callable[[Canvas], None]


class Album:
    """Scenes of one size and folder; `pages` draws them all."""

    def __init__(self, folder: str, width: int = 1200, height: int = 1500) -> None:
        self._folder = folder
        self._size = (width, height)
        self._scenes: dict[str, Scene] = {}

    def add(self, name: str) -> Callable[[Scene], Scene]:
        """Put the decorated scene on the page `name`."""

        def keep(scene: Scene) -> Scene:
            self._scenes[name] = scene
            return scene

        return keep

    def pages(self) -> Iterator[tuple[str, str]]:
        """Each picture's path below the art folder and its SVG."""
        for name, scene in self._scenes.items():
            canvas = Canvas(*self._size)
            scene(canvas)
            yield f"{self._folder}/{name}.svg", canvas.render()
