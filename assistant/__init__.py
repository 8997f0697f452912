"""Sightline: tells a person, aloud, what is on their screen and what each choice in it will do."""

__version__ = "0.1.0"
