/// How long is waited and looked, seconds.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Wait {
    // MARK: for the camera
    /// To look where nothing depends on a millimetre, or once more: two or three pictures at ten a second.
    static let glance = 0.35
    /// To look before something is decided: enough pictures for a mean that is good to a millimetre; by trial.
    static let usualLook = 0.55
    /// To look after the arm has moved out of the way: the camera may be late.
    static let longLook = 1.05
    /// After which a look is no longer fresh although the arm has not moved: people move things, too.
    static let fresh = 2.0
    /// For the first picture, each time.
    static let picture = 0.1
    /// How often a picture is waited for: two seconds, then there is no camera.
    static let pictures = 20
    /// How often what is wanted is looked for again with a long look: a camera may be late twice.
    static let moreLooks = 2

    // MARK: for the body
    /// Between two looks at how a motion goes: about a control cycle, an end is noticed at once.
    static let cycle = 0.01
    /// After a renewal of the lease that was denied: another would only be denied again.
    static let denial = 0.05
    /// For the answer to a renewal: longer than the usual lease, a later one is of no use.
    static let renewal = 1.0
    /// Parts of a lease's time after which it is renewed: four renewals may be lost.
    static let renewals = 5.0
    /// Beyond a motion's own time until the body is given up: it has ended the motion itself by then.
    static let motion = 2.0
    /// Since the joints were last heard until the body counts as silent, nanoseconds.
    static let silence: Int64 = 1_000_000_000
    /// For a connection to the body.
    static let connection = 2.0
    /// Between two attempts at one: soon enough for a person, and no load.
    static let reconnection = Duration.milliseconds(300)

    // MARK: for a person and a model
    /// For a person's answer: time to read, look and type; then the sentence ends with the question.
    static let answer = 120.0
    /// For the language model; then all skills count alike. Several times what it takes.
    static let model = 5.0
}
