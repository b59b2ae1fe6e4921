"""A llama.cpp server until standard input ends. Run by the tests with the Python of an environment
that has xllamacpp; prints its address when it is ready.

Arguments: the model's file, the name that it has, the key that the server wants.
"""

import sys

import xllamacpp  # type: ignore[import-not-found]


def main(model: str, name: str, key: str) -> None:
    """Serve *model* on a free port of the loopback."""
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = [name]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = 2
    params.cpuparams_batch.n_threads = 2
    params.warmup = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
