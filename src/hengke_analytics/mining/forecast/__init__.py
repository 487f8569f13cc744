"""Forecasts of monthly series: many at once, combined from several methods, with intervals that were measured."""
