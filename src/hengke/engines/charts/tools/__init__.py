"""Programs that derive the packaged data of the charts; not needed at run time."""
