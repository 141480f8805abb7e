"""Places on disk, and the settings a person may write by hand."""
