import Foundation
import Glibc
import SandboxProbe
import Support
import TestSupport
import Testing

/// Ways past the sandbox by what starts it, and by programs that their files let do more.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LoaderEscapeTests {
    /// The linker loads what these name before any code of a program runs: before a stage has confined anything.
    @Test(arguments: Caller.possible, ["LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH"])
    func noVariableOfAProgramActsOnWhatConfinesIt(caller: Caller, variable: String) async throws {
        let bench = try SandboxBench(caller)
        let source = """
            #include <fcntl.h>
            #include <unistd.h>
            unsigned la_version(unsigned version) { return version; }
            __attribute__((constructor)) static void escape(void) {
                int file = open("\(bench.outside)/escaped", O_WRONLY | O_CREAT, 0666);
                close(file);
            }
            """
        try bench.write(source, to: "copy/evil.c")
        let library = variable == "LD_LIBRARY_PATH" ? "libseccomp.so.2" : "evil.so"
        let built = try await bench.run("cc -shared -fPIC -o \(library) evil.c", at: .unconfined)
        try #require(built.ending == .exited(0), "\(built)")
        let value = variable == "LD_LIBRARY_PATH" ? bench.copy : bench.copy + "/evil.so"
        for level in confiningLevels {
            // Sees the value itself.
            let answer = try await bench.run("echo $\(variable)", at: level) { $0.variables = [variable: value] }
            #expect(answer.output == value + "\n", "\(level): \(answer)")
            #expect(!FileManager.default.fileExists(atPath: bench.outside + "/escaped"), "\(level)")
        }
        guard variable != "LD_LIBRARY_PATH" else { return }
        _ = try await bench.run("true", at: .unconfined) { $0.variables = [variable: value] }
        #expect(FileManager.default.fileExists(atPath: bench.outside + "/escaped"))
    }

    @Test(arguments: Caller.possible) func aProgramHasItsOwnVariablesAlone(caller: Caller) async throws {
        let bench = try SandboxBench(caller)
        for level in confiningLevels {
            let answer = try await bench.run(["env", "-0"], at: level) {
                $0.variables = ["+PLUS": "1", "EMPTY": "", "EQUAL": "a=b\nc", "COORDINATOR_PROCESS_MARK": "forged"]
            }
            var found: [String: String] = [:]
            for word in answer.output.split(separator: "\0") {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                found[String(parts[0])] = String(parts[1])
            }
            let isWrapped = level == .bubblewrap
            #expect(found["HOME"] == (isWrapped ? "/tmp/home" : bench.scratch + "/home"))
            #expect(found["TMPDIR"] == (isWrapped ? "/tmp" : bench.scratch))
            #expect(found["PWD"] == bench.copy)
            #expect(found["+PLUS"] == "1" && found["EMPTY"] == "" && found["EQUAL"] == "a=b\nc")
            #expect(found["COORDINATOR_PROCESS_MARK"].map { !$0.contains("forged") } == true)
            #expect(found["LD_LIBRARY_PATH"] == nil && found["COORDINATOR_SANDBOX"] == nil)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can make a program that runs as root"), arguments: confiningLevels)
    func aProgramThatItsFileLetsRunAsRootDoesNot(level: SandboxLevel) async throws {
        let bench = try SandboxBench(.unprivileged)
        let program = bench.outside + "/id"
        try #require(try await Program.run(command: "cp", ["/usr/bin/id", program]).status == 0)
        try #require(chmod(program, 0o4755) == 0)
        func attempt(at level: SandboxLevel) async throws -> ProbeAnswer {
            try await bench.attempt("gained_user", [program], at: level) { $0.policy.reads = [bench.outside] }
        }
        #expect(try await attempt(at: level).ending == .exited(3))
        #expect(try await attempt(at: .unconfined).ending == .exited(0))
        // What is installed on the machine with such a file.
        for command in ["su -c true </dev/null", "passwd -S root", "mount --bind /usr /opt"] {
            #expect(try await bench.run(command, at: level).ending != .exited(0), "\(command)")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "the control needs root"), arguments: ["/usr", "OUTSIDE"])
    func whatMayOnlyBeReadCannotBeMountedAnew(place: String) async throws {
        let bench = try SandboxBench(.root)
        let folder = place == "OUTSIDE" ? bench.outside : place
        for level in confiningLevels {
            let answer = try await bench.attempt("remount", [folder], at: level) {
                $0.policy.reads = place == "OUTSIDE" ? [folder] : []
            }
            #expect(answer.ending == .exited(3), "\(answer)")
        }
        guard place == "OUTSIDE" else { return }
        let bound = "mount --bind \(folder) \(folder) && mount -o remount,ro,bind \(folder) && exec \"$@\""
        let answer = try await bench.attempt(
            "remount", [folder], at: .unconfined, words: ["unshare", "-m", "sh", "-c", bound, "sh"])
        #expect(answer.ending == .exited(0), "\(answer)")
    }
}
