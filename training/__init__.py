"""How each small model that ships was made."""
