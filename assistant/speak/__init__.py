"""Sentences made sound: the queue, the voices, the earcons."""
