"""Completion for bash, zsh and fish, and the man page: made from the tree of commands, never by hand."""
