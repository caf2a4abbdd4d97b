"""The resolved configuration: checked against the schema, and defaults filled in."""

import copy
import difflib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from topodnn.errors import InputError, listed, shown
from topodnn.workflow.checks import check_experiments
from topodnn.workflow.data_checks import check_datasets, is_number

LONGEST_KEY = 100  # characters of a key in a sentence

# In JSON schema 5.0 is an integer, and nan is a number; here they are not.
Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
            "number": lambda _, value: is_number(value),
        }
    ),
)


def resolve(
    config: dict[str, Any], schema_path: str | Path, *, checked: bool = False
) -> dict[str, Any]:
    """Check a configuration and fill in the defaults.

    Parameters
    ----------
    config : dict
        As read from YAML; not changed.
    schema_path : path
        JSON schema in YAML.
    checked : bool
        Whether the process that started this one has checked it: then only the schema is, and no
        data set is drawn or read.

    Returns
    -------
    dict
        The configuration with every key of the schema that has a default.

    Raises
    ------
    InputError
        Naming the key, the value found and what is allowed.
    """
    schema = _schema(str(schema_path))
    config = copy.deepcopy(config)
    found = Validator(schema).iter_errors(config)
    errors = sorted(found, key=lambda error: [str(part) for part in error.path])
    if errors:
        raise InputError(_sentence(errors[0]))
    _fill_defaults(config, schema)
    if not checked:
        check_datasets(config)
        check_experiments(config)
    return config


@cache
def _schema(path: str) -> dict[str, Any]:
    """The schema, which is not changed, read once in a process."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def _sentence(error: ValidationError) -> str:
    """What a schema error means for somebody who wrote the configuration."""
    key = ".".join(str(part) for part in error.absolute_path)
    key = key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}…"
    key = " ".join(key.split())  # a name may have line breaks
    where, value, wanted = key or "the configuration", error.instance, error.validator_value
    if error.validator == "additionalProperties":
        allowed = list(error.schema.get("properties", {}))
        unknown = next(str(name) for name in value if name not in allowed)
        close = difflib.get_close_matches(unknown, allowed, n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        return f"Unknown key {shown(unknown)} in {where}{hint}; allowed are {listed(allowed)}."
    if error.validator == "required":
        missing = [name for name in wanted if name not in value]
        return f"The key {missing[0]!r} is missing in {where}."
    phrases = {
        "type": lambda: f"of type {_types(wanted)}{_hint(value, wanted)}",
        "enum": lambda: f"one of {', '.join(map(str, wanted))}",
        "minimum": lambda: f"at least {wanted}",
        "exclusiveMaximum": lambda: f"less than {wanted}",
        "exclusiveMinimum": lambda: f"greater than {wanted}",
        "maximum": lambda: f"at most {wanted}",
        "minItems": lambda: f"a list of at least {wanted}",
        "minProperties": lambda: f"a mapping with at least {wanted} {_entries(wanted)}",
        "uniqueItems": lambda: "a list without repetitions",
        "maxLength": lambda: f"at most {wanted} characters long",
        "pattern": lambda: f"of the form {wanted}",
    }
    return f"{where} is {shown(value)}, but must be {phrases[error.validator]()}."


def _types(wanted: str | list[str]) -> str:
    """In the words of YAML, not of JSON."""
    words = {"object": "mapping", "array": "list"}
    return " or ".join(words.get(name, name) for name in np.atleast_1d(wanted))


def _entries(number: int) -> str:
    return "entry" if number == 1 else "entries"


def _hint(value: Any, wanted: str | list[str]) -> str:
    """YAML reads 1e-2 as text, and the command line of snakemake true."""
    if wanted == "boolean":
        return " (on the command line True or False)"
    try:
        number = float(value) if isinstance(value, str) else None
    except ValueError:
        return ""
    if number is None or ("integer" in wanted and not number.is_integer()):
        return ""
    return f" (write {int(number) if 'integer' in wanted else number})"


def _fill_defaults(value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, list):
        for item in value:
            _fill_defaults(item, schema.get("items", {}))
    if isinstance(value, dict):
        for name, sub in schema.get("properties", {}).items():
            if "default" in sub and name not in value:
                value[name] = copy.deepcopy(sub["default"])
            if name in value:
                _fill_defaults(value[name], sub)
        others = schema.get("additionalProperties")
        for name in set(value) - set(schema.get("properties", {})):
            _fill_defaults(value[name], others if isinstance(others, dict) else {})
