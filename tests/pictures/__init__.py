"""The pictures of the documentation: every letter and every notice, in every language."""
