"""What a Scene means, as Sentences."""
