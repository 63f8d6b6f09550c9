"""A repository that names programs in every way its author can, and git commands that start each of them.

    hostile_repository.py make FOLDER MARKS      makes it; each program would leave a file of its name in MARKS
    hostile_repository.py control FOLDER MARKS   runs plain git there, so that each of them starts; prints their names
"""
import os
import pathlib
import pty
import subprocess
import sys

action, folder, marks = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
ENVIRONMENT = {
    "PATH": os.environ["PATH"], "HOME": str(marks), "LC_ALL": "C", "TERM": "xterm", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def git(*arguments, cwd=folder, check=True, text=""):
    """Runs git; a control may end as it likes, what makes the repository must succeed."""
    result = subprocess.run(["git", *arguments], cwd=cwd, env=ENVIRONMENT, input=text, text=True, capture_output=True,
                            timeout=20)
    if check and result.returncode:
        sys.exit(f"git {arguments}: {result.stderr}")
    return result.stdout


def on_a_terminal(*arguments):
    """Runs git with a terminal, without which it starts no pager."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe("git", ["git", *arguments], ENVIRONMENT)
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)


def program(name):
    return f"{marks.parent}/mark {name}"


def touch(*names):
    """Makes git compare the contents of files that have not changed."""
    for name in names:
        before = (folder / name).stat().st_mtime
        os.utime(folder / name, (before - 100, before - 100))


# Names of the programs, the settings that name them, and the command that starts them.
SETTINGS = {
    "filter-clean": [("filter.clean.clean", program("filter-clean"))],
    "filter-smudge": [("filter.smudge.smudge", program("filter-smudge"))],
    "filter-process": [("filter.process.process", program("filter-process")), ("filter.process.required", "true")],
    "monitor": [("core.fsmonitor", program("monitor"))],
    "external-diff": [("diff.external", program("external-diff"))],
    "diff-driver": [("diff.driver.command", program("diff-driver"))],
    "text-converter": [("diff.converter.textconv", program("text-converter"))],
    "pager": [("core.pager", program("pager"))],
    "pager-of-one-command": [("pager.show", program("pager-of-one-command"))],
    "alias": [("alias.look", "!" + program("alias"))],
    "credential-helper": [("credential.helper", "!" + program("credential-helper"))],
    "password-prompt": [("core.askPass", f"{marks.parent}/password-prompt")],
    "ssh": [("core.sshCommand", program("ssh"))],
    "proxy": [("core.gitProxy", f"{marks.parent}/proxy")],
    "upload-pack": [("remote.near.url", "."), ("remote.near.uploadpack", program("upload-pack") + ";:")],
    "remote-helper": [("remote.far.url", f"ext::{program('remote-helper')}"), ("protocol.ext.allow", "always")],
    "signature": [("gpg.program", f"{marks.parent}/signature"), ("log.showSignature", "true")],
    "editor": [("core.editor", program("editor"))],
    "sequence-editor": [("sequence.editor", program("sequence-editor"))],
    "merge-driver": [("merge.driver.driver", program("merge-driver"))],
    "submodule-update": [("submodule.part.update", "!" + program("submodule-update"))],
    "trailer": [("trailer.t.command", program("trailer"))],
    "hook": [("core.hooksPath", f"{marks.parent}/hooks")],
    "filter-of-an-included-file": [("include.path", f"{marks.parent}/included")],
    "filter-of-the-working-tree": [("core.repositoryFormatVersion", "1"), ("extensions.worktreeConfig", "true")],
    "missing-object": [
        ("core.repositoryFormatVersion", "1"), ("extensions.partialClone", "gone"), ("remote.gone.promisor", "true"),
        ("remote.gone.url", f"ext::{program('missing-object')}"), ("protocol.ext.allow", "always"),
    ],
    "monitor-of-a-submodule": [],
    "monitor-of-an-embedded-repository": [],
}
CONTROLS = {
    "filter-clean": lambda: (touch("clean.py"), git("status", check=False)),
    "filter-smudge": lambda: ((folder / "smudge.py").unlink(), git("checkout-index", "smudge.py", check=False)),
    "filter-process": lambda: (touch("process.py"), git("status", check=False)),
    "filter-of-an-included-file": lambda: (touch("included.py"), git("status", check=False)),
    "filter-of-the-working-tree": lambda: (touch("worktree.py"), git("status", check=False)),
    "monitor": lambda: git("status", check=False),
    "hook": lambda: git("commit", "--allow-empty", "-m", "x", check=False),
    "external-diff": lambda: git("diff", check=False),
    "diff-driver": lambda: git("diff", check=False),
    "text-converter": lambda: git("diff", "--no-ext-diff", check=False),
    "pager": lambda: on_a_terminal("branch", "--list"),
    "pager-of-one-command": lambda: on_a_terminal("show"),
    "alias": lambda: git("look", check=False),
    "credential-helper": lambda: git("credential", "fill", text="protocol=https\nhost=h\n", check=False),
    "password-prompt": lambda: git("credential", "fill", text="protocol=https\nhost=h\n", check=False),
    "ssh": lambda: git("ls-remote", "ssh://h/r", check=False),
    "proxy": lambda: git("ls-remote", "git://h/r", check=False),
    "upload-pack": lambda: git("ls-remote", "near", check=False),
    "remote-helper": lambda: git("ls-remote", "far", check=False),
    "signature": lambda: git("commit", "-S", "--allow-empty", "-m", "x", check=False),
    "editor": lambda: git("commit", "--no-verify", "--allow-empty", check=False),
    "sequence-editor": lambda: git("rebase", "-i", "--autostash", "--root", check=False),
    "merge-driver": lambda: git("merge", "other", check=False),
    "submodule-update": lambda: git("submodule", "update", check=False),
    "missing-object": lambda: git("cat-file", "-p", "1" * 40, check=False),
    "trailer": lambda: git("interpret-trailers", "--trailer", "t=x", text="x\n", check=False),
    "monitor-of-a-submodule": lambda: git("status", check=False),
    "monitor-of-an-embedded-repository": lambda: git("status", cwd=folder / "inner.git", check=False),
}


def name_programs(name):
    for key, value in SETTINGS[name]:
        git("config", "--file", str(folder / ".git/config"), key, value)


def make():
    marks.mkdir()
    script = marks.parent / "mark"
    script.write_text(f'#!/bin/sh\ntouch "{marks}/$1"\ncase $1 in filter-c* | filter-s* | filter-of*) exec cat ;; esac\n')
    script.chmod(0o755)
    for name in ("password-prompt", "proxy", "signature"):
        # What git takes for a file's path, not for a command.
        (marks.parent / name).write_text(f'#!/bin/sh\ntouch "{marks}/{name}"\n')
        (marks.parent / name).chmod(0o755)
    part = marks.parent / "part"
    git("init", "-q", "-b", "main", str(part), cwd=marks.parent)
    (part / "p.txt").write_text("p\n")
    git("add", "-A", cwd=part)
    git("commit", "-q", "-m", "part", cwd=part)
    git("init", "-q", "-b", "main", str(folder), cwd=marks.parent)
    filters = ["clean", "smudge", "process", "included", "worktree"]
    attributes = [f"{name}.py filter={name}\n" for name in filters]
    (folder / ".gitattributes").write_text("".join(attributes) + "driver.py diff=driver\nmerge.py merge=driver\n")
    for name in filters + ["plain", "driver", "converter", "merge"]:
        (folder / f"{name}.py").write_text(f"def {name}(a, b):\n    return a + b\n")
    # What the drafter's tools would correct, and tools and configurations that are programs of the repository.
    (folder / "plain.swift").write_text("let  plain = 1\n")
    (folder / ".swift-format").write_text('{"version": 1}\n')
    (folder / "plain.js").write_text("let  plain = 1\n")
    (folder / "eslint.config.js").write_text(f"require('fs').writeFileSync('{marks}/eslint-config', '')\n")
    (folder / "prettier.config.js").write_text(f"require('fs').writeFileSync('{marks}/prettier-config', '')\n")
    tools = folder / "node_modules/.bin"
    tools.mkdir(parents=True)
    for name in ("clang-format", "eslint", "gofmt", "prettier", "ruff", "swift-format"):
        (tools / name).write_text(f'#!/bin/sh\ntouch "{marks}/tool-{name}"\n')
        (tools / name).chmod(0o755)
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--name", "part", str(part), "part")
    embedded = folder / "inner.git"
    git("init", "-q", "--bare", str(embedded))
    git("config", "core.bare", "false", cwd=embedded)
    git("config", "core.worktree", "..", cwd=embedded)
    git("config", "core.fsmonitor", program("monitor-of-an-embedded-repository"), cwd=embedded)
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    git("checkout", "-q", "-b", "other")
    (folder / "merge.py").write_text("theirs = 1\n")
    git("commit", "-q", "-a", "-m", "other")
    git("checkout", "-q", "main")
    (folder / "merge.py").write_text("ours = 1\n")
    git("commit", "-q", "-a", "-m", "two")
    for name in ("driver", "converter", "plain"):
        with open(folder / f"{name}.py", "a") as file:
            file.write("changed = 1\n")
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/attributes").write_text("converter.py diff=converter\n")
    hooks = marks.parent / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "post-index-change", "post-checkout", "reference-transaction", "pre-auto-gc"):
        for home in (hooks, folder / ".git/hooks"):
            home.mkdir(exist_ok=True)
            (home / name).write_text(f'#!/bin/sh\ntouch "{marks}/hook"\n')
            (home / name).chmod(0o755)
    included = marks.parent / "included"
    included.write_text(f'[filter "included"]\n\tclean = {program("filter-of-an-included-file")}\n')
    part_settings = folder / ".git/modules/part/config"
    git("config", "--file", str(part_settings), "core.fsmonitor", program("monitor-of-a-submodule"))
    (marks.parent / "settings").write_text((folder / ".git/config").read_text())
    for name in SETTINGS:
        name_programs(name)
    git("config", "--file", str(folder / ".git/config.worktree"), "filter.worktree.clean",
        program("filter-of-the-working-tree"))
    touch("clean.py", "smudge.py", "process.py", "included.py", "worktree.py", "merge.py")


def control():
    for name, start in CONTROLS.items():
        # One at a time: a program that does not do what git expects of it keeps git from starting the next.
        (folder / ".git/config").write_text((marks.parent / "settings").read_text())
        if name == "submodule-update":
            git("commit", "-q", "--allow-empty", "-m", "x", cwd=folder / "part")
        name_programs(name)
        for old in marks.iterdir():
            old.unlink()
        start()
        if (marks / name).exists():
            print(name)
        git("rebase", "--abort", check=False)
        git("merge", "--abort", check=False)


if action == "make":
    make()
else:
    control()
