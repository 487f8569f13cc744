"""Scores from models: preparation, models, honest evaluation, calibrated probabilities and reasons."""
