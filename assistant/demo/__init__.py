"""The demo: real dialogs on a virtual screen, and what three people hear of them. Needs no desktop."""

from assistant.demo.show import run_demo

__all__ = ["run_demo"]
