"""calsync keeps a person's agenda and mail on disk in step, both ways, with the account where they live."""

__version__ = "0.1.0"
