"""What stands on the daemon: the service at login, the doctor."""
