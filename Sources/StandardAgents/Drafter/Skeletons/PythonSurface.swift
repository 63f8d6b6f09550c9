import Coordinator
import Processes
import SourceCode
import Support

/// The functions and imports of a module, read by Python's own parser without running the module.
struct PythonSurface: Sendable, Decodable {
    /// An undecorated function at the top of the module.
    struct Function: Sendable, Decodable {
        var name: String
        var parameters: [String]
    }

    /// One import: `from ..a import b` has level 2, module "a", names ["b"].
    struct Import: Sendable, Decodable {
        var level: Int
        var module: String
        var names: [String]
    }

    /// Public functions whose names are bound once.
    var functions: [Function]
    /// Every import that runs when the module is imported.
    var imports: [Import]
    /// Whether importing the module runs only definitions, imports and calls of harmless functions.
    var plain: Bool

    /// The result of parsing all modules.
    struct Report: Sendable, Decodable {
        var modules: [ExactString: PythonSurface]
        /// The names of the standard library's modules.
        var standard: Set<String>
    }

    /// Parses modules; `nil` when Python is missing or too old to name its standard library.
    /// - Throws: `CancellationError`.
    static func read(_ texts: [ExactString: String], with syntax: SyntaxChecker) async throws -> Report? {
        struct Request: Encodable { var files: [ExactString: String] }
        guard !texts.isEmpty else { return nil }
        do {
            var invocation = ProgramInvocation(
                syntax.python + ["-c", script], workingDirectory: ProgramInvocation.neutralFolder,
                timeout: SyntaxChecker.timeout)
            invocation.standardInput = Array(try JSONValue(encoding: Request(files: texts)).json().utf8)
            let result = try await syntax.runner.run(invocation)
            guard result.succeeded else { return nil }
            return try JSONValue(json: result.standardOutput).decoded(as: Report.self)
        } catch let error as CancellationError {
            throw error
        } catch {
            return nil
        }
    }

    private static let script = """
        import ast, json, sys

        HARMLESS = {"abc", "collections", "contextlib", "dataclasses", "datetime", "decimal", "enum", "fractions",
                    "functools", "itertools", "logging", "operator", "pathlib", "re", "string", "struct", "threading",
                    "types", "typing", "uuid"}
        BUILTINS = {"bool", "dict", "float", "frozenset", "int", "len", "list", "object", "range", "set", "str", "super",
                    "tuple", "property", "staticmethod", "classmethod"}
        FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
        BOUND = FUNCTIONS + (ast.ClassDef,)

        def root(node):
            while isinstance(node, (ast.Attribute, ast.Call)):
                node = node.value if isinstance(node, ast.Attribute) else node.func
            return node.id if isinstance(node, ast.Name) else None

        def at_import(node):
            # What runs on import: everything but the bodies of functions.
            if isinstance(node, FUNCTIONS):
                yield node
                parts = node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d]
            elif isinstance(node, ast.Lambda):
                parts = []
            else:
                yield node
                parts = list(ast.iter_child_nodes(node))
            for part in parts:
                yield from at_import(part)

        def is_main(node):
            return (isinstance(node, ast.If) and isinstance(node.test, ast.Compare)
                    and isinstance(node.test.left, ast.Name) and node.test.left.id == "__name__" and not node.orelse)

        def surface(tree):
            body = [node for node in tree.body if not is_main(node)]
            calls, imports, bound = set(BUILTINS), [], {}
            plain = True
            for node in body:
                if isinstance(node, ast.Import):
                    for alias in node.names:
                        imports.append({"level": 0, "module": alias.name, "names": []})
                        name = (alias.asname or alias.name).split(".")[0]
                        bound[name] = bound.get(name, 0) + 1
                        if alias.name.split(".")[0] in HARMLESS:
                            calls.add(name)
                elif isinstance(node, ast.ImportFrom):
                    imports.append({"level": node.level, "module": node.module or "",
                                    "names": [alias.name for alias in node.names]})
                    for alias in node.names:
                        name = alias.asname or alias.name
                        bound[name] = bound.get(name, 0) + 1
                        if not node.level and (node.module or "").split(".")[0] in HARMLESS:
                            calls.add(name)
                        if alias.name == "*":
                            plain = False
                elif isinstance(node, BOUND):
                    bound[node.name] = bound.get(node.name, 0) + 1
                elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                        for name in ast.walk(target):
                            if isinstance(name, ast.Name):
                                bound[name.id] = bound.get(name.id, 0) + 1
                elif not (isinstance(node, ast.Pass) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                    plain = False
            for node in body:
                for part in at_import(node):
                    if isinstance(part, ast.Call) and root(part.func) not in calls:
                        plain = False
                    if isinstance(part, BOUND) and any(root(d) not in calls for d in part.decorator_list):
                        plain = False
                    if isinstance(part, ast.ClassDef) and part.keywords:
                        plain = False
                    if isinstance(part, (ast.Global, ast.Raise, ast.Assert, ast.Delete, ast.With, ast.While)):
                        plain = False
            functions = []
            for node in body:
                if isinstance(node, FUNCTIONS) and not node.decorator_list and not node.name.startswith("_") \\
                        and bound[node.name] == 1:
                    a = node.args
                    names = [x.arg for x in a.posonlyargs + a.args] + ([a.vararg.arg] if a.vararg else [])
                    names += [x.arg for x in a.kwonlyargs] + ([a.kwarg.arg] if a.kwarg else [])
                    functions.append({"name": node.name, "parameters": names})
            return {"functions": functions, "imports": imports, "plain": plain}

        modules = {}
        for path, text in json.load(sys.stdin)["files"].items():
            try:
                modules[path] = surface(ast.parse(text))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
        json.dump({"modules": modules, "standard": sorted(sys.stdlib_module_names)}, sys.stdout)
        """
}
