"""Every figure we claim, one command each, with its rival in the same run: `python -m benchmarks [NAME ...]`."""
