"""One reader for each kind of source; `hengke_analytics.warehouse.reading` is their only door."""
