/// Manners of speaking that stand for plainer orders: old-fashioned, terse, dictated.
///
/// It knows grammar only, and no name of any thing.
enum Manners {
    /// Lower case text with the same orders said plainly.
    static func plain(_ text: String) -> String {
        [
            home, sequences, asked, wishes, keptOut, warnings, hemmedIn, addresses, presentations,
        ].reduce(text) { $1($0) }
    }

    /// "Assume home position", "resume the posture which is called home".
    private static func home(_ text: String) -> String {
        text.replacing(/\bgoto\b/, with: "go to")
            .replacing(
                /\b(assume|resume|adopt|take up|take|strike|enter|reach|get into|get to|seek|return to|go to) ((the|your|a|its) )?(posture|pose|position|stance|configuration|place) (which is |that is |that's )?(called |known as |named )?home\b/,
                with: "go home"
            )
            .replacing(
                /\b(assume|resume|adopt|take up|take|strike|enter|reach|get into|get to|seek) ((the|your|a|its) )?home (posture|pose|position|stance|configuration)\b/,
                with: "go home")
    }

    /// "Initially …, subsequently …", "follow up with the ball", "compass afterwards to the chest".
    private static func sequences(_ text: String) -> String {
        text.replacing(/\b(initially|to begin with|to start with|for starters),?\s/, with: "first ")
            .replacing(/,?\s*\b(and )?(subsequently|thereupon),?\s/, with: ", then ")
            .replacing(/,?\s*\b(and )?(ultimately|to finish|to end with|to top it off),?\s/, with: ", and finally ")
            .replacing(
                /,?\s*\b(and )?(follow(ed)?( it| that| this| them)?( up)? (with|by)|next up( is| comes)?|continue with|carry on with)\s/,
                with: ", then "
            )
            .replacing(
                /,\s*(and )?([a-z ]{2,30}?) (afterwards|afterward|after that|thereafter) (to|in|into|on|onto)\s/
            ) { ", then \($0.output.2) \($0.output.4) " }
            .replacing(/[,;]?\s*\bdo both\b( for (me|us))?/, with: "")
            .replacing(/\b(enters|joins (the|my) [a-z ]+? in)\b/, with: "goes in")
            .replacing(/\b(is|are|be|gets?|to be) (laid|stood|rested|seated) (up)?on\b/, with: "goes on")
    }

    /// "Is it on the book already? If not, put it there", "where does the ink go? On the pad."
    private static func asked(_ text: String) -> String {
        text.replacing(
            /\bis ((?:the|my) [a-z ]+?) (in|on|inside) ((?:the|my) [a-z ]+?)(?: already| yet)?\s*[,?.;]?\s*(?:and |but )?if (?:it'?s not|it is not|it isn'?t|not|it'?s not there|it isn't there),? (?:then |please |just )*(?:put|place|move) (?:it|them) (?:there|in|on)(?: it)?/
        ) { "put \($0.output.1) \($0.output.2) \($0.output.3)" }
        .replacing(
            /(?:[a-z ]*\b)?where (?:does )?((?:the|my) [a-z ]+?) (?:goes|go|belongs|belong)\s*[?.,:]+\s*(in|into|on|onto|to|inside) ((?:the|my) [a-z ]+)/
        ) { "put \($0.output.1) \($0.output.2) \($0.output.3)" }
        .replacing(
            /\bso (?:that )?the (?:gap|distance|space) between (?:it|them) and ((?:the|my) [a-z ]+?) is (?:at most|less than|under|below|within|no more than|not more than) [0-9.]+ ?(?:mm|millimet[re]+s?|cm|centimet[re]+s?)\b/
        ) { "next to \($0.output.1)" }
        .replacing(
            /\b(?:so (?:that )?(?:it|they)(?:'s| is| are|'re) )?(?:at most |no more than |not more than |less than |within )(?:[a-z0-9.]+ )?[a-z0-9.]+ ?(?:mm|millimet[re]+s?|cm|centimet[re]+s?|inch|inches)(?: away)? (?:of|from|to) (?=the |my )/,
            with: "next to "
        )
        .replacing(
            /\b((?:the|my) [a-z ]+?) (?:needs to|has to|must|should) be (?:emptied|cleared|freed)(?: of [^,.:;!?]*?)?(?: so (?:that )?[^,.:;!?]*)?\s*[:;.,]/
        ) { "clear \($0.output.1)." }
        .replacing(
            /\b(?:i|we) (?:need|want|wish|would like)(?: it)? that ((?:the|my) [a-z ]+?) (?:comes?|goes|go|lands?|gets?|is|be|arrives?) (in|into|inside|on|onto|to)\s/
        ) { "put \($0.output.1) \($0.output.2) " }
    }

    /// "The truck has to stay out", "let neither enter it", "…, the board not": where it may not go, and no more.
    private static func keptOut(_ text: String) -> String {
        text.replacing(/\b(and|but) (please|kindly|just) (don't|do not|dont|never)\b/) {
            "\($0.output.1) \($0.output.3)"
        }
        .replacing(
            /[,.;-]*\s*(?:and |but )?(?:mind,? )?\b(the [a-z ]+?)(?: (?:lying|standing|sitting) on (?:top|it)(?: of it)?)? (?:does not|doesn't|do not|don't) (?:belong|go) (?:there|in there|in it|on it)\s*[.!]?\s*$/
        ) { ". do not put \($0.output.1) there" }
        .replacing(
            /,?\s*(?:\band )?\blet ((?:the|my) [a-z ]+?) (?:stay|remain|keep) (?:out|off|outside)\b[^.;,!?]*/
        ) {
            ". do not put \($0.output.1) there"
        }
        .replacing(
            /\b((?:the|my|that) [a-z ]{2,40}?) (?:(?:has|have|needs?|ought) to |must |should |shall |can |may |will )?(?:stays?|remains?|keeps?|is kept|are kept) (?:out|off|outside)(?: of (?:it|there|the [a-z ]+?)| the [a-z ]+?| there| it)?(?=\s*(?:[.;,!?]|$|\band\b|\bbut\b))/
        ) { "do not put \($0.output.1) there" }
        .replacing(
            /\blet neither (?:the )?([a-z ]+?) nor (?:the )?([a-z ]+?) (?:ever )?(?:enter|go|get|come|touch|be) [^.;,!?]*/
        ) { "do not put the \($0.output.1) and the \($0.output.2) there" }
        .replacing(
            /[,.;]?\s*\b(?:but |and )?(?:never mind|forget about|don't worry about|do not worry about) ((?:the|my) [a-z ]{2,30}?)(?:\s*,\s*|(?=\s*(?:[.;!?]|$)))/
        ) {
            ". do not put \($0.output.1) there. "
        }
        .replacing(/,\s*(?:but )?((?:the|my) [a-z ]{2,30}?) not(?=\s*(?:[.;!?]|$))/) {
            ". do not put \($0.output.1) there"
        }
        .replacing(/\b((?:the|my) [a-z ]{2,30}?) (?:i|we) (?:want|need|wish) not (?:in|on) (?:there|it|the [a-z ]+)/) {
            "do not put \($0.output.1) there"
        }
        .replacing(
            /\b(?:but |and )?((?:the|my) [a-z ]{2,30}?) is not an? [a-z ]+? so (?:it |they )?(?:stays?|remains?)[^.;,!?]*/
        ) {
            "do not put \($0.output.1) there"
        }
    }

    /// "It's squeezed in by its neighbours": how it stands, and nothing to be done.
    private static func hemmedIn(_ text: String) -> String {
        text.replacing(
            /[,;]\s*(?:and |but )?the [a-z ]+? (?:is|'s|are) (?:still |already )?(?:sitting|lying|standing|resting|perched) (?:right )?(?:on|in|on top of) it\b(?: i think| i believe| though| now| at the moment| already)?(?=\s*[.!?]|\s*$)/,
            with: ""
        )
        .replacing(
            /[.;,]?\s*\b(?:and |just |please )*(?:move|push|shove|shift|nudge|slide|get|clear|put|take) [^.;,!?]*? (?:if|when|should) (?:it|they|that|those|these|anything|something|you)?(?:'s|'re| is| are| be| have| need| must)? ?(?:in (?:the|your|its) way|needed|necessary|need be|to|it|you must|you need)(?=\s*(?:[.;,!?]|$))/,
            with: ""
        )
        .replacing(
            /(^|[.;,!?]\s*)(?:and |but )?(?:if|should) [^.;!?]*?\b(?:blocks?|block you|bothers?|hinders?|disturbs?|in (?:the|your) way|obstructs?|gets? in)\b[^.;!?]*/
        ) { String($0.output.1) }
        .replacing(
            /\b(?:move|push|shove|shift|slide|put|set|get|take|nudge|lift) ((?:the|that|my) [a-z ]+?) (?:aside|out of the way|to (?:one|the) side|off|away)(?: first)?(?=\s*(?:,|;|\.|and |then )\s*(?:and |then )*[a-z])/
        ) { "remove \($0.output.1)" }
        .replacing(
            /(^|[.;!?]\s*)(the [a-z ]+?) (?:is|are|stands?|sits?) (?:much |far |a bit |way |rather )?too (?:close|near)(?: to| with)? [^.;!?,]*/
        ) { "\($0.output.1)\($0.output.2)" }
        .replacing(
            /(^|[.;!?,]\s*)(?:(?:it|that|he|she|they)(?:'s| is|'re| are) )?(?:[a-z]+ly |all |a bit |rather |quite |so )*(?:squished|squeezed|wedged|crammed|hemmed|boxed|surrounded|crowded|jammed|walled|flanked|penned|fenced|trapped) (?:in |up |between |by |on |among |around )[^.;!?,]*/
        ) { String($0.output.1) }
        .replacing(
            /([;,.?!-])\s*you (?:may|might|could|'ll|will|probably)(?: well| probably| first)* (?:have|need|want) to [^.;!?]*/
        ) { String($0.output.1) }
        .replacing(
            /,? ?\b(?:out )?(?:from )?(?:in )?(?:between|among|amongst|beside|by|next to) (?:its|their|the|those|these|his) (?:two |three |close |next |nearest )*neighbou?rs?\b/,
            with: ""
        )
        .replacing(/\b(?:the|my) [a-z ]+?'s (?:neighbou?r|companion|partner|buddy), (the [a-z ]+?),/) {
            String($0.output.1)
        }
    }

    /// "She'll want the large ones in the jar", "do me the kindness of seeing the whistle onto the board".
    private static func wishes(_ text: String) -> String {
        text.replacing(
            /\bis (it|there) (possible|any way|a way) (that )?(for )?you (could |can |may )?(to )?(?=[a-z]+ )/,
            with: "please "
        )
        .replacing(
            /(^|[.;!?]\s*)((when|once|before|after|by the time) [^.;,!?]*?,? )?(she|he|they|we|i)('ll| will|'d| would) (want|need|like|love)( to (have|see))? (?=(the|all|every|both|my)\b)/
        ) { "\($0.output.1)put " }
        .replacing(
            /([a-z]+ (could|should|might) )?\b(do|doing) (me|us) (the|a) (great |small )?(kindness|favou?r|honou?r|service) (of|and|by)\s/,
            with: "please "
        )
        .replacing(/\b(see|seeing) ((the|my|that) [a-z ]{2,30}?) (onto|into|safely into|safely onto)\b/) {
            "put \($0.output.2) \($0.output.4.replacing("safely ", with: ""))"
        }
        .replacing(
            /\b(not a single|no|not one) ([a-z ]+?) (is|are|should|may|must|shall)( to)? (stay|be left|remain|be|lie) (outside|out of)( of)? (the|my)\s/
        ) { "every \($0.output.2) goes in \($0.output.8) " }
        .replacing(/,\s*(said|says|ordered|asks|asked) (the|my|our) [^.;,!?]*/, with: "")
        .replacing(/\b(take|have|give|having|taking) a (stab|shot|crack|bash|go|try) at\b/, with: "try")
    }

    /// "Steering well clear of", "the lamp is off limits, but …", "let it be", "the red pot left alone".
    private static func warnings(_ text: String) -> String {
        text.replacing(
            /\b(steer|steering|stay|staying|keep|keeping) (well|very|far|right|quite) (clear|away|off)\b/
        ) { "\($0.output.1) \($0.output.3)" }
        .replacing(
            /\b(the|my|that|our) ([a-z0-9 ]{2,40}?) (is|are) off[- ]limits\b( lol| haha| though| tho)*,?( but| so| and)?( yea| yeah)?/
        ) { "do not touch the \($0.output.2). " }
        .replacing(
            /\b(so |and )?(go|work|steer|move|reach) (round|around) (it|that|them) (when|while|as) you\s/, with: ". "
        )
        .replacing(
            /[,.;]?\s*\b(?:but |and )?((?:the|my) [a-z ]{2,40}?) (?:you|he|it|we|nobody) (?:must|should|may|can|shall|ought)(?: not|n't| never)(?: to)? (?:touch|bump|move|hit|disturb|knock)\b(?:, it [^.;!?]*)?/
        ) { ". do not touch \($0.output.1). " }
        .replacing(
            /[,.;]?\s*\b(?:and |but )?(?:remember|note|mind|know|keep in mind)?(?: that )?((?:the|my) [a-z ]{2,40}?) (?:is|are|must|should|may|can) (?:never|not|under no circumstances)(?: to)?(?: be)? (?:touched|bumped|moved|hit|disturbed|knocked|nudged|brushed)\b/
        ) { ". do not touch \($0.output.1). " }
        .replacing(
            /\b(?:nobody|no one|no-one|none of us) (?:may|must|should|can|is to|is allowed to|shall) (?:ever )?(?:touch|move|bump|disturb|hit) ((?:the|my|that) [a-z ]+?)(?:,? so (?:please )?(?:leave|let) it (?:alone|be))?(?=\s*[.;,!?]|\s*$)/
        ) { "do not touch \($0.output.1). " }
        .replacing(/\blet (the [a-z ]{2,30}?|it|them) be\b(?=\s*([.;,!?]|$))/) { "leave \($0.output.1) alone" }
        .replacing(/(,| and) (the [a-z ]{2,30}?) (left|kept) (alone|untouched|where it is|where they are|as it is)\b/) {
            "\($0.output.1) leave \($0.output.2) alone"
        }
    }

    /// "…, pet, …", "my dear": whom it is said to.
    private static func addresses(_ text: String) -> String {
        text.replacing(
            /,\s*(my )?(pet|love|darling|dearest|honey|sweetheart|duck|hun|guv|boss|sunshine|sweetie|old chap|young man|lad|friend)\s*(?=[,.;!?]|$)/,
            with: ","
        ).replacing(/,\s*,/, with: ",")
    }

    /// "There's a parcel due out tonight; …", "What a lovely vase that was!": names something, and asks for nothing yet.
    private static func presentations(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)there('s| is| are) (a|an|some) ([a-z ]+?) (due|waiting|coming|going|needing|needed|left over|that|which)\b[^.;!?]*/
        ) { "\($0.output.1)the \($0.output.4)" }
        .replacing(/(^|[.;!?]\s*)what an? [a-z ]*?\b(the|that|this|my) ([a-z ]+?) (was|is)\b[^.;!?]*/) {
            "\($0.output.1)the \($0.output.3)"
        }
    }
}
