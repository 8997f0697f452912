"""What the user does: focus, windows, keys, as Events."""
