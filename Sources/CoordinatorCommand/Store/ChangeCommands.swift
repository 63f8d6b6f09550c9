import ArgumentParser
import Coordinator
import Glibc
import StoreControl
import Support

/// The run that a command is about, where an agent runs more than once in a job.
struct RunOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The round, where the agent is in a repeat.", valueName: "number"))
    var round: Int?

    @Option(help: ArgumentHelp("The item's index, from 0, where the agent runs for each of a list.", valueName: "number"))
    var item: Int?
}
