"""Mining: scores from models, patterns, values and forecasts; tables in, tables out, nothing of the web."""
