"""The public symbols of the library products' modules, as the compiler describes them in its symbol graphs."""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def output(*command):
    return subprocess.run(command, cwd=ROOT, text=True, check=True, stdout=subprocess.PIPE).stdout


def products(package):
    """The modules of the library products, from the output of `swift package dump-package`."""
    return sorted({target for product in package["products"] if "library" in product["type"]
                   for target in product["targets"]})


def package():
    """What Package.swift says."""
    return json.loads(output("swift", "package", "dump-package"))


def modules():
    """The modules of the library products of this package."""
    return products(package())


def targets():
    """The modules in Swift below Sources, but for the programs."""
    return sorted(target["name"] for target in package()["targets"]
                  if target["type"] == "regular" and any((ROOT / "Sources" / target["name"]).rglob("*.swift")))


def target():
    """The platform that is built for."""
    return json.loads(output("swift", "-print-target-info"))["target"]["triple"]


def module_maps(folder):
    """The module maps of the C modules that the modules of the last build import."""
    return [*sorted(ROOT.glob("Sources/*/module.modulemap")), *sorted(ROOT.glob("Sources/*/include/module.modulemap")),
            *sorted(ROOT.glob(".build/checkouts/*/Sources/*/include/module.modulemap")),
            *sorted(ROOT.glob(".build/checkouts/*/Sources/*/module.modulemap")),
            *sorted(folder.glob("*.build/module.modulemap"))]


def extract(module, platform, *arguments):
    """The symbol graphs of a module that the compiler finds by these arguments: its own, and those of its extensions of
    other modules' types."""
    with tempfile.TemporaryDirectory() as work:
        command = ["swift-symbolgraph-extract", "-module-name", module, "-target", platform, "-output-dir", work,
                   "-minimum-access-level", "public", "-skip-synthesized-members", *arguments]
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            sys.exit(f"{done.stdout}error: the symbols of {module} cannot be read")
        return [json.loads(path.read_text()) for path in sorted(pathlib.Path(work).glob("*.symbols.json"))]


def built(names):
    """The symbol graphs of these modules as the last build made them, by module."""
    folder = pathlib.Path(output("swift", "build", "--show-bin-path").strip())
    platform = target()
    for module in names:
        if not (folder / f"Modules/{module}.swiftmodule").is_file():
            sys.exit(f"error: {module} is not built; run swift build first")
    maps = [argument for path in module_maps(folder)
            for argument in ("-Xcc", f"-fmodule-map-file={path}", "-Xcc", f"-I{path.parent}")]
    return {module: extract(module, platform, "-I", folder / "Modules", *maps) for module in names}
