"""The project itself: its lock file, its layout, the ways to set it up."""
