import Glibc

/// What this process does about standard streams that are closed, or that break while it runs.
enum StandardStreams {
    /// Call this before any file is opened.
    static func prepare() {
        // A file that is opened later would get the number of a stream that the caller closed, and what is printed would
        // go into it.
        while true {
            let descriptor = open("/dev/null", O_RDWR)
            if descriptor > STDERR_FILENO { close(descriptor) }
            if descriptor < 0 || descriptor > STDERR_FILENO { break }
        }
        // Looked at now, since a terminal may be closed later.
        _ = (Console.isErrorTerminal, Console.isOutputTerminal)
        // A closed pipe, as after `| head -1`, and a file that has reached its limit must not end the job: the write fails.
        // A handler, unlike SIG_IGN, is not inherited.
        for number in [SIGPIPE, SIGXFSZ] { signal(number) { _ in } }
    }
}
