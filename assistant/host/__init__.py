"""What the machine offers a process: workers, a virtual desktop, systemd."""
