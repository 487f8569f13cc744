"""Text: what notes, calls and surveys in Chinese are about, how they sound, what they ask for."""
