"""The words of `calsync event`: its flags, and how what stands after them is read."""
