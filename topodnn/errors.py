"""The one kind of error that is about what the user gave, not about the program."""


class InputError(ValueError):
    """Input that cannot be used; the text is one sentence that says what to change."""
