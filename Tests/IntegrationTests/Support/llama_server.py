"""A real language model: the server of llama.cpp with SmolLM2-135M, on one thread.

Arguments: the model's file, a port, and a file with the form of its prompts where that is not the model's own, which knows
no tools. The port is printed once requests are answered, as the first line of the
program's own output; the server ends with standard input.
"""

import os
import pathlib
import sys
import threading
import time
import urllib.request

import xllamacpp

# llama.cpp logs to standard output: only the port may stand there.
output = os.dup(1)
os.dup2(2, 1)

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(sys.argv[2])
parameters.n_ctx = 4096
parameters.n_parallel = 1
parameters.endpoint_metrics = True
if len(sys.argv) > 3:
    parameters.chat_template = pathlib.Path(sys.argv[3]).read_text()
# Two threads get in each other's way on a busy machine.
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(parameters)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
for _ in range(600):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[2]}/health", timeout=5).read()
        break
    except OSError:
        time.sleep(0.1)
os.write(output, f"{sys.argv[2]}\n".encode())
threading.Event().wait()
