/// Turns of phrase that say in a roundabout way what is to be done, or say more than that.
///
/// It knows grammar only, and no name of any thing.
enum Turns {
    /// Lower case text with the same orders said plainly.
    static func plain(_ text: String) -> String {
        [
            emphasis, distances, asides, carried, turned, sequences, beginnings, cautions, assurances, obstacles,
            seenTo, stays,
            together, roundabout, words, choices,
            shapes, states,
        ].reduce(text) { $1($0) }
    }

    /// "The block should carry the puck", "crown it with the red one", "in its place goes the stamp".
    static func carried(_ text: String) -> String {
        text.replacing(/\b(?:hold|take) (the [a-z0-9 ]+?) on (?:its|the) (?:top|back|lid)\b/) { "carry \($0.output.1)" }
            .replacing(
                /\b(the [a-z0-9 ]+?) (?:should|must|shall|has to|is to|will) (?:carry|bear|support|hold) (the [a-z0-9 ]+?)(?: on (?:its|the) (?:top|back))?(?=\s*(?:[.;,!?]|$))/
            ) { "put \($0.output.2) on \($0.output.1)" }
            .replacing(
                /\blet (the [a-z0-9 ]+?) (?:carry|bear|support) (the [a-z0-9 ]+?)(?: on (?:its|the) (?:top|back|lid))?(?: from now on)?(?=\s*(?:[.;,!?]|$))/
            ) {
                "put \($0.output.2) on \($0.output.1)"
            }
            .replacing(
                /\b(the [a-z0-9 ]+?) (?:replaces|(?:should|must|shall|has to|is to|will) (?:take the place of|replace)) (the [a-z0-9 ]+?) (on|in) (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
            ) {
                "remove \($0.output.2) from \($0.output.4), then put \($0.output.1) \($0.output.3) \($0.output.4)"
            }
            .replacing(/\b(the [a-z0-9 ]+?) joins (?:it|them|that)(?: there| too)?(?=\s*(?:[.;,!?]|$))/) {
                "put \($0.output.1) there too"
            }
            .replacing(
                /\blet (the [a-z0-9 ]+?) (?:serve|act|be used|do) as (?:a |the )?(?:pedestal|base|stand|support|plinth|table|foundation) for (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
            ) { "put \($0.output.2) on \($0.output.1)" }
            .replacing(
                /\b(?:crown|cap|top|cover) (it|them|the [a-z0-9 ]+?)(?: off)? with (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
            ) {
                "put \($0.output.2) on \($0.output.1)"
            }
            .replacing(
                /\bin (?:its|their|that) place (?:goes|go|comes|put|place|set) (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
            ) {
                "put \($0.output.1) there"
            }
    }

    /// "Would you be a star and …", "do put it there", "for my liking": politeness and emphasis.
    static func emphasis(_ text: String) -> String {
        text.replacing(
            /\b(?:(?:would|could|can|will) you |please )?be an? (?:real |absolute |good )?[a-z]+ and\s/, with: "please "
        )
        .replacing(/(^|[.;,!?]\s*|\bplease |\bbut |\band )do (?=[a-z]+ (?:the|my|all|it|them|that|those)\b)(?!not\b)/) {
            String($0.output.1)
        }
        .replacing(/\s(?:for|to) my (?:liking|taste)\b|,\s*(?:the )?same [a-z]+(?=\s*(?:[.;!?]|$))/, with: "")
        .replacing(/,?\s*\bif you please\b(?:,(?= (?:goes?|belongs?|should|must|can|is|are|put)\b))?/, with: "")
        .replacing(/\bdo (?=(?:be careful|take care|mind)\b)/, with: "")
        .replacing(
            /,?\s*\b(?:and )?that(?:'s| is| will be|'ll be) (?:the lot|all|it|everything|the end of it)(?=\s*(?:[.;!?]|$))/,
            with: ""
        )
        .replacing(/,\s*every (?:last|single) (?:one|bit)(?: of (?:them|it))?(?=\s*(?:[.;,!?]|$))/, with: "")
        .replacing(/\bevery (?:single |last )?one of (?=(?:the|my|these|those)\b)/, with: "all ")
        .replacing(/\b(?:littlest|teeniest|weest)\b/, with: "smallest")
        .replacing(
            /\s(?:nice|good) and (?:level|gently?|slow(?:ly)?|steady|steadily|straight|neat(?:ly)?|tidy|tidily|easy|quick(?:ly)?|careful(?:ly)?|flat|upright|close|tight)(?=\s*(?:[.;,!?]|$))/,
            with: ""
        )
        .replacing(
            /(^|[.;,!?]\s*)it(?:'s| is) (the [a-z0-9 ]+?) (?:that )?(?:i|we)(?:'d| would)? (?:like|want|need|prefer)(?: to see| to have)?\b/
        ) { "\($0.output.1)i want \($0.output.2)" }
    }

    /// "On the green brick goes the orange one, and on that the white one", "make room on the saucer by taking it off".
    static func turned(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)(on|in|into|onto|inside|next to) (the [a-z0-9 ]+?),? (?:(?:i'd like|i would like|i want|i need) you to|(?:could|can|would|will) you(?: please)?|please|you (?:should|may|can)) ([a-z]+) (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
        ) { "\($0.output.1)\($0.output.4) \($0.output.5) \($0.output.2) \($0.output.3)" }
        .replacing(
            /(^|[.;,:]\s*|\band )(on|in|into|onto|inside|next to) (the [a-z0-9 ]+?) (?:goes|go|belongs|comes) (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$|\band\b))/
        ) { "\($0.output.1)put \($0.output.4) \($0.output.2) \($0.output.3)" }
        .replacing(
            /(,\s*(?:and )?|\band )(on|in|into|onto|inside|next to) (the [a-z0-9 ]+?) (the [a-z0-9 ]+?)(?=\s*(?:[.;!?]|$))/
        ) { found in
            // "on the lid of the box there …"
            let isOther = found.output.3.hasSuffix(" of") || found.output.4.contains(" there ")
            return isOther
                ? String(found.output.0) : "\(found.output.1)put \(found.output.4) \(found.output.2) \(found.output.3)"
        }
        .replacing(
            /\bmake (?:some )?(?:room|space) (?:on|in) (the [a-z0-9 ]+?) by (?:taking|moving|removing|lifting|getting) (the [a-z0-9 ]+?) (?:off|out|away|from)(?: of)?(?: it| there)?(?=\s*(?:[.;,!?]|$|\band\b))/
        ) { "remove \($0.output.2) from \($0.output.1)" }
        .replacing(/[:;,-]\s*(in|into|on|onto|inside) (the [a-z0-9 ]+?) with (it|them)(?=\s*(?:[.;!?]|$))/) {
            ". put \($0.output.3) \($0.output.1) \($0.output.2)"
        }
        .replacing(/(^|[.;,:]\s*(?:and )?|\band |\bthen )stand (the|it|them|that|both|all)\b/) {
            "\($0.output.1)put \($0.output.2)"
        }
    }

    /// "And only after that", "and finish in your home pose", "and once that is in there too".
    static func sequences(_ text: String) -> String {
        text.replacing(
            /,?\s*\b(?:and )?(?:once|when|after|as soon as) (?:(?:that|this|it) is|(?:it|that|this) (?:stands|lies|sits)|(?:both|they|all|both of them|all of them) are) (?:in|on|there)(?: there| it| place)?(?: too| as well)?,?\s/,
            with: ", then "
        )
        .replacing(
            /,?\s*\band (?:only |not until )?(?:after (?:that|this)|once (?:that|this) is done)(?: only)?,?\s/,
            with: ", then "
        )
        .replacing(
            /,?\s*\b(?:and |then )*(?:finish|end|end up|stop|come to rest|conclude) (?:in|at|with) (?:your|the|its) (?:home|resting|rest|starting) ?(?:pose|position|posture)?/,
            with: ", then go home"
        )
        .replacing(/(\bmind |\bby |\bthen |\bplease )going (?:back )?(?=home\b|to (?:your|the|its) (?:home|rest))/) {
            "\($0.output.1)go "
        }
        .replacing(
            /,?\s*\b(?:and )?(?:finish|round|end) (?:it|things|that|this) off (?:by putting|with) (?=the )/,
            with: ", then put "
        )
        .replacing(
            /(^|[.;!?]\s*)(?:the )?([a-z0-9 ]+?) first, (?:the )?([a-z0-9 ]+?) second,? (?:and )?(?:(?:the )?([a-z0-9 ]+?) (?:third|last) ?[,:;-]? )?(?:they (?:all |both )?go|(?:all|both|everything)(?: three| two)?(?: of (?:them|it))?(?: go)?) (in|into|on|onto) (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$|\bin that order\b))/
        ) { found in
            let where_ = "\(found.output.5) \(found.output.6)"
            let last = found.output.4.map { ", then put the \($0) \(where_)" } ?? ""
            return
                "\(found.output.1)put the \(found.output.2) \(where_), then put the \(found.output.3) \(where_)\(last)"
        }
        .replacing(
            /(^|[.;!?]\s*)(the [a-z0-9 ]+?) goes (in|into|on|onto) (the [a-z0-9 ]+?) last[.;,]\s*(?:and )?before it (?:comes|goes) (the [a-z0-9 ]+?)(?:,? and before (?:it|that|\5) (?:comes|goes) (the [a-z0-9 ]+?))?(?=\s*(?:[.;,!?]|$))/
        ) { found in
            let where_ = "\(found.output.3) \(found.output.4)"
            let first = found.output.6.map { "put \($0) \(where_), then " } ?? ""
            return
                "\(found.output.1)\(first)put \(found.output.5) \(where_), then put \(found.output.2) \(where_)"
        }
        .replacing(/,?\s*\b(?:and )?only then\b,?/, with: ", then ")
        .replacing(/,?\s*\b(?:and )?(?:last of all|lastly|to round (?:it|things) off)\b,?/, with: ", and finally ")
        .replacing(/,?\s*\b(?:and )?after (?:those|these|the first|both)(?: two| three)?,?\s/, with: ", then ")
        .replacing(/,?\s*\b(?:and )?(?:go|move|carry) on with\s/, with: ", then ")
        .replacing(/,?\s*\b(?:and )?(?:finish|end|conclude)(?: off| up)? by\s/, with: ", and finally ")
        .replacing(
            /,? and (?:then )?(?:do not|don't|never) (?:let go(?: of)?|drop|release)(?: of)? (?:it|that)\b/,
            with: " and hold it")
    }

    /// "There are two pots, but I only want the grey one on the saucer"; "separate the caps by colour: …".
    static func beginnings(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)(?:what|all|the thing) (?:(?:i|we)(?:'d| would| really| just| do)* (?:like|want|need|love|wish)|(?:i'm|i am|we're|we are) (?:after|looking for|hoping for))(?: to see| to have| done)?(?: now| next| first| here)? is (?:for |to see |to have |to get )?(?=the |my |that |all |every|both |to |you )/
        ) { "\($0.output.1)i want " }
        .replacing(/(^|[.;!?]\s*)there are [^.;!?,]*, (?:but|and|so)\s/) { String($0.output.1) }
        .replacing(/(^|[.;!?]\s*)(?:right, |now, |okay, )?(?:two|three|four) [a-z]+s\b[^.;!?:,]*:\s*(?=the )/) {
            String($0.output.1)
        }
        .replacing(/\b(i|we) only (want|need|would like)\b/) { "\($0.output.1) \($0.output.2)" }
        .replacing(
            /\b(?:(?:we're|we are|i'm|i am|let's|let us|please) )?(?:sort|separat|split|divid|arrang|organi[sz]|group)(?:e|t?ing)? (?:the|these|those|my|all the) ([a-z]+s) by [a-z]+\s*[.:;,-]+\s*(?:so )?([^.!?]*?\bones\b[^.!?]*)/
        ) { "\($0.output.2.replacing(/\bones\b/, with: $0.output.1))" }
        .replacing(
            /^\s*(?:please )?(?:sort|separate|arrange|organi[sz]e|group) (?:the |these |those |all |my )*(?:[a-z]+ )?by [a-z]+\s*[.:;,-]+\s*(?=[a-z])/,
            with: ""
        )
        .replacing(
            /(^|[.;!?]\s*)(?:something|stuff|another thing|something else|somebody else's thing) (?:is|'s)\b(?:(?!\bput\b|\bplace\b)[^.;!?])*/
        ) { String($0.output.1) }
        .replacing(
            /\beverything (?:that is |that's |which is )?(?:lying |standing |sitting )?(?:loose|around|about)(?: here)? on the (?:table|desk|bench)\b/,
            with: "everything"
        )
        .replacing(/\bthe other way (?:round|around)\b/, with: "")
    }

    /// "It might spill", "going nowhere near the cactus", "out of harm's way".
    static func cautions(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)(?:it|that|they|he|she|this) (?:might|could|may|will|would)(?: otherwise| easily| still| well)* (?:spill|break|fall|tip|topple|leak|roll|burn|melt|shatter|crack|slip|get [a-z]+)\b[^.;!?]*/
        ) { String($0.output.1) }
        .replacing(/\b(?:going|coming|getting|moving) nowhere near\b/, with: "staying away from")
        .replacing(/\b(?:and |but )?whatever you do,? (?=(?:do not|don't|never|no)\b)/, with: "and ")
        .replacing(/\b(?:and |but )?not so much as an? [a-z]+ (?:on|at|of|to) (?=the |my )/, with: "and do not touch ")
        .replacing(
            /,?\s*\bkeeping (?:it|them) (?:upright|level|steady|straight|flat|vertical|the right way up)\b/, with: ""
        )
        .replacing(/\bout of harm'?s way\b/, with: "safely")
        .replacing(/,?\s(?:miles|so far|far) away(?: as it is| though it is| as that is)?(?=\s*[.,;!?]|\s*$)/, with: "")
        .replacing(/\bhit the road\b[,!]?/, with: "")
    }

    /// "Centred, it will hold", "just that one", "have a go anyway", "build that for me".
    static func assurances(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*|,\s*)(?:[a-z]+, )?(?:it|that|they)(?: will|'ll| should| would) (?:hold|fit|work|do|manage|be (?:fine|ok|okay|all right|enough))\b[^.;!?,]*/
        ) { String($0.output.1) }
        .replacing(
            /[,;.]\s*(?:just )?any(?:where|place)\b[^.;!?,]* (?:will do|would do|is (?:fine|ok|okay|good|all right))(?=\s*[.;!?]|\s*$)/,
            with: ""
        )
        .replacing(/(^|[.;!?,]\s*)(?:just|only) (?:that|this|the) one(?: please)?(?=\s*(?:[.;,!?]|$))/) {
            String($0.output.1)
        }
        .replacing(
            /,?\s*\b(?:but |and )?have a (?:go|try|shot)(?: at it)?(?: anyway| all the same)?(?=\s*[:;.,!?])/, with: ""
        )
    }

    /// "But the block is in the way: put that to one side, on the table": making way goes without saying.
    static func obstacles(_ text: String) -> String {
        text.replacing(
            /,? \b(?:but|and|though|only) the [a-z0-9 ]+? (?:is|are) in the way\s*[:;,.-]+\s*(?:so |please |just )*(?:put|move|push|shift|set|take|get) (?:that|it|them|those) (?:to (?:one|the) side|aside|away|elsewhere|off|out of the way|over)[^.;!?]*/,
            with: ""
        )
        .replacing(/([.;!?]\s*)not ((?:in|on|onto|into) (?:the|my) [a-z0-9 ]+?)(?=\s*(?:[.;!?]|$))/) {
            "\($0.output.1)do not put it \($0.output.2)"
        }
        .replacing(
            /\b(the [a-z0-9 ]+?)(?:,? (?:which is |that is )?(?:currently |now )?(?:on|in|lying|standing|resting|sitting|that)\b[^.;,!?]*?)?,? (?:(?:is|are) not to|(?:must|should|may|shall) not) (?:go|be put|come|be|end up)(?: (?:in|on|into|onto|inside)(?: there| it| the [a-z0-9 ]+?)?| there| it)?(?=\s*(?:[.;,!?]|$))/
        ) { "do not put \($0.output.1) there" }
    }

    /// "…, where the eraser stands now", "the domino, the only thing I want moved, …", "but see that the pot stays on the box".
    static func asides(_ text: String) -> String {
        text.replacing(
            /(?:,|,? (?:in|on|at) the (?:exact |very |same )*(?:place|spot|position)) where the [a-z0-9 ]+? (?:stands|is|lies|sits)(?: standing| lying| sitting)?(?: now| at the moment| right now| currently)?(?=\s*(?:[.;,!?]|$))/,
            with: ""
        )
        .replacing(/\bthe [a-z ]+?, (?:meaning|namely|in other words),? (?=everything|all|both|the )/, with: "")
        .replacing(/, the only (?:thing|one)\b[^,.;!?]*,/, with: "")
        .replacing(
            /,? but (?:see|make sure|take care|mind|be sure)(?: to it)?(?: that)? the [a-z0-9 ]+? (?:stays|remains|keeps)\b[^.;!?]*/,
            with: ""
        )
    }

    /// "The lid is still off. Could you fix that for me?", "…; build that": what was said is to be so.
    static func seenTo(_ text: String) -> String {
        text.replacing(
            /([.;!?,])\s*(?:so )?(?:(?:would|could|can|will) you )?(?:please )?(?:fix|change|sort|remedy|do|arrange|tidy|build|make|see to|take care of|deal with) (?:that|this|it|them|so)(?: for me| please| out)*\s*(?=[.;!?]|$)/
        ) { String($0.output.1) }
    }

    /// "The torch on the coaster tips over easily and has to stay there", "the rest must stay as it is": nobody moves it.
    static func stays(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)the [^.;!?,]*? and (?:has to|have to|must|should|needs to|is to|are to|can|may|shall) (?:stay|remain|stand)(?: put| there| where (?:it|they) (?:is|are)| here| as (?:it|they) (?:is|are))(?=\s*(?:[.;,!?]|$))/
        ) { String($0.output.1) }
        .replacing(
            /(^|[.;!?]\s*)the (?:rest|others)[^.;!?,]*? (?:has to|have to|must|should|is to|are to|can|may|shall) (?:stay|remain)(?: put| there| where (?:it|they) (?:is|are)| as (?:it|they) (?:is|are))(?=\s*(?:[.;,!?]|$))/
        ) { String($0.output.1) }
    }

    /// "Once the wallet is in the tub, add the polish", "and so does the eraser": to the same place.
    static func together(_ text: String) -> String {
        text.replacing(
            /([.;!?]\s*)there (?:isn't|is not|is none|are none|aren't)(?: one| any)?(?: yet| now)?\s*[.;!]\s*/
        ) { String($0.output.1) }
        .replacing(/,? and so (?:does|do|should|must|will|is) (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/) {
            ". \($0.output.1) too"
        }
        .replacing(
            /([.;!?]\s*)(?:so |and |please )*(?:leave|let) (?:it|that|them) (?:alone|be)(?:,? (?:just|only|and|but))*(?=\s)/
        ) {
            String($0.output.1)
        }
        .replacing(
            /(?:\bonce |\bafter |\bwhen )(the [a-z0-9 ]+?) is (in|on) (the [a-z0-9 ]+?), (?:then )?add (the (?:(?!\bon\b|\bin\b|\bto\b)[a-z0-9 ])+?)(?=\s*(?:[.;,!?]|$|\band\b|\bthen\b))/
        ) { found in
            "put \(found.output.1) \(found.output.2) \(found.output.3), then put \(found.output.4) \(found.output.2) \(found.output.3)"
        }
        .replacing(
            /(, then |\band )add (the (?:(?!\bon\b|\bin\b|\bto\b)[a-z0-9 ])+?)(?: too| as well)?(?=\s*(?:[.;,!?]|$))/
        ) {
            "\($0.output.1)put \($0.output.2) there"
        }
    }
}
