/// Turns of phrase that say in a roundabout way what is to be done, or say more than that.
///
/// It knows grammar only, and no name of any thing.
enum Turns {
    /// Lower case text with the same orders said plainly.
    static func plain(_ text: String) -> String {
        [carried, turned, sequences, beginnings, cautions, assurances, obstacles, asides, stays, together].reduce(text)
        {
            $1($0)
        }
    }

    /// "The block should carry the puck", "crown it with the red one", "in its place goes the stamp".
    private static func carried(_ text: String) -> String {
        text.replacing(
            /\b(the [a-z0-9 ]+?) (?:should|must|shall|has to|is to|will) (?:carry|bear|support|hold) (the [a-z0-9 ]+?)(?: on (?:its|the) (?:top|back))?(?=\s*(?:[.;,!?]|$))/
        ) { "put \($0.output.2) on \($0.output.1)" }
        .replacing(
            /\blet (the [a-z0-9 ]+?) (?:carry|bear|support) (the [a-z0-9 ]+?)(?: from now on)?(?=\s*(?:[.;,!?]|$))/
        ) {
            "put \($0.output.2) on \($0.output.1)"
        }
        .replacing(
            /\b(the [a-z0-9 ]+?) (?:should|must|shall|has to|is to|will) take the place of (the [a-z0-9 ]+?) (on|in) (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
        ) { "put \($0.output.1) \($0.output.3) \($0.output.4)" }
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

    /// "On the green brick goes the orange one, and on that the white one", "make room on the saucer by taking it off".
    private static func turned(_ text: String) -> String {
        text.replacing(
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
    private static func sequences(_ text: String) -> String {
        text.replacing(
            /,?\s*\b(?:and )?(?:once|when|after|as soon as) (?:(?:that|this|it) is|(?:both|they|all|both of them|all of them) are) (?:in|on)(?: there| it| place)?(?: too| as well)?,?\s/,
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
        .replacing(/,?\s*\b(?:and )?only then\b,?/, with: ", then ")
    }

    /// "There are two pots, but I only want the grey one on the saucer"; "separate the caps by colour: …".
    private static func beginnings(_ text: String) -> String {
        text.replacing(/(^|[.;!?]\s*)there are [^.;!?,]*, (?:but|and|so)\s/) { String($0.output.1) }
            .replacing(/\b(i|we) only (want|need|would like)\b/) { "\($0.output.1) \($0.output.2)" }
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
    private static func cautions(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)(?:it|that|they|he|she|this) (?:might|could|may|will|would)(?: otherwise| easily| still| well)* (?:spill|break|fall|tip|topple|leak|roll|burn|melt|shatter|crack|slip|get [a-z]+)\b[^.;!?]*/
        ) { String($0.output.1) }
        .replacing(/\b(?:going|coming|getting|moving) nowhere near\b/, with: "staying away from")
        .replacing(/\bout of harm'?s way\b/, with: "safely")
        .replacing(/\bhit the road\b[,!]?/, with: "")
    }

    /// "Centred, it will hold", "just that one", "have a go anyway", "build that for me".
    private static func assurances(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*|,\s*)(?:[a-z]+, )?(?:it|that|they)(?: will|'ll| should| would) (?:hold|fit|work|do|manage|be (?:fine|ok|okay|all right|enough))\b[^.;!?,]*/
        ) { String($0.output.1) }
        .replacing(/(^|[.;!?,]\s*)(?:just|only) (?:that|this|the) one(?: please)?(?=\s*(?:[.;,!?]|$))/) {
            String($0.output.1)
        }
        .replacing(
            /,?\s*\b(?:but |and )?have a (?:go|try|shot)(?: at it)?(?: anyway| all the same)?(?=\s*[:;.,!?])/, with: ""
        )
        .replacing(
            /([.;!?])\s*(?:please )?(?:build|make|do|arrange) (?:that|this|it|so)(?: for me| please)*(?=\s*(?:[.;!?]|$))/
        ) { String($0.output.1) }
    }

    /// "But the block is in the way: put that to one side, on the table": making way goes without saying.
    private static func obstacles(_ text: String) -> String {
        text.replacing(
            /,? \b(?:but|and|though|only) the [a-z0-9 ]+? (?:is|are) in the way\s*[:;,.-]+\s*(?:so |please |just )*(?:put|move|push|shift|set|take|get) (?:that|it|them|those) (?:to (?:one|the) side|aside|away|elsewhere|off|out of the way|over)[^.;!?]*/,
            with: ""
        )
        .replacing(
            /\b(the [a-z0-9 ]+?)(?: (?:on|in|lying|standing|that)\b[^.;,!?]*?)? (?:is|are) not to (?:go|be put|come|be|end up)(?: in| on| into| onto| inside)?(?: there| it)?(?=\s*(?:[.;,!?]|$))/
        ) { "do not put \($0.output.1) there" }
    }

    /// "…, where the eraser stands now", "the domino, the only thing I want moved, …", "but see that the pot stays on the box".
    private static func asides(_ text: String) -> String {
        text.replacing(
            /, where the [a-z0-9 ]+? (?:stands|is|lies|sits)(?: standing| lying| sitting)?(?: now| at the moment| right now| currently)?(?=\s*(?:[.;,!?]|$))/,
            with: ""
        )
        .replacing(/, the only (?:thing|one)\b[^,.;!?]*,/, with: "")
        .replacing(
            /,? but (?:see|make sure|take care|mind|be sure)(?: to it)?(?: that)? the [a-z0-9 ]+? (?:stays|remains|keeps)\b[^.;!?]*/,
            with: ""
        )
        .replacing(
            /([.;!?,])\s*(?:would|could|can|will) you (?:please )?(?:sort|do|arrange|tidy|see to) (?:them|it|that|this)(?: for me| please| out)*(?=\s*(?:[.;!?]|$))/
        ) {
            String($0.output.1)
        }
    }

    /// "The torch on the coaster tips over easily and has to stay there", "the rest must stay as it is": nobody moves it.
    private static func stays(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)the [^.;!?,]*? and (?:has to|have to|must|should|needs to|is to|are to|can|may|shall) (?:stay|remain|stand)(?: put| there| where (?:it|they) (?:is|are)| here| as (?:it|they) (?:is|are))(?=\s*(?:[.;,!?]|$))/
        ) { String($0.output.1) }
        .replacing(
            /(^|[.;!?]\s*)the (?:rest|others)[^.;!?,]*? (?:has to|have to|must|should|is to|are to|can|may|shall) (?:stay|remain)(?: put| there| where (?:it|they) (?:is|are)| as (?:it|they) (?:is|are))(?=\s*(?:[.;,!?]|$))/
        ) { String($0.output.1) }
    }

    /// "Once the wallet is in the tub, add the polish", "and so does the eraser": to the same place.
    private static func together(_ text: String) -> String {
        text.replacing(
            /([.;!?]\s*)there (?:isn't|is not|is none|are none|aren't)(?: one| any)?(?: yet| now)?\s*[.;!]\s*/
        ) { String($0.output.1) }
        .replacing(
            /([.;!?])\s*(?:please )?(?:fix|change|remedy) (?:that|this|it)(?: please| for me)*(?=\s*(?:[.;!?]|$))/
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
            /(?:\bonce |\bafter |\bwhen )(the [a-z0-9 ]+?) is (in|on) (the [a-z0-9 ]+?), (?:then )?add (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$|\band\b|\bthen\b))/
        ) { found in
            "put \(found.output.1) \(found.output.2) \(found.output.3), then put \(found.output.4) \(found.output.2) \(found.output.3)"
        }
        .replacing(/(, then |\band )add (the [a-z0-9 ]+?)(?: too| as well)?(?=\s*(?:[.;,!?]|$))/) {
            "\($0.output.1)put \($0.output.2) there"
        }
    }
}
