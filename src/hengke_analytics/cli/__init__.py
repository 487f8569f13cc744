"""The measures and the name matcher on plain files: `python -m hengke_analytics.cli COMMAND FILE…`."""
