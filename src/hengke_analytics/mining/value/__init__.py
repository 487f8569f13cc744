"""Value: what customers will still bring, by how often they came, when they last came and what they spent."""
