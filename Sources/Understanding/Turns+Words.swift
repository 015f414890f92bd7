// Distances, roundabout wishes, single words
extension Turns {
    /// "Put some distance between the cup and the lamp": how much is not told apart.
    static func distances(_ text: String) -> String {
        text.replacing(
            /\b[a-z0-9.]+ ?(?:cm|centimet(?:re|er)s?|mm|millimet(?:re|er)s?|inch(?:es)?)(?: or (?:more|so))?(?= (?:away|between|from|of|off|apart)\b)/,
            with: "some cm"
        )
        .replacing(
            /(\baway from (?:the|my) [a-z0-9 ]+?)(?:,\s*(?:would|will|could|can) you(?: please)?)?,\s*(?:by )?(?:at least |a good |about |some )*[a-z0-9.]+ ?(?:cm|centimet(?:re|er)s?|inch(?:es)?)(?: or (?:more|so))?(?=\s*(?:[.;!?]|$))/
        ) { String($0.output.1) }
        .replacing(
            /\b(?:(?:make sure|see to it|see|ensure|take care)(?: that)? )?there (?:is|are) (?:no more than|not more than|at most|less than|fewer than) some cm between (the [a-z0-9 ]+?) and (?=the |my )/
        ) { "move \($0.output.1) next to " }
        .replacing(
            /\b(move|shift|push|slide|put|get|take|bring) (it|them|the [a-z0-9 ]+?) (?:well |right |far |quite )?clear of (?=the |my |it\b|them\b)/
        ) { "\($0.output.1) \($0.output.2) away from " }
        .replacing(
            /\b(?:i (?:want|need)|separate|move|push|pull|put|bring|set) (the [a-z0-9 ]+?) and (the [a-z0-9 ]+?) (?:(?:at least |some )*(?:some cm |further |farther |well )?apart|from each other)\b/
        ) { "move \($0.output.1) away from \($0.output.2)" }
        .replacing(
            /\b(the [a-z0-9 ]+?) and (the [a-z0-9 ]+?) (?:are|stand|sit|lie) [^.;:!?]*?[.;:]\s*(?:please |so )*(?:(?:separate|part) (?:them|those|these|the two)|(?:pull|move|push|get) (?:them|those|these|the two) (?:apart|away from each other))\b[^.;!?]*/
        ) { "move \($0.output.1) away from \($0.output.2)" }
        .replacing(
            /\b(the [a-z0-9 ]+?) and (the [a-z0-9 ]+?) (?:are|stand|sit|lie) [^.;:!?]*?\b(?:close|near)\b[^.;:!?]*[.;:]\s*(?:leave|keep) \1\b[^.;!?]*? and (?:move|push|shift|take|slide) (?:the other\b|\2\b)[^.;!?]*/
        ) { "move \($0.output.2) away from \($0.output.1)" }
        .replacing(
            /\b(?:move|shift|push|slide|put|get|take|bring|budge) (the [a-z0-9 ]+?) so (?:that )?there(?: is|'s| are) (?:at least |no less than |a good |some |about |more than )*(?:cm|space|room|a gap|distance)[^.;!?,]*? between it and (?=the |my )/
        ) { "move \($0.output.1) away from " }
        .replacing(/\b(?:somewhere|someplace|anywhere) (?:well |quite )?clear of (?=the |my )/, with: "away from ")
        .replacing(/\bseparate (the [a-z0-9 ]+?) (?:and|from) (?=the )/) { "move \($0.output.1) away from " }
        .replacing(/\s(?:until|till|so that) there (?:is|are) [^.;!?,]*? between (?:them|the two)\b/, with: "")
        .replacing(/\s*[:,;]\s*(?:with )?(?:a )?(?:gap|distance|space) of [^.;!?,]*/, with: "")
        .replacing(/\b(the [a-z0-9 ]+?) (?:is|stands|sits) in the [a-z ]+?'s way\b/) { String($0.output.1) }
        .replacing(
            /(^|[.;!?]\s*(?:please )?|^please )keep (the [a-z0-9 ]+?) (?=(?:at least |well |some cm )*away from (?:the|my) )/
        ) {
            "\($0.output.1)move \($0.output.2) "
        }
        .replacing(
            /\b(?:no more than|not more than|at most|less than|within) some cm (?:away )?(?:from|of)\b/,
            with: "next to"
        )
        .replacing(
            /\bthere (?:ought to|should|must|has to|needs to) be (?:at least |no less than |a good |some |about )*(?:cm|room|space|distance) between (it|(?:the|my) [a-z0-9 ]+?) and (?=the |my )/
        ) { "move \($0.output.1) away from " }
        .replacing(
            /\b(?:put|leave|make|get|create) (?:some |more |a |bit of |little |enough |bit more )*(?:gap|distance|space|room|air)(?: of (?:at least )?some cm)? between ([a-z0-9 ]+?) and (?=[a-z])/
        ) { "move \($0.output.1) away from " }
        .replacing(
            /\b(?:at least |no less than |a good |about )?some cm away from\b/,
            with: "away from"
        )
        .replacing(
            /\b((?:the|that|my) [a-z0-9 ]+?)(?: is| are| stands?| sits?| lies|'s) (?:[a-z]+ )*too (?:close|near) to ((?:the|my) [a-z0-9 ]+?)\s*[.;,:]+\s*(?:and |so |please )*(?:move|push|take|shift|slide|put|budge|relocate) (?:it|them|\1)(?: at least| a good| about| some cm| further| farther| a bit| some)*(?: away| apart| back| off)?(?: (?:until|so that|till) [^.;!?,]*)?(?=\s*(?:[.;,!?]|$|\band\b))/
        ) { "move \($0.output.1) away from \($0.output.2)" }
        .replacing(
            /\b(the [a-z0-9 ]+?) (?:has to|must|should|needs? to|ought to) (?:end up|be|stand|sit|go|be moved|be put) (?:further |farther |well )?away from\b/
        ) { "move \($0.output.1) away from" }
        .replacing(
            /\b(?:please )?(?:make|leave) (?:some |more |a bit of )?(?:room|space) (?:around|beside|near|about) ((?:the|my) [a-z0-9 ]+?)\s*[:;,.]+\s*([^.;!?]*?) from it\b/
        ) { "\($0.output.2) from \($0.output.1)" }
    }

    /// "The basket is still missing the ball", "let the tin carry the sugar on its top", "all purple goes in the tub".
    static func roundabout(_ text: String) -> String {
        text.replacing(
            /\b(the [a-z0-9 ]+?) (?:is|was) (?:still |only |just )?missing (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
        ) { "put \($0.output.2) in \($0.output.1)" }
        .replacing(/\bin place of (?=the |my )/, with: "instead of ")
        .replacing(/\b(?:only )?what(?:'s| is) (?=[a-z]+ (?:goes|go|belongs?)\b)/, with: "what is ")
        .replacing(
            /\b(?:see|see to it|make sure|ensure) (?:that )?(the [a-z0-9 ]+?) (?:gets|is|are|get) (?:disposed of|thrown|thrown away|discarded|dropped|moved|stowed|binned) (?=(?:in|into|on|onto|to)\b)/
        ) { "put \($0.output.1) " }
        .replacing(
            /\band that (the [a-z0-9 ]+?) (?:is|are) not (?:on|in|inside) (?:it|there|that|them)(?=\s*(?:[.;,!?]|$))/
        ) {
            "but do not put \($0.output.1) there"
        }
        .replacing(
            /\b(?:not the [a-z0-9 ]+?,? but )?(the (?:(?!\bbut\b)[a-z0-9 ])+?) (?:is|are) (?:the one|the ones|what) (?:i|we)(?:'d| would)? (?:want|need|like)(?: to have| to see)? (in|into|on|onto|next to) (?=the |my )/
        ) { "put \($0.output.1) \($0.output.2) " }
        .replacing(
            /\b(the [a-z0-9 ]+?) (?:is to|should|must|shall|has to|needs to) (?:give up|leave|lose) its (?:place|spot|seat) (on|in) (the [a-z0-9 ]+?) to (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
        ) {
            "remove \($0.output.1) from \($0.output.3), then put \($0.output.4) \($0.output.2) \($0.output.3)"
        }
        .replacing(
            /\b(the [a-z0-9 ]+?) (?:should|must|shall|has to|is to|needs to) be (?:picked|lifted|taken) up(?: and (?:held|kept)(?: up)?)?(?: for [^.;!?,]*)?(?=\s*(?:[.;,!?]|$))/
        ) { "pick up \($0.output.1)" }
        .replacing(
            /\bneither (the [a-z0-9 ]+?) nor (the [a-z0-9 ]+?) (?:is|are|stands?|lies|sits|remains?|stays?) (?:on|in|inside) (the [a-z0-9 ]+?)(?=\s*(?:[.;,!?]|$))/
        ) { "remove \($0.output.1) from \($0.output.3) and remove \($0.output.2) from \($0.output.3)" }
        .replacing(
            /\bthe rest of the (?:loose |other |remaining )?(?:things|objects|stuff|items|lot)(?: on the table)?\b/,
            with: "the rest"
        )
        .replacing(
            /\bof the (?:loose |two |three |four )?(?:things|objects|items), (?=(?:put|place|drop|move|take|bring|everything|all|the)\b)/,
            with: "")
    }

    /// "To the spot next to the mug", "it might be happier on the mat", "both batteries plus the fuse".
    static func words(_ text: String) -> String {
        text.replacing(
            /\b(?:to|in|into|on|onto|at) (?:the|that|a|some) (?:free |empty |open )?(?:spot|place|space|area|position) (?:right |directly |just )?(?=(?:next to|beside|near|by|close to|alongside)\b)/,
            with: ""
        )
        .replacing(/\b(across|over|along) to (?=the |my )/, with: "to ")
        .replacing(/\b(?:lives|live|resides|dwells) (?=(?:in|on|inside)\b)/, with: "belongs ")
        .replacing(
            /\sfrom the (?:corner|edge|spot|place) (?:by|near|next to|beside) the [a-z0-9 ]+?(?=\s+(?:and|to|into|onto|in|on)\b|\s*[,.;!?]|$)/,
            with: ""
        )
        .replacing(/,\s*(?:by|near|next to|beside) the [a-z0-9 ]+? (?:over )?there\s*[:;,-]/, with: "")
        .replacing(
            /(\band the [a-z0-9 ]+?):\s*(?:everything|all|each)(?: of (?:that|this|them|those|these))? (?=(?:in|into|on|onto)\b)/
        ) { "\($0.output.1) " }
        .replacing(/, where [^.;!?,]*? (?:holds|keeps|stops|catches|protects) (?:it|them)\b[^.;!?,]*/, with: "")
        .replacing(
            /\b(the|my|that) ([a-z0-9 ]+?)'s (empty|full|finished|dead|dry|broken|used up|worn out|old|dirty|clean|new|free|ready)(?=\s*(?:[.;,!?]|$|\b(?:and|so|now|but)\b))/
        ) { "\($0.output.1) \($0.output.2) is \($0.output.3)" }
        .replacing(/(\bin (?:my|the|your|our) way), (?:sat|stood|sitting|standing|lying) [^.;!?,]*/) {
            String($0.output.1)
        }
        .replacing(
            /\b(?:could|can|may|might) (it|they|the [a-z0-9 ]+?) (?:live|stand|sit|stay|go|be put|be moved) (?=away from\b)/
        ) { "move \($0.output.1) " }
        .replacing(/\bdo the (?:dishes|washing[- ]up|laundry|cleaning)\b/, with: "work")
        .replacing(
            /(^|[.;!?]\s*)(?:i|we) (?:can't|cannot|can not|couldn't) (?:get at|get to|reach|access|use|open) (the [a-z0-9 ]+?)(?:\s*[.;!?]|,(?= so\b))/
        ) { "\($0.output.1)\($0.output.2)." }
        .replacing(/\ba (?:real |total |huge |big )?smash hit\b/, with: "a success")
        .replacing(/,\s*only (?=(?:don't|do not|never|mind)\b)/, with: ", but ")
        .replacing(/\bplus (?=(?:the|a|my|both|all)\b)/, with: "and ")
        .replacing(
            /\b(?:might|would|may|could|will|'d|'ll) (?:be|feel) (?:much |far |a lot |so much |a bit )?(?:happier|better off|better|safer|more at home|at home|nicer|prettier) (?=(?:in|on|inside|next to|beside)\b)/,
            with: "should go "
        )
        .replacing(
            /\b(the [a-z0-9 ]+?) (?:doesn't|does not|don't|do not) (?:live|belong|go) (?:out |over |in |down )?here\s*[,;.:]\s*(?:but )?(?:it|they)\s/
        ) { "\($0.output.1) " }
    }

    /// "Whichever is closest to you", "none of the bobbins may stay behind".
    static func choices(_ text: String) -> String {
        text.replacing(
            /\b(?:whichever|whatever)(?: thing| one| object| item)?(?: is| stands| sits| lies) (closest|nearest|farthest|furthest)(?: to (?:you|me|the robot))?\b/
        ) { "the \($0.output.1) thing" }
        // what can be done is found in imagination
        .replacing(
            /\b(?:whichever|whatever)(?: one)? of the (?:two |three |four )?([a-z]+?)s (?:is|are) (?:narrow|light|small|thin|slim|close|near|short) enough(?: for (?:you|your gripper|the gripper|it))?\b/
        ) { "any \($0.output.1)" }
        .replacing(
            /\bof the (?:two|three|four) ([a-z]+?)s, ([a-z]+) the one (?:that )?you (?:can|are able to) (?:reach|lift|carry|grasp|hold|grip|get at)\b/
        ) { "\($0.output.2) any \($0.output.1)" }
        .replacing(
            /\b(?:the|whichever) (?![a-z]+s\b)([a-z]+) (?:that )?you (?:can|are able to) (?:reach|lift|carry|grasp|hold|grip|get at)\b/
        ) { "any \($0.output.1)" }
        .replacing(
            /\bnone of (the |my )([a-z0-9 ]+?) (?:may|should|must|can|shall) (?:stay|remain|be left)(?: behind| here| out| there)?\s*[;:,.]/
        ) { "\($0.output.1)\($0.output.2)." }
        .replacing(
            /\b(?:not (?:one|a single)|no) ([a-z]+?) (?:may|should|must|can|shall|is to) (?:stay|remain|be left)(?: behind| here| out| there| on the (?:table|desk|bench))?\s*[;:,.]/
        ) { "the \($0.output.1)s." }
    }

    /// "Round like a ball", "box-shaped", "the close one".
    static func shapes(_ text: String) -> String {
        text.replacing(/\b(?:round|shaped) like (?:a )?(?:ball|sphere|marble|globe)s?\b/, with: "spherical")
            .replacing(/\b(?:ball|sphere)-shaped\b/, with: "spherical")
            .replacing(
                /\bshaped like (?:a )?(?:box|brick|cube|block)(?:es|s)?\b|\b(?:box|brick|cube|block)-shaped\b/,
                with: "boxy"
            )
            .replacing(
                /\bshaped like (?:a )?(?:can|tube|cylinder)s?\b|\b(?:can|tube|cylinder)-shaped\b/, with: "cylindrical"
            )
            .replacing(/\bthe (?:close|near|closer|nearer|nearby) (?=one\b)/, with: "the nearest ")
            .replacing(
                /\bthere are (?:two|three|four) ([a-z]+?)s[;,.]\s*(?:and |but )?the one (?:nearer|closer|nearest|closest) to you\b/
            ) { "the nearest \($0.output.1)" }
            .replacing(/\bthe (?:far|far off|farther|further|distant) (?=one\b)/, with: "the farthest ")
    }

    /// "Which is now on the slate", "should be standing on"; "carry it there" when it was said where that is.
    static func states(_ text: String) -> String {
        text.replacing(
            /(^|[.;,!?]\s*)(?:and |but )?(?:it|that|they|those|these)(?: one| two)? (?:can|may|should|must|will|could|has to|have to|is to|are to) (?:just )?(?:stay|remain|be left|wait|stand)(?: there| here| where (?:it is|they are|it stands))*(?=\s*[.;,!?]|\s*$)/
        ) { String($0.output.1) }
        .replacing(/\b(which|that) is (?:now|currently|still|presently|at the moment|right now)\s/) {
            "\($0.output.1) is "
        }
        .replacing(
            /\bits (?=(?:squeezed|wedged|jammed|crammed|stuck|blocked|hidden|under|underneath|behind|between|buried)\b)/,
            with: "it is "
        )
        .replacing(
            /\bshould be (?:standing|lying|sitting|resting|placed|put|stood|laid) (?=(?:up)?on\b|in\b|inside\b)/,
            with: "should go "
        )
        .replacing(
            /((?:should go|belongs?|goes|must go)\b[^.;!?]*[.;!?])\s*(?:please |so |now )*(?:carry|bring|move|take|put) (?:it|them)(?: over)?(?: there| here)?(?: please)?(?=\s*[.;!?]|\s*$)/
        ) { String($0.output.1) }
        .replacing(
            /\b(?:bring|carry|take|move) ((?:the|my|that) [a-z0-9 ]+?) to ((?:the|my) [a-z0-9 ]+?) and (?:set|put|place|lay|drop) (?:it|them) (?:down )?(on|in|onto|into|next to|beside|inside) (?:it|that|there)\b/
        ) { "put \($0.output.1) \($0.output.3) \($0.output.2)" }
    }
}
