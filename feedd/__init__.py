"""feedd watches folders of article files and keeps Atom and RSS feeds per topic up to date."""

__version__ = "0.1.0"
