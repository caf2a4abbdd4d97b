"""The error for input that cannot be used, as opposed to a fault of the program."""


class InputError(ValueError):
    """Input that cannot be used; the text is one sentence that says what to change."""
