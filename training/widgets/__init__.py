"""The detector of controls: windows that make themselves, training, export and report."""
