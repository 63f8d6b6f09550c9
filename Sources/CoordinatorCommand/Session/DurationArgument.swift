import ArgumentParser
import JobFile

/// Durations on the command line, written as in job files.
enum DurationArgument {
    /// - Throws: `ValidationError` for a text that is not a duration.
    static func any(_ text: String) throws -> Duration {
        guard let duration = DurationNotation.parse(text) else {
            throw ValidationError("'\(text)' is no duration; write such as 500ms, 90s, 10m or 1h30m.")
        }
        return duration
    }

    /// - Throws: `ValidationError` for a text that is not a duration, and for 0.
    static func positive(_ text: String) throws -> Duration {
        let duration = try any(text)
        guard duration > .zero else {
            throw ValidationError("'\(text)' is no time at all; write such as 500ms or 90s.")
        }
        return duration
    }
}
