"""The model's process: an OpenAI-compatible server on a Unix socket. Only `process` may be imported by the daemon."""
