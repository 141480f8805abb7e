"""A round of mail: look at all folders, recognise, plan once, brake, apply, tell."""
