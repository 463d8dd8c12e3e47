"""An instance full of made-up events, for a look around and for measuring."""

from operations.demo.storing import Demo, make_demo

__all__ = ["Demo", "make_demo"]
