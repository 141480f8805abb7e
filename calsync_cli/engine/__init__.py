"""A round: observe, plan, apply, tell; stores and books through ports only."""
