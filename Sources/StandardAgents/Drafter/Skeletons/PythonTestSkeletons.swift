import SourceCode
import Support

/// pytest files that check the signatures of a module's functions, where importing the module is proven harmless.
struct PythonTestSkeletons: Sendable {
    private(set) var skeletons: [TestSkeleton] = []
    private(set) var checklist: [ChecklistItem] = []
    private var modules: [ExactString: PythonSurface] = [:]
    private var standard: Set<String> = []

    /// - Throws: `CancellationError`.
    init(_ input: DraftInput) async throws {
        let files = input.orderedPaths.compactMap { input.sources[$0] }.filter { $0.language == .python }
        let subjects = files.filter {
            !SourceIndex.isTest($0.path) && $0.path.hasSuffix(".py") && $0.name != "setup.py"
        }
        guard !subjects.isEmpty else { return }
        guard let folder = Self.testFolder(files.map(\.path)) else {
            checklist.append(
                TestSkeletonRule.open(
                    "Test the Python functions.", "There is no folder with test_*.py files to add a test to."))
            return
        }
        let texts = Dictionary(
            subjects.map { (ExactString($0.path), $0.text) }, uniquingKeysWith: { first, _ in first })
        guard let report = try await PythonSurface.read(texts, with: input.syntax) else {
            checklist.append(
                TestSkeletonRule.open("Test the Python functions.", "python3 (3.10 or later) could not read them."))
            return
        }
        modules = report.modules
        standard = report.standard
        let paths = Set(input.sources.files.map { ExactString($0.path) })
        for file in subjects {
            guard let surface = modules[file.path], !surface.functions.isEmpty else { continue }
            let (root, dotted) = Self.module(file.path, paths)
            let name = dotted.replacing(".", with: "_")
            guard dotted.split(separator: ".").allSatisfy({ $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil }) else {
                continue
            }
            let path = "\(folder)/test_\(name)_signatures.py"
            guard !paths.contains(ExactString(path)) else { continue }
            var seen: Set<ExactString> = []
            if let reason = obstacle(file.path, &seen, paths) {
                checklist.append(TestSkeletonRule.open("Test the functions of \(file.path).", reason))
                continue
            }
            let functions = Array(surface.functions.prefix(input.limits.assertionsPerTestFile))
            skeletons.append(
                TestSkeleton(
                    path: path, text: Self.text(file.path, root, dotted, functions, folder), subject: file.path,
                    declarations: functions.map { "\(dotted).\($0.name)" }))
        }
    }

    /// The folder with the most test files.
    private static func testFolder(_ paths: [String]) -> String? {
        var counts: [String: Int] = [:]
        for path in paths {
            let parts = path.split(separator: "/")
            guard parts.count >= 2, let name = parts.last, name.hasPrefix("test_") else { continue }
            counts[parts.dropLast().joined(separator: "/"), default: 0] += 1
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// The folder to import from, and the module's dotted name.
    private static func module(_ path: String, _ paths: Set<ExactString>) -> (root: String, dotted: String) {
        var folder = path.split(separator: "/").dropLast().map(String.init)
        var name = [String(path.split(separator: "/").last?.dropLast(3) ?? "")]
        while !folder.isEmpty, paths.contains(ExactString((folder + ["__init__.py"]).joined(separator: "/"))) {
            name.insert(folder.removeLast(), at: 0)
        }
        if name.last == "__init__", name.count > 1 { name.removeLast() }
        return (folder.joined(separator: "/"), name.joined(separator: "."))
    }

    /// Why importing a module is not proven harmless; `nil` when it is.
    private func obstacle(_ path: String, _ seen: inout Set<ExactString>, _ paths: Set<ExactString>) -> String? {
        guard seen.insert(ExactString(path)).inserted else { return nil }
        guard let surface = modules[path] else { return "\(path) was not parsed." }
        guard surface.plain else { return "Importing \(path) runs more than definitions." }
        let (root, _) = Self.module(path, paths)
        var folder = path.split(separator: "/").dropLast().map(String.init)
        for package in (0..<folder.count).map({ folder.prefix($0 + 1) + ["__init__.py"] }) {
            let initializer = package.joined(separator: "/")
            if paths.contains(ExactString(initializer)), let reason = obstacle(initializer, &seen, paths) {
                return reason
            }
        }
        for item in surface.imports {
            if item.level == 0, let top = item.module.split(separator: ".").first, standard.contains(String(top)) {
                continue
            }
            folder = path.split(separator: "/").dropLast().map(String.init)
            let base =
                item.level == 0
                ? root.split(separator: "/").map(String.init) : Array(folder.dropLast(item.level - 1))
            let target = base + item.module.split(separator: ".").map(String.init)
            let asModule = target.joined(separator: "/") + ".py"
            let asPackage = (target + ["__init__.py"]).joined(separator: "/")
            guard let found = [asModule, asPackage].first(where: { paths.contains(ExactString($0)) }) else {
                return
                    "\(path) imports \(String(repeating: ".", count: item.level))\(item.module), which is neither here nor in the standard library."
            }
            if let reason = obstacle(found, &seen, paths) { return reason }
            for name in item.names {
                let submodule = (target + [name]).joined(separator: "/") + ".py"
                if paths.contains(ExactString(submodule)), let reason = obstacle(submodule, &seen, paths) {
                    return reason
                }
            }
        }
        return nil
    }

    private static func text(
        _ path: String, _ root: String, _ module: String, _ functions: [PythonSurface.Function], _ folder: String
    ) -> String {
        let up = folder.split(separator: "/").count
        func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        let source =
            "Path(__file__).resolve().parents[\(up)]"
            + root.split(separator: "/").map { " / \(quoted(String($0)))" }.joined()
        var lines = [
            "\"\"\"Holds the parameters of the functions of the module \(module).\"\"\"", "", "import importlib",
            "import inspect", "import sys", "from pathlib import Path", "", "sys.path.insert(0, str(\(source)))", "",
            "module = importlib.import_module(\(quoted(module)))",
        ]
        for function in functions {
            let names = function.parameters.map(quoted).joined(separator: ", ")
            lines += [
                "", "", "def test_parameters_of_\(function.name)():",
                "    assert list(inspect.signature(module.\(function.name)).parameters) == [\(names)]",
            ]
        }
        return (lines + [""]).joined(separator: "\n")
    }
}
