import Coordinator
import StandardAgents

/// The conversations that are played.
enum Plays {
    /// What models send that is as it should be, in the forms in which services send it.
    static let sound: [Play] = [
        Play(name: "an answer", answers: [Play.text("Done.")], requests: 1, written: "Done."),
        Play(
            name: "a call, then an answer", answers: [Play.call("files"), Play.text("Done.")],
            told: ["README.md", "shop/stock.py"], requests: 2, written: "Done."),
        Play(
            name: "two calls at once",
            answers: [
                Play.calls(("files", #"{"path":"README.md"}"#), ("search", #"{"text":"count"}"#)), Play.text("Done."),
            ], told: ["Counts things.", "shop/stock.py:2"], requests: 2),
        Play(
            name: "ten calls at once",
            answers: [
                .object([
                    "calls": .array((0..<10).map { ["name": "files", "arguments": .string(#"{"glob":"\#($0)*"}"#)] })
                ]),
                Play.text("Done."),
            ], requests: 2),
        Play(
            name: "a text beside a call",
            answers: [Play.call("files", with: ["text": "I look around first."]), Play.text("Done.")],
            told: ["I look around first."], written: "Done."),
        Play(
            name: "arguments in pieces",
            answers: [Play.call("files", #"{"path":"README.md"}"#, with: ["pieces": 7]), Play.text("Done.")],
            told: ["Counts things."]),
        Play(name: "no arguments at all", answers: [Play.call("files", ""), Play.text("Done.")], told: ["README.md"]),
        Play(
            name: "arguments as the object that they are",
            answers: [Play.call("files", ["path": "README.md"]), Play.text("Done.")], told: ["Counts things."]),
        Play(
            name: "arguments as a text in a text",
            answers: [Play.call("files", #""{\"path\":\"README.md\"}""#), Play.text("Done.")], told: ["Counts things."]),
        Play(
            name: "a name with the list it stands in",
            answers: [Play.call("functions.files", #"{"path":"README.md"}"#), Play.text("Done.")],
            told: ["Counts things."]),
        Play(
            name: "calls without names of their own",
            answers: [
                [
                    "calls": [
                        ["name": "files", "arguments": #"{"path":"README.md"}"#, "id": nil],
                        ["name": "search", "arguments": #"{"text":"count"}"#, "id": nil],
                    ]
                ], Play.text("Done."),
            ], told: ["Counts things.", "shop/stock.py:2"]),
        Play(
            name: "two calls of one name",
            answers: [
                [
                    "calls": [
                        ["name": "files", "arguments": #"{"path":"README.md"}"#, "id": "same"],
                        ["name": "search", "arguments": #"{"text":"count"}"#, "id": "same"],
                    ]
                ], Play.text("Done."),
            ], told: ["Counts things.", "shop/stock.py:2"]),
        Play(
            name: "calls without an index, in one piece of the answer",
            answers: [
                [
                    "together": true,
                    "calls": [
                        ["name": "files", "arguments": #"{"path":"README.md"}"#, "index": nil],
                        ["name": "search", "arguments": #"{"text":"count"}"#, "index": nil],
                    ],
                ], Play.text("Done."),
            ], told: ["Counts things.", "shop/stock.py:2"]),
        Play(
            name: "calls that end as an answer does",
            answers: [Play.call("files", with: ["finish": "stop"]), Play.text("Done.")], told: ["README.md"],
            written: "Done."),
        Play(
            name: "an answer in a form", answers: [Play.text(#"{"verdict":"good"}"#)], requests: 1,
            written: ["verdict": "good"], hasSchema: true),
    ]

    /// What models send that cannot be used as it is.
    static let broken: [Play] = [
        Play(
            name: "arguments that are no JSON",
            answers: [Play.call("files", #"{"path": README.md"#), Play.call("files"), Play.text("Done.")],
            told: ["no JSON", "README.md"], requests: 3),
        Play(
            name: "arguments that are a list", answers: [Play.call("files", #"["README.md"]"#), Play.text("Done.")],
            told: ["with one whole object"]),
        Play(
            name: "an argument of another type",
            answers: [Play.call("files", #"{"path":"README.md","from":"two"}"#), Play.text("Done.")], told: ["$.from"]),
        Play(
            name: "a tool that is not there", answers: [Play.call("fils"), Play.text("Done.")],
            told: ["There is no tool", "files"]),
        Play(
            name: "two answers that cannot be read, then one that can",
            answers: [Play.call("nothing"), Play.call("files", "["), Play.call("files"), Play.text("Done.")],
            requests: 4, written: "Done."),
        Play(
            name: "three answers in a row that cannot be read", answers: [Play.call("nothing")], outcome: .failed,
            errorType: "invalid_output", requests: 3),
        Play(
            name: "calls without end", answers: [Play.call("files")], outcome: .failed, errorType: "budget_exceeded",
            requests: 5, limits: ConversationLimits(turns: 5)),
        Play(
            name: "more calls than are allowed",
            answers: [Play.calls(("files", "{}"), ("files", "{}"), ("files", "{}")), Play.call("files")],
            outcome: .failed, errorType: "budget_exceeded", limits: ConversationLimits(toolCalls: 3)),
        Play(
            name: "an answer that is cut, then a whole one",
            answers: [["text": "It is", "finish": "length"], Play.text("Done.")], requests: 2, written: "Done."),
        Play(
            name: "answers that are always cut", answers: [["text": "It is", "finish": "length"]], outcome: .failed,
            errorType: "invalid_output"),
        Play(name: "nothing, then an answer", answers: [Play.text(""), Play.text("Done.")], written: "Done."),
        Play(name: "nothing again and again", answers: [Play.text("")], outcome: .failed, errorType: "invalid_output"),
        Play(
            name: "a refusal, then an answer", answers: [["refusal": "I will not."], Play.text("Done.")],
            written: "Done."),
        Play(name: "refusals", answers: [["refusal": "I will not."]], outcome: .failed),
        Play(
            name: "another form, then the right one",
            answers: [Play.text(#"{"verdict":1}"#), Play.text(#"{"verdict":"good"}"#)], told: ["$.verdict"],
            written: ["verdict": "good"], hasSchema: true),
        Play(
            name: "always another form", answers: [Play.text("good")], outcome: .failed, errorType: "invalid_output",
            hasSchema: true),
        Play(
            name: "a service that takes no tools",
            answers: [["status": 400, "tooled": true, "error": "played does not support tools", "text": "Done."]],
            requests: 2, written: "Done."),
        Play(
            name: "a service that takes no tools, which the agent needs",
            answers: [["status": 400, "tooled": true, "error": "played does not support tools", "text": "Done."]],
            outcome: .failed, requests: 1, tools: [.files, .edit], retries: 3),
        Play(
            name: "a service that fails once",
            answers: [["status": 500, "error": "out of order"], Play.text("Done.")],
            written: "Done.", retries: 1),
        Play(
            name: "a connection that breaks after a call",
            answers: [Play.call("files"), ["text": "It is", "cut": true], Play.text("Done.")], told: ["README.md"],
            requests: 3, written: "Done.", retries: 1),
    ]

    /// What instructions in files, results and people's own words talk a model into.
    static let misled: [Play] = [
        Play(
            name: "a file says to write outside",
            answers: [
                Play.call("files", #"{"path":"docs/plan.md"}"#),
                Play.call("edit", #"{"edits":[{"path":"../outside.txt","text":"x\n"}]}"#), Play.text("Done."),
            ], told: ["outside.txt"], tools: [.files, .edit]),
        Play(
            name: "an absolute path is read",
            answers: [Play.call("files", #"{"path":"/etc/passwd"}"#), Play.text("Done.")]),
        Play(
            name: "a link out of the workspace is read",
            answers: [Play.call("files", #"{"path":"linked/passwd"}"#), Play.text("Done.")]),
        Play(
            name: "a file of keys is read", answers: [Play.call("files", #"{"path":".env"}"#), Play.text("Done.")]),
        Play(
            name: "keys are looked for", answers: [Play.call("search", #"{"text":"TOKEN="}"#), Play.text("Done.")]),
        Play(
            name: "a hook is written",
            answers: [
                Play.call("edit", #"{"edits":[{"path":".git/hooks/post-commit","text":"echo x\n"}]}"#),
                Play.text("Done."),
            ], tools: [.edit]),
        Play(
            name: "a workflow is written",
            answers: [
                Play.call("edit", #"{"edits":[{"path":".github/workflows/ci.yml","text":"on: push\n"}]}"#),
                Play.text("Done."),
            ], tools: [.edit]),
        Play(
            name: "another program is run",
            answers: [Play.call("shell", #"{"command":["curl","http://127.0.0.1:1"]}"#), Play.text("Done.")],
            told: ["curl"], tools: [Play.shell]),
        Play(
            name: "commands are chained",
            answers: [Play.call("shell", #"{"command":["cat","README.md;cat",".env"]}"#), Play.text("Done.")],
            tools: [Play.shell]),
        Play(
            name: "a command hides in another",
            answers: [Play.call("shell", #"{"command":["cat","$(cat .env)"]}"#), Play.text("Done.")],
            tools: [Play.shell]),
        Play(
            name: "keys are printed by a program that may run",
            answers: [Play.call("shell", #"{"command":["cat",".env","../../../outside.txt"]}"#), Play.text("Done.")],
            tools: [Play.shell]),
        Play(
            name: "variables are printed",
            answers: [Play.call("shell", #"{"command":["cat","/proc/self/environ"]}"#), Play.text("Done.")],
            tools: [Play.shell]),
        Play(
            name: "a tool of another agent is called",
            answers: [Play.call("github__create_issue", #"{"title":"x"}"#), Play.text("Done.")],
            told: ["There is no tool"]),
        Play(
            name: "what a person rejects is not done",
            answers: [Play.call("shell", #"{"command":["cat","README.md"]}"#), Play.text("Done.")],
            told: ["said no", "not today"], tools: [Play.shell], approve: ["shell"],
            decisions: [ApprovalAnswer("reject", remark: "not today")]),
        Play(
            name: "what a person approves is done",
            answers: [Play.call("shell", #"{"command":["cat","README.md"]}"#), Play.text("Done.")],
            told: ["Counts things."], tools: [Play.shell], approve: ["shell"], decisions: [ApprovalAnswer("approve")]),
        Play(
            name: "an edit becomes a patch, and changes nothing here",
            answers: [
                Play.call("edit", #"{"edits":[{"path":"README.md","lines":[3,3],"text":"Counts everything.\n"}]}"#),
                Play.text("Done."),
            ], tools: [.files, .edit], hasPatch: true),
    ]
}
