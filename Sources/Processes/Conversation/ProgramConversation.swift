import CLinux
import Glibc
import Support

/// A program that is written to and read from while it runs.
///
/// It is started and ended as any program of a ``ProgramRunner``: no process of it outlives the conversation, however that
/// ends. Releasing the last reference ends it too, without waiting.
package final class ProgramConversation: Sendable {
    /// The most bytes that wait to be read by the program. 16 MiB.
    package static let inputLimit = 16 << 20

    private let input: PipeWriter
    private let ended = Latch<Result<ProgramResult, any Error>>()
    private let running: Task<Void, Never>

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - invocation: what to run; its standard input and what receives its output are replaced.
    ///   - receive: gets what the program writes to standard output, piece by piece; while it works, the program waits.
    ///   - ended: is told once how the program ended, and that nothing is left of it: a ``ProgramError`` where it could not be
    ///     started, `CancellationError` where it was ended from here.
    /// - Throws: ``ProgramError`` where there are no pipes left; whatever else keeps it from starting is its end.
    package init(
        _ invocation: ProgramInvocation, runner: ProgramRunner,
        receiving receive: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        ended tell: @escaping @Sendable (Result<ProgramResult, any Error>) -> Void
    ) throws(ProgramError) {
        var ends: [Int32] = [-1, -1]
        guard coordinator_pipe(&ends, O_CLOEXEC) == 0 else {
            throw ProgramError(noPipeFor: invocation.arguments.first ?? "", errno: errno)
        }
        let reading = ends[0]
        // The program's end is another description of the pipe, which goes on blocking.
        guard fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 else {
            let number = errno
            for end in ends { Glibc.close(end) }
            throw ProgramError(noPipeFor: invocation.arguments.first ?? "", errno: number)
        }
        input = PipeWriter(ends[1], limit: Self.inputLimit)
        var invocation = invocation
        invocation.standardInput = []
        invocation.inputDescriptor = reading
        invocation.outputPiece = receive
        running = Task { [invocation, input, ended] in
            let result: Result<ProgramResult, any Error>
            do {
                result = .success(try await runner.run(invocation))
            } catch {
                result = .failure(error)
            }
            // In this order: a write to a pipe that nobody can read would raise SIGPIPE.
            input.close()
            Glibc.close(reading)
            tell(result)
            ended.set(result)
        }
    }

    deinit { running.cancel() }

    /// Writes to the program's standard input, in the order of the calls and without waiting.
    ///
    /// - Returns: `false` where nothing of the bytes will be read: the program has ended, its input is closed, or
    ///   ``inputLimit`` would be exceeded since it does not read.
    package func send(_ bytes: [UInt8]) -> Bool { input.write(bytes) }

    /// Ends the program: its processes get SIGTERM, and SIGKILL after the invocation's grace.
    package func end() { running.cancel() }

    /// Closes the program's standard input and waits until nothing is left of it; a program that does not end by itself is
    /// ended.
    ///
    /// - Parameter limit: how long it may take to end by itself.
    package func close(within limit: Duration) async {
        input.close()
        let timer = Task { [running] in
            // Throws once the program has ended.
            if (try? await Task.sleep(for: limit)) != nil { running.cancel() }
        }
        _ = await ended.value
        timer.cancel()
    }
}
