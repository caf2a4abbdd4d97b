"""A server on this machine that answers as openml.org does, for one small data set."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from sklearn.datasets import _openml

API = "/api/v1/json/data"
ROWS = ["1.5,0,cat", "-2,3,dog", "0.25,7,cat", "4,5,bird", "1.5,0,cat", "3,1,dog"]


def feature(index: int, name: str, kind: str, rows: list[str]) -> dict[str, str]:
    n_missing = sum(row.split(",")[index] == "?" for row in rows)
    return {
        "index": str(index), "name": name, "data_type": kind,
        "is_target": str(name == "class").lower(), "is_ignore": "false",
        "is_row_identifier": "false", "number_of_missing_values": str(n_missing),
    }  # fmt: skip


def answers(address: str, rows: list[str], kinds: dict[str, str], md5: str | None) -> dict:
    """Path → what openml.org answers, for the data set `animals`, version 2, of number 7."""
    types = {"numeric": "NUMERIC", "string": "STRING", "nominal": "{cat,dog,bird}"}
    head = ["@RELATION animals", *(f"@ATTRIBUTE {n} {types[k]}" for n, k in kinds.items()), "@DATA"]
    arff = "\n".join([*head, *rows, ""]).encode()
    about = {
        "id": "7", "name": "animals", "version": "2", "description": "Small.", "format": "ARFF",
        "status": "active", "url": f"{address}/data/v1/download/9/animals.arff",
        "md5_checksum": md5 or hashlib.md5(arff).hexdigest(),
    }  # fmt: skip
    features = [feature(i, name, kind, rows) for i, (name, kind) in enumerate(kinds.items())]
    found = {"did": 7, "name": "animals", "version": 2, "status": "active", "format": "ARFF"}
    qualities = [{"name": "NumberOfInstances", "value": str(len(rows))}]
    by_name = f"{API}/list/data_name/animals/limit/2/data_version/2"
    content = {
        by_name: {"data": {"dataset": [found]}},
        f"{API}/7": {"data_set_description": about},
        f"{API}/features/7": {"data_features": {"feature": features}},
        f"{API}/qualities/7": {"data_qualities": {"quality": qualities}},
    }
    return {path: json.dumps(answer).encode() for path, answer in content.items()} | {
        "/data/v1/download/9/animals.arff": arff
    }


@contextmanager
def openml(
    monkeypatch, rows: list[str] = ROWS, md5: str | None = None, **kinds: str
) -> Iterator[SimpleNamespace]:
    """Let scikit-learn ask a server of ours; `asked` has the paths, `stop` ends the server."""
    asked: list[str] = []
    content: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            known = self.path in content
            self.send_response(200 if known else 412)  # as openml.org: no such data set
            self.end_headers()
            self.wfile.write(content.get(self.path, b"{}"))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    content |= answers(address, rows, {"a": "numeric", "b": "numeric", **kinds}, md5)
    for name in ("_SEARCH_NAME", "_DATA_INFO", "_DATA_FEATURES", "_DATA_QUALITIES"):
        there = getattr(_openml, name).replace("https://www.openml.org", address)
        assert there.startswith(address)
        monkeypatch.setattr(_openml, name, there)
    monkeypatch.setattr(_openml.time, "sleep", lambda seconds: None)  # between attempts
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def stop():
        server.shutdown()
        server.server_close()
        thread.join()

    try:
        yield SimpleNamespace(asked=asked, stop=stop)
    finally:
        if thread.is_alive():
            stop()
