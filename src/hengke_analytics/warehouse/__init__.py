"""From source files to the star schema: read, map, translate, pair, load."""
