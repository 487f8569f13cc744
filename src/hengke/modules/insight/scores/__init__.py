"""The room of scores: what customers' pages show of them, and the pages of the models behind."""
