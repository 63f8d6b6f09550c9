import Foundation

/// Where Python and its scripts are.
package enum TestPython {
    /// The folder of the servers' scripts, which is this one.
    package static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// The package's root: Tests/TestSupport/Servers is below it.
    package static let packageRoot = (0..<3).reduce(folder) { folder, _ in folder.deletingLastPathComponent() }

    /// Python with nothing but its standard library.
    package static var fromPath: URL {
        get throws {
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            for folder in folders {
                let file = URL(filePath: String(folder)).appending(path: "python3")
                if FileManager.default.isExecutableFile(atPath: file.path) { return file }
            }
            throw PythonServer.StartError.noPython("python3 is not on the PATH: apt-get install python3")
        }
    }

    /// Python with the official OpenTelemetry messages.
    package static var withOfficialMessages: URL {
        get throws {
            let environment = ProcessInfo.processInfo.environment
            let folder =
                environment["COORDINATOR_TEST_VENV"].map { URL(filePath: $0) }
                ?? packageRoot.appending(path: ".build/venv")
            let file = folder.appending(path: "bin/python3")
            guard FileManager.default.isExecutableFile(atPath: file.path) else {
                throw PythonServer.StartError.noPython(
                    "no Python at \(file.path): make a virtual environment there with `pip install opentelemetry-proto "
                        + "protobuf`, as scripts/test does, or point COORDINATOR_TEST_VENV to one")
            }
            return file
        }
    }
}
