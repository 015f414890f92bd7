/// What goes over the wire to and from an OpenAI-compatible server; only what is used of it.
enum EndpointShapes {
    /// POST …/completions: texts are scored as they stand, nothing is written.
    struct EchoRequest: Encodable {
        var model: String?
        var prompt: [String]
        var max_tokens = 0
        var echo = true
        var logprobs = 1
        var temperature = 0.0
    }

    struct EchoResponse: Decodable {
        struct Choice: Decodable {
            var index: Int
            var logprobs: Logprobs?
        }
        struct Logprobs: Decodable {
            var tokens: [String]
            /// The very first token has none.
            var token_logprobs: [Double?]
        }
        var choices: [Choice]
    }

    /// POST …/chat/completions: one of the texts is written, and nothing else can be.
    struct ChoiceRequest: Encodable {
        struct Message: Encodable {
            var role: String
            var content: String
        }
        struct Format: Encodable {
            var type = "json_schema"
            var json_schema: Named
        }
        struct Named: Encodable {
            var name = "choice"
            var strict = true
            var schema: Schema
        }
        struct Schema: Encodable {
            var type = "object"
            var properties: [String: Property]
            var required = ["choice"]
            var additionalProperties = false
        }
        struct Property: Encodable {
            var type = "string"
            var `enum`: [String]
        }

        var model: String?
        var messages: [Message]
        var max_tokens: Int
        var temperature = 0.0
        var seed = 1
        var logprobs = true
        var top_logprobs = 20
        var response_format: Format
    }

    struct ChoiceResponse: Decodable {
        struct Choice: Decodable {
            var message: Message
            var logprobs: Logprobs?
        }
        struct Message: Decodable { var content: String? }
        struct Logprobs: Decodable { var content: [Token]? }
        struct Token: Decodable {
            var token: String
            var logprob: Double
            var top_logprobs: [Alternative]?
        }
        struct Alternative: Decodable {
            var token: String
            var logprob: Double
        }
        var choices: [Choice]
    }

    struct Chosen: Codable { var choice: String }

    /// What servers say when something is wrong; the shapes differ.
    struct Failure: Decodable {
        struct Detail: Decodable { var message: String? }
        var error: Detail?
        var message: String?
    }
}
