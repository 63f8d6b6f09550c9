"""What the checks of this folder do when they are run."""
import contextlib
import pathlib
import sys
import tempfile


@contextlib.contextmanager
def tree(files):
    """A temporary folder with these files, by path, for the time of a ``with``."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        yield root


def run(self_test, problems):
    """With ``--self-test`` sees that the check can fail; without, prints what is wrong, and exits with 1 if anything is."""
    if "--self-test" in sys.argv:
        self_test()
        return
    found = problems()
    print("\n".join(found), file=sys.stderr)
    sys.exit(1 if found else 0)
