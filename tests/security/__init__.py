"""What must never leak, hang or escape."""
