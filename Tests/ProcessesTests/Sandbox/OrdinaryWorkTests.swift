import Foundation
import Glibc
import SandboxProbe
import Support
import TestSupport
import Testing

/// What people do all day works in a sandbox, within the limits that are the default.
@Suite(.serialized, .timeLimit(.minutes(10))) struct OrdinaryWorkTests {
    struct Work: Sendable, CustomTestStringConvertible {
        let needs: String
        let script: String
        var files: [String: String] = [:]
        var output: String
        var levels = confiningLevels
        /// Where each process is limited by itself, what it reserves counts, and Node's threads reserve much.
        var memory = SandboxLimits().memory

        var testDescription: String { script }
    }

    private static let works = [
        Work(
            needs: "git",
            script: """
                git init -q . && git add -A && git -c user.name=A -c user.email=a@example.invalid commit -qm first \
                && git checkout -qb second && git log --oneline | wc -l && git stash list && git status --porcelain
                """, output: "1\n"),
        Work(
            needs: "make", script: "make -j4 && ./sum",
            files: [
                "Makefile": "sum: a.o b.o\n\tcc -o $@ $^\n%.o: %.c\n\tcc -O2 -g -c $<\n",
                "a.c": "#include <stdio.h>\nint b(void);\nint main(void) { printf(\"%d\\n\", b()); }\n",
                "b.c": "int b(void) { return 42; }\n",
            ], output: "cc -O2 -g -c a.c\ncc -O2 -g -c b.c\ncc -o sum a.o b.o\n42\n"),
        Work(
            needs: "python3", script: "/usr/bin/python3 -m unittest -q 2>&1 | tail -1",
            files: [
                "test_it.py": """
                import concurrent.futures, multiprocessing, os, subprocess, sys, tempfile, threading, unittest
                def square(x): return x * x
                class T(unittest.TestCase):
                    def test_files(self):
                        with tempfile.TemporaryDirectory() as d: open(d + "/x", "w").close()
                        open(os.path.expanduser("~/x"), "w").close()
                    def test_children(self):
                        self.assertEqual(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout, b"1\\n")
                        child = subprocess.Popen(["sleep", "60"]); child.terminate(); self.assertEqual(child.wait(), -15)
                    def test_threads(self):
                        with concurrent.futures.ThreadPoolExecutor(8) as pool: self.assertEqual(list(pool.map(square, [2])), [4])
                    def test_queue(self):
                        parent, child = multiprocessing.Pipe()
                        process = multiprocessing.Process(target=child.send, args=(1,)); process.start()
                        self.assertEqual(parent.recv(), 1); process.join()
                """
            ], output: "OK\n"),
        Work(
            needs: "bash",
            script: """
                bash -c 'diff <(echo a) <(echo a) && cat <<< here && cat <<END
                document
                END
                coproc cat; echo x >&${COPROC[1]}; read -r y <&${COPROC[0]}; echo $y; kill $COPROC_PID; echo $((2**10)) >/dev/null
                mkfifo pipe && (echo through >pipe &) && cat pipe'
                """, output: "here\ndocument\nx\nthrough\n"),
        Work(
            needs: "node", script: "node work.js",
            files: [
                "work.js": """
                const { execFileSync, fork } = require('child_process'), { Worker, isMainThread, parentPort } = require('worker_threads');
                if (process.argv[2]) { process.send('message'); process.disconnect(); }
                else if (!isMainThread) parentPort.postMessage('worker');
                else {
                  console.log(execFileSync('echo', ['child']).toString().trim());
                  new Worker(__filename).on('message', m => { console.log(m);
                    fork(__filename, ['x']).on('message', m => console.log(m)); });
                }
                """
            ], output: "child\nworker\nmessage\n", memory: 4 << 30),
        Work(
            needs: "node", script: "node server.js",
            files: [
                "server.js": """
                const http = require('http');
                const s = http.createServer((q, r) => r.end('served')).listen(0, '127.0.0.1', () =>
                  http.get({ port: s.address().port, host: '127.0.0.1' }, r => r.on('data', d => console.log('' + d)).on('end', () => s.close())));
                """
            ], output: "served\n", levels: [.bubblewrap]),
        Work(
            needs: "python3", script: "/usr/bin/python3 server.py",
            files: [
                "server.py": """
                import socket, threading
                s = socket.create_server(("127.0.0.1", 0))
                threading.Thread(target=lambda: s.accept()[0].sendall(b"served")).start()
                print(socket.create_connection(s.getsockname()).recv(9).decode())
                """
            ], output: "served\n", levels: [.bubblewrap]),
    ]

    @Test(arguments: works, Caller.possible) func ordinaryWorkIsDone(work: Work, caller: Caller) async throws {
        guard try await Program.run(command: "sh", ["-c", "command -v \(work.needs)"]).status == 0 else { return }
        for level in work.levels {
            let bench = try SandboxBench(caller)
            for (name, text) in work.files { try bench.write(text, to: "copy/" + name) }
            let answer = try await bench.run(work.script, at: level) {
                $0.policy.limits = SandboxLimits(memory: work.memory)
            }
            #expect(answer.ending == .exited(0) && answer.output == work.output, "\(level): \(answer)")
        }
    }

    /// On two processors the limits that are the default are enough; with more, more compilers run at once.
    /// Each caller and each level once: a package takes half a minute, and what differs between the pairs is held elsewhere.
    @Test(arguments: zip(Caller.possible, confiningLevels)) func aSwiftPackageIsBuiltAndTested(
        caller: Caller, level: SandboxLevel
    ) async throws {
        let bench = try SandboxBench(caller)
        for (name, text) in [
            "Package.swift": """
            // swift-tools-version: 6.0
            import PackageDescription
            let package = Package(name: "Small", targets: [.target(name: "Small"), .testTarget(name: "SmallTests", dependencies: ["Small"])])
            """, "Sources/Small/Small.swift": "public func twice(_ x: Int) -> Int { 2 * x }\n",
            "Tests/SmallTests/SmallTests.swift":
                "import Testing\nimport Small\n@Test func works() { #expect(twice(2) == 4) }\n",
        ] { try bench.write(text, to: "copy/" + name) }
        let answer = try await bench.run(
            "swift build --disable-sandbox 2>&1 && swift test --disable-sandbox 2>&1", at: level
        ) {
            $0.milliseconds = 240_000
            $0.policy.limits = SandboxLimits(memory: 4 << 30, processes: 256, cpu: .seconds(600), fileSize: 512 << 20)
        }
        #expect(answer.ending == .exited(0) && answer.output.contains("with 1 test"), "\(answer)")
    }
}
