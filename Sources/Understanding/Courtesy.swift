/// Turns of politeness and talk around an instruction, taken away or put plainly before a sentence is read.
///
/// It knows grammar only, and no name of any thing; what speaks of harm is never taken away.
enum Courtesy {
    /// Lower case text with the same orders in it, and less around them.
    static func plain(_ text: String) -> String {
        var text = text
        for rewrite in [
            dashes, turns, idioms, ways, exceptions, suppositions, apologies, favours, conditions, afterthoughts,
            labels,
            statements,
            places,
        ] {
            text = rewrite(text)
        }
        return text
    }

    /// One dash between spaces begins a new sentence, two enclose an ornament.
    private static func dashes(_ text: String) -> String {
        let dash = /\s+(-|–|—)+\s+/
        return text.replacing(dash, with: text.matches(of: dash).count == 1 ? "; " : ", ")
    }

    /// Other ways to say where something goes, and which way it takes.
    private static func ways(_ text: String) -> String {
        let text = text.replacing(/\bon the (roof|top|surface|lid) of\b/, with: "on top of")
            .replacing(/[,]?\s?\bthere (ought to|should|must|needs to) be (a|an|the|one|some)\s/, with: " put the ")
            .replacing(
                /(^|[.;!?]\s*)(?:out )?of (?:the|these|those|my) (?:two |three |four |five |[0-9] )?([a-z ]+?), (?:only )?the ([a-z]+)(?: one)?\s/
            ) { "\($0.output.1)the \($0.output.3) \(Lexicon.stem(String($0.output.2))) " }
            .replacing(/[,]?\s(even though|although|though) (it|that|they)( is|'s| are|'re)[^,.;!?]*/, with: "")
            .replacing(
                /\bso (that )?(it|they)('s| is| are|'re| stands?| sits?| lies?| ends? up| rests?) (right )?(close to|next to|beside|near|on|in|inside)\b/
            ) { String($0.output.5) }
            .replacing(/\b(past|around) (the|my) [a-z ]+?(?=\s+(and|to|into|onto|in|on)\b|,)/, with: "")
            .replacing(/\b(over|right|just|up|down) (there|here)\b/, with: "")
            .replacing(/\b(empty|clear|tip|turn) out\b/, with: "empty")
            .replacing(/\b(one|two|three|four|either|any) of (the|these|those|my) (two|three|four|five|six|[0-9])\s/) {
                "\($0.output.1) of \($0.output.2) "
            }
            .replacing(
                /[,;]?\s*\b(any|whichever|whatever)( one| ones)? you( would|'d)? (fancy|like|want|prefer|choose|please|wish)\b/,
                with: ""
            )
            .replacing(
                /[,;]?\s*(it |i )?\b(doesn't|does not|don't|do not) (matter|mind|care)( which| what)( one| ones| of them| order)?\b/,
                with: ""
            )
            .replacing(
                /,?\s*\b(or|or else|otherwise) (somebody|someone|people|i|we|he|she|they|mum|mom|dad|grandma|grandpa|the boss|my [a-z]+|one of us|it|anyone)('ll| will| might| could| may| would| gets?| goes| is going)\b[^.;!?]*/,
                with: ""
            )
            .replacing(
                /,\s*(?:so )?(why don't you|why dont you|could you|can you|would you|please) (?=[a-z]+ (it|them)\b)/,
                with: ". "
            )
            .replacing(
                /\b(the|that) (one|thing|[a-z]+) (that is |that's |which is |sitting |standing )?(right |over |way )?at the (very )?(back|front)(?=\s*([.;,!?]|$|\bin\b|\binto\b|\bon\b|\bonto\b|\bto\b|\band\b|\bgoes\b|\bshould\b))/
            ) {
                "\($0.output.1) \($0.output.6 == "back" ? "farthest" : "nearest") \($0.output.2)"
            }
            .replacing(
                /(^|[.;!?,]\s*|\b(?:to|and|you|please|let's|let us) )have (?=(the|my|all|every|both|that|this|it|them) )/
            ) {
                "\($0.output.1)put "
            }
        return text.replacing(
            /,? so (please |just |kindly )?(put|get|go|let|move|place|take|bring|drop|crown|cap|top|stick|throw|toss|chuck|pop|set|lay|lift|grab|stack|carry)\b/
        ) { found in
            // "it does not belong there, so put …": what is objected to stays in one sentence with what is asked
            let before = Sentence.split(String(text[..<found.range.lowerBound]))
            let isObjection = before.contains(where: Lexicon.negations.contains)
            return isObjection ? String(found.output.0) : ". \(found.output.2)"
        }
    }

    /// "everything that's made of metal" is "every metal thing"; "come back home" is "go home".
    private static func turns(_ text: String) -> String {
        text.replacing(
            /\b(everything|anything|whatever|all (?:the |these |those |of the )?(?:things|items|objects|stuff|bits)) (?:that's |that is |that are |which is |which are |is )?(?:made )?(?:out )?(?:of|from) (metal|wood|plastic|rubber|glass|paper)\b/
        ) { "every \($0.output.2) thing" }
        .replacing(
            /\bthe (one|thing|things|ones) (?:that's |that is |that are |which is |which are )?made (?:out )?(?:of|from) (metal|wood|plastic|rubber|glass|paper)\b/
        ) { "the \($0.output.2) \($0.output.1)" }
        .replacing(/\b(little|dear|good|clever|lovely|old) (robot|arm)\b/) { String($0.output.2) }
        .replacing(
            /^\s*(please )?(sort|separate|arrange|organi[sz]e|group) ([a-z]+ )?by [a-z]+\s*[.:;]\s*(?=[a-z])/, with: ""
        )
        .replacing(
            /(^|[.;!?]\s*)an? ([a-z ]+?) (left|lying|standing|sitting|that|which) [^.;!?]*?\b(is|are|was|brings?|means?|causes?)\b[^.;!?]*/
        ) { "\($0.output.1)the \($0.output.2)" }
        .replacing(/\bcome( on)?( back)? home\b/, with: "go home")
        .replacing(
            /\b(drive|bring|get|take|move|put|send|tuck|fold|pop) (all )?(of )?(your|the|its)? ?(six |6 )?(joints|motors|servos|axes|arm|gripper|yourself)( back)? (home|(in|into|to) (your|the|its) home( pose| position)?)\b/,
            with: "go home"
        )
        .replacing(/\b(at|the) first,? (?=the\b)/, with: "first ")
        .replacing(/,?\s*\b(after this|at the end|in the end|last of all|at last|lastly),? (?=the\b)/, with: ", then ")
        .replacing(/,\s*(where|because that is where|as that is where) (it|they) (belongs?|lives?|goe?s?)\b/, with: "")
    }

    /// Sayings whose verbs mean nothing.
    private static func idioms(_ text: String) -> String {
        text.replacing(/\bkill(ing)? two birds with one stone( and| by)?\b,?/, with: "")
            .replacing(/\bkick (things|it|us|this) off (by|with)\b/, with: "")
            .replacing(
                /\b(it's |it is )?(going to |gonna )?rain(ing)? cats and dogs( any (minute|moment))?,?/, with: ""
            )
            .replacing(/\bwould you believe (it|that),?/, with: "")
            .replacing(/,\s*(straight|directly|right) on (it|top|top of it)(?=\s*[.;,!?]|\s*$)/, with: "")
            // after it was said what belongs where
            .replacing(
                /([.;!?])\s*(please |now |just |so |and )*(put|tidy|pack|sort|stow) (them|it|everything|all of them|these|those|things)( all)? (away|up)( now| please| for me)*(?=\s*[.;!?]|\s*$)/
            ) { String($0.output.1) }
            .replacing(/\b(take a stab at|give (it|this|that) a (shot|go|try))( and)?\b,?/, with: "")
            .replacing(/\b(break a leg|knock on wood|fire away|knock yourself out|give me a break)\b,?/, with: "")
            .replacing(
                /\b(take|lift|get|move|pull|clear|shift) (it|that|them) (off|away)(?: first)?(?=\s+and\b|\s*[,.;!]|\s*$)/
            ) {
                "remove \($0.output.2)"
            }
            .replacing(
                /\beverything( else)?('s| is) (fine|okay|ok|good|right|all right)( as it is)?,? (except|but|apart from|other than) (for )?(the [^,.;]+),? (which|that)\b/
            ) { String($0.output.7) }
    }

    /// "Other than the mug, put all of it in the tray" names the exception first.
    private static func exceptions(_ text: String) -> String {
        text.replacing(/\b(all of it|the (whole )?lot|all of that|the lot of (it|them))\b/, with: "everything")
            .replacing(
                /(^|[.;!?]\s*)(other than|except( for)?|apart from|besides|but for|excluding|with the exception of) ((the|my) [^,.;]+), ([^.;!?]+)/
            ) { "\($0.output.1)\($0.output.6) except \($0.output.4)" }
            .replacing(
                /(i |we )?(don't|do not|dont) want (the|my|that) ([a-z0-9 ]+?) (in|on|into|onto|inside|at) the ([a-z0-9 ]+?)[,.;]+ *(but )?(i |we )(want|need|would like|'d like) (it|them|that) (in|on|into|onto|inside|at|next to|to)\s/
            ) { "put the \($0.output.4) \($0.output.11) " }
            .replacing(/(^|[.;!?]\s*)not (?:the|that) [a-z ]+, (the [a-z ]+?)(?=\s*[.;!?])/) {
                "\($0.output.1)\($0.output.2)"
            }
            .replacing(/\bnot (the [a-z ]+?),? but (rather )?(the )/) { String($0.output.3) }
            .replacing(
                /((the|my|that) [a-z ]{2,30}?) (can |may |should |must |shall |will )?(stay|stays|remain|remains)( put| away| there| here| where (it is|it's|they are))?(?=\s*([.;,!]|$|\band\b|\bbut\b))/
            ) { found in
                found.output.1.replacing(" and the ", with: ", the ").split(separator: ", ")
                    .map { "leave \($0) alone" }.joined(separator: ", ")
            }
            .replacing(
                /\b(the|that|this|my) ([a-z ]{2,30}?) (doesn't|does not|do not|don't) (belong|go|live)( (in|on|at) [^,.;]*| there| here)\s*[,.;]+\s*(but )?/
            ) { "the \($0.output.2); " }
            .replacing(
                /\bleave ((?:the|my) [a-z0-9 ]+?(?: and (?:the|my) [a-z0-9 ]+?)+) (alone|be|untouched|where they are|as they are)\b/
            ) { found in
                found.output.1.replacing(" and the ", with: " and my ").split(separator: " and my ")
                    .map { "leave \($0.hasPrefix("the ") ? "" : "the ")\($0) alone" }.joined(separator: ", ")
            }
            .replacing(/\b(do|repeat) the same (with|for|to) ([^,.;!?]+)/) { "also \($0.output.3) too" }
            .replacing(/\bone on (the )?(very )?top(?=\s*([.;,!?]|$))/, with: "one on it")
            .replacing(
                /(\b(?:then|next|last|finally|lastly)\b[^.;!?]*?) (?:on|at) (?:the )?(?:very )?top(?=\s*([.;,!?]|$))/
            ) {
                "\($0.output.1) on it"
            }
            .replacing(/\bthe ([a-z ]{2,30}?)'s (place|home|spot) is (the|in|on)\b/) {
                "the \($0.output.1) goes \($0.output.3 == "the" ? "to the" : $0.output.3)"
            }
            .replacing(/,? and (the [a-z ]{2,30}?)'s is (the|in|on)\b/) {
                ". \($0.output.1) goes \($0.output.2 == "the" ? "to the" : $0.output.2)"
            }
            .replacing(/\ba single ([a-z ]+?) (in|into|on|onto|to)\b/) { "any \($0.output.1) \($0.output.2)" }
    }

    /// "If there is a banana here, put it in the bowl": what it speaks of, and what is to be done with it.
    private static func suppositions(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?,]\s*)(if|should|in case) (there( is|'s| are| be)|you( do)? (see|find|spot|notice|come across)) (still )?(a |an |any |some |the )?([a-z ]+?)( here| there| around| lying around| left| on the (table|desk|bench)| anywhere)*, (then )?(?=(please|kindly|just|put|move|place|drop|take|bring|they|it|those|that)\b)/
        ) { "\($0.output.1)the \($0.output.9). " }
        .replacing(/\.\s+(they|those) (all |both )?(go|belong|live|should|need)/) { ". them \($0.output.3)" }
    }

    private static func apologies(_ text: String) -> String {
        text.replacing(
            /,?\s*\b(so |very |really |i'm |i am |im )*sorry( (to|for) (bother|trouble|disturb|interrupt)\w*( you)?)?\b,?/,
            with: ""
        ).replacing(/\b(excuse|pardon) me\b,?/, with: "")
    }

    /// "It would be great if …", "if you were to …, I'd be happy": what is wished is what is asked for.
    private static func favours(_ text: String) -> String {
        text.replacing(
            /(\b(it|that)|(?:^|[.;!?,])\s*)( would|'d| will|'ll|would) (be|make|help|mean)\b[a-z' ]{0,24}? if\b/
        ) {
            $0.output.2 == nil ? $0.output.1 : ""
        }
        .replacing(/\bi( would|'d) (be|feel) [a-z ]{2,24}? if\b/, with: "")
        .replacing(/,? i( would|'d|'ll| will) (be|feel|love you|owe you|thank you)\b[a-z' ]*/, with: "")
        .replacing(
            /\bif you (were to|would|could|can|might|wouldn't mind|don't mind|'d)( just| please| kindly)? (\w+)/
        ) {
            Lexicon.isAction(Lexicon.stem(String($0.output.3))) ? "please \($0.output.3)" : String($0.output.0)
        }
        .replacing(/\b(found|finds|find|made|makes|make) (its|it's|their) way\b/, with: "goes")
        .replacing(/\b(and )?(do not|don't|dont) (forget|hesitate) to\b/, with: "and")
    }

    /// "When you get a second", "if you have time".
    private static func conditions(_ text: String) -> String {
        text.replacing(
            /\b(if|when|whenever|once) you('ve)? (get|got|have|find|can spare)( got)? (a |some |the |any )?(free |spare )?(second|sec|moment|minute|min|chance|time)\b,?/,
            with: "")
    }

    /// "…, and then I can get on with my work": what others do then, unless it speaks of harm.
    private static func afterthoughts(_ text: String) -> String {
        text.replacing(/,?\s*\b(and|so)( then)?( that)? (i|we)( can|'ll| will| could|'m| am|'re| are)\b[^.!?;]*/) {
            let speaksOfHarm = Sentence.split(String($0.output.0)).contains(where: Harm.speaksOf)
            return speaksOfHarm ? String($0.output.0) : ""
        }
        .replacing(
            /\b(can|could|would|will) you (please )?(sort|take care of|deal with|handle|see to|do|manage|arrange) (that|it|this)( out)?( for (me|us))?\s*(please)?\s*\?/,
            with: "")
    }

    /// "One: … Two: …", "in that order".
    private static func labels(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?,]\s*)(step |number |task )?(one|two|three|four|1|2|3|4|first|second|third|fourth|last|lastly|finally)\s*:\s*/
        ) {
            $0.output.1.isEmpty ? "" : ". "
        }
        .replacing(/(^|[.;!?,]\s*)(and )?(after|following) (that|this),?\s/) { "\($0.output.1)then " }
        .replacing(
            /,?\s*\b(in (that|this|the same|exactly that|the right|the correct|the following) order|one after the other|one by one)\b/,
            with: "")
    }

    /// Says how things are, and asks for nothing: "mind, there's something on it", "it's a bit crowded".
    private static func statements(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?,]\s*)(my|our) (hands?|fingers?|feet|eyes|head|back|hair|apron|gloves?|shoes?|boss|mum|mom|dad|wife|husband|friend|teacher) (is|are|was|were|has|have|will|got)\b[^.;!?,]*?(?=\s*([.;!?,]|$|\bso\b|\band\b))/
        ) { String($0.output.1) }
        .replacing(
            /(^|[.;!?,]\s*)(the|my|that) ([a-z ]{2,40}?)('s| is) (of )?no (use|good|help)( to [a-z]+)?( any ?more| any longer)?/
        ) { "\($0.output.1)the \($0.output.3) is old" }
        .replacing(
            /\b(the|that|my) ([a-z ]{2,30}?)'s (looking|getting|feeling|been|sitting|standing|lying|blocking|in the way)\b/
        ) {
            "\($0.output.1) \($0.output.2) is \($0.output.3)"
        }
        .replacing(
            /(^|[.;!?,]\s*)((mind( you)?|careful|note|heads up|be warned|fyi|look out|watch out)[,:]?\s*(that )?)there('s| is| are) (something|stuff|things?|someone)\b[^.;!?]*/
        ) { String($0.output.1) }
        .replacing(
            /(^|[.;!?,]\s*)(something|someone|stuff|other things|some things)('s| is| are)( still| already)? (lying|standing|sitting|on|in|there|in the way)\b[^.;!?,]*(, (so )?(just |please )*(put|move|set|take|get|lift) (that|it|this|those) (aside|away|off|down|to the side|out of the way)( first)?)?/
        ) { String($0.output.1) }
        .replacing(/(\?\s*)(yeah|yes|yep|right)?,?\s*that( one)?,\s*/, with: { String($0.output.1) })
        .replacing(
            /(^|[.;!?,]\s*)(the|my|that|those|these) ([a-z ]{2,40}?) (is|are|must|should|may|can) not (to )?(be )?(touched|moved|bumped|disturbed)\b/
        ) { "\($0.output.1)do not touch the \($0.output.3)" }
        .replacing(
            /(^|[.;!?,]\s*)(?:and )?(?:the|my|that) ([a-z ]{2,40}?) (?:must|should|has to|needs to) (?:survive|stay (?:intact|safe|standing|up|whole)|be (?:safe|left alone|spared))\b/
        ) { "\($0.output.1)do not touch the \($0.output.2)" }
        .replacing(
            /(^|[.;!?,]\s*)(someone|somebody|people|anyone|he|she|they|we|you|the (kids|children|baby|dog|cat)) (could|might|may) (get (hurt|injured|cut)|trip|slip|fall)[^.;!?,]*/,
            with: { String($0.output.1) }
        )
        .replacing(
            /(^|[.;!?,]\s*)((the|my|that) [a-z ]{2,30}?) (could|might|may) (easily |soon |well )?(fall|break|roll|tip|topple|get (hurt|broken|damaged|lost|wet)|end up (broken|in pieces|in bits))\b[^.;!?,]*/
        ) { "\($0.output.1)\($0.output.2)" }
        .replacing(
            /\b(should|must|ought to|needs? to|wants? to|has to|have to) (live|sit|stay|reside|stand|rest)\b/,
            with: "should go"
        )
        .replacing(
            /\b(is|are) (meant|supposed|intended|to be put) to (live|sit|stay|stand|rest|lie|go|be|end up)\b/,
            with: "should go"
        )
        .replacing(
            /,? (but|and|though|only) there('s| is| are| might be) [^.;,!?]* (on|in|over) (it|top|top of it|that)\b( already| now)?(,? so [^.;!?]*)?/,
            with: ""
        )
    }

    /// "Which is on the left side" is "on the left"; "over at the far end" tells nothing that a name does not.
    private static func places(_ text: String) -> String {
        text.replacing(
            /\b(that|which)('s| is| are) (lying|standing|sitting) (?=furthest|farthest|closest|nearest|leftmost|rightmost|all the way)/
        ) { "\($0.output.1) is " }
        .replacing(
            /\b(whatever|what|anything|everything|all)( that)?('s| is| are)? (lying|left|standing|sitting|scattered) (around|about|here|there|out)\b( on the (table|desk|bench))?/,
            with: "everything"
        )
        .replacing(/\b(on|to|at) (the|your|my) (left|right)( hand|-hand)? side\b/) { "on the \($0.output.3)" }
        .replacing(
            /,?\s*\b(that|which)( is|'s| are| stands| sits| lies)( standing| sitting| lying)? on the (left|right)\b/
        ) {
            " on the \($0.output.4)"
        }
        .replacing(
            /\s*\b(over |right )?(at|in|on) the (far|other|opposite|back|front|very) (end|back|front|corner)( of the (table|desk|bench|counter))?\b/,
            with: "")
    }
}
