"""The code that decides a result: a script, and every module of the package that it imports.

Imports are followed in the syntax trees, wherever they stand, and through the modules that are
found. So no list of modules has to be kept. What cannot be followed is refused. The trees are
compared without comments and docstrings, which decide nothing.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("scripts", "topodnn")
# What a job says decides no result: a log text must not make hours of networks stale.
SAYINGS = ("topodnn/errors.py", "topodnn/log.py")
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def fingerprint(script: str | Path, root: str | Path) -> str:
    """What tells the code of a script from that of any other version of it.

    Parameters
    ----------
    script : path
        Of a Python file.
    root : path
        The folder of ``topodnn`` and ``scripts``.

    Returns
    -------
    str
        SHA-256 of the syntax trees of all its modules, in hexadecimal digits. Trees are those of
        the Python that runs: another version of Python may give another fingerprint.

    Raises
    ------
    ValueError
        If an import cannot be followed: of a name from a package and not from the module that
        defines it, of a module without a name of its own (``import topodnn.log``, by which every
        public name can be reached), or by ``import_module``.
    """
    total = hashlib.sha256()
    for path in modules_of(script, root):
        tree, _ = _parsed(path, Path(root))
        total.update(f"{path.relative_to(root)} {tree}\n".encode())
    return total.hexdigest()


def own_fingerprint(function: str) -> str:
    """The fingerprint of the module of a user's function ``module:Name``; "" for another name.

    What that module imports is the user's business, and does not count.
    """
    module, colon, _ = function.rpartition(":")
    found = find_spec(module) if colon else None
    if not (found and found.origin and Path(found.origin).suffix == ".py"):
        return ""
    path = Path(found.origin)
    return _parsed(path, path.parent)[0]


def modules_of(script: str | Path, root: str | Path) -> list[Path]:
    """The script and the modules that it imports, directly or not, in the order of their paths.

    Not among them are the ``__init__.py`` of a package, which only names what the package offers,
    and the modules ``SAYINGS``.
    """
    root = Path(root)
    found: set[Path] = set()
    waiting = [Path(script)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _parsed(path, root)[1]
    return sorted(path for path in found if path.relative_to(root).as_posix() not in SAYINGS)


@cache
def _parsed(path: Path, root: Path) -> tuple[str, list[Path]]:
    """A digest of the syntax tree of a file, and the files that it imports."""
    tree = ast.parse(path.read_bytes(), filename=str(path))
    imported: list[Path] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported += _imported(node, path, root)
        elif isinstance(node, ast.Call) and _is_import_of_ours(node):
            _lost(ast.unparse(node), path)
        elif isinstance(node, DOCUMENTED) and node.body and _is_text(node.body[0]):
            del node.body[0]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), imported


def _is_text(node: ast.stmt) -> bool:
    """Whether a statement is a docstring, if it is the first one."""
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_import_of_ours(node: ast.Call) -> bool:
    """Whether a call is ``import_module`` with the name of a module of ours."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    first = node.args[0] if node.args else None
    text = first.value if isinstance(first, ast.Constant) else None
    return name == "import_module" and isinstance(text, str) and _is_ours(text)


def _imported(node: ast.Import | ast.ImportFrom, path: Path, root: Path) -> Iterator[Path]:
    if isinstance(node, ast.Import):
        for name in node.names:
            if _is_ours(name.name):
                found = _module(name.name, root) if name.asname else None
                yield found or _lost(name.name, path)
    elif node.level or _is_ours(node.module):
        module = "." * node.level + (node.module or "")
        for name in node.names:
            found = _module(f"{module}.{name.name}", root) or _module(module, root)
            yield found or _lost(f"{module}.{name.name}", path)


def _is_ours(module: str | None) -> bool:
    return (module or "").partition(".")[0] in PACKAGES


def _module(name: str, root: Path) -> Path | None:
    path = root.joinpath(*name.split(".")).with_suffix(".py")
    return path if path.is_file() else None


def _lost(name: str, path: Path) -> Path:
    raise ValueError(
        f"{path} has the import {name}, which cannot be followed; write from MODULE import NAME, "
        "with the module that defines the name, so that its code can be found"
    )
