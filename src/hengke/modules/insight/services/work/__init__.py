"""Work lists: who stands on them, what people do about it, and what that saved."""
