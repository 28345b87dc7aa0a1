"""The demo shops' illustrations, drawn as SVG from parametric shapes."""
