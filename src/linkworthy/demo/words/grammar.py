"""Sentence patterns: no more than a few fixed words stand together, so that two texts rarely share a passage."""

from __future__ import annotations

from linkworthy.demo.words.form import words

CLAUSES = (
    "{A} {T} make {G} {ease}",
    "{H} ask about {W} {often}",
    "a {A} {P} saves {H} from {W}",
    "we {V} every {P} before such {T} go out",
    "{S} copes better than {S2} when {G} takes {span}",
    "the {P} on most {T} gives way {time}",
    "{n} in ten {H} prefer {S} to {S2}",
    "you may {V} {A} {T} without fear of {W}",
    "{H} who like {G} tend to {V} their {T} {often}",
    "{W} usually begin at the {P}",
    "{time} two {H} brought in {T} of {S}",
    "nothing spoils {G} like {W}",
    "{T} in {S} ask for {A} handling",
    "a spare {P} costs little beside {A} {T}",
    "{G} {time} taught {N} to {V} the {P} first",
    "look out for {T} whose {P} is {A}",
    "{N} still swears by {T} bought {time}",
    "cheap {T} hide {W} behind a {A} {P}",
    "for {G} the {P} counts more than {S}",
    "{S} and {S2} age differently, as {H} find {time}",
    "it pays to {V} the {P} by hand after {G}",
    "good {T} feel {A} even after {span}",
    "{N} compared the {P} of {n} {T}",
    "{H} seldom {V} {T} twice",
    "a test of {A} {T} took {span}",
    "some {H} would sooner {V} the {P} than buy {T} again",
    "a little {S} round the {P} prevents {W}",
    "{G} goes wrong where {T} are not {A}",
    "{N} has no single cure for {W}",
    "{A} and {A2} {T} suit {G}",
    "{often} the {P} decides whether {T} last {span}",
    "{H} from {place} send their {T} back to us to {V}",
    "what {H} call {A} is a matter of {S}",
    "between {A} and {A2} lies {span} of {G}",
    "{S} under the {P} keeps {W} away",
    "{N} keeps {n} {T} ready for {G}",
    "ask how the {P} was made before you {V} {A} {T}",
    "{T} with too much {S} bring {W} {time}",
)

CHAT = (
    "I had to {V} the {P} {time}",
    "does anyone else get {W} with {A} {T}",
    "my {T} in {S} are {A} so far",
    "that cured my {W} within {span}",
    "has anybody tried {S} for {G}",
    "I would {V} it {often} and see",
    "mine lasted {span} before the {P} went",
    "{N} told me to {V} the {P} instead",
    "sorry, but {S} never helped against {W} here",
    "we do {G} {often} and {A} {T} are enough",
    "the {P} is {A}, the rest is marketing",
    "after {span} of {G} I trust {S} only",
    "you could ask {H} near {place}",
    "photos of the {P} would help us",
    "{n} of my {T} show {W} already",
    "I sold the {A} ones and kept those of {S2}",
)

NEWS = (
    "{H} in {place} say {W} are back {time}",
    "{N} told the meeting that {A} {T} matter",
    "the stall of {T} near the {P} drew {n} visitors",
    "{place} has seen {span} of {G}",
    "a plan to {V} the {P} goes to the vote {time}",
    "{H} queued for {A} {T} {time}",
    "organisers expect {n} {T} and plenty of {S}",
    "{N}, who has run it for {span}, calls {T} {A}",
    "critics point to {W} and to the {P}",
    "money for {S} is {A}, say {H}",
    "{G} used to be common around {place}",
    "the new {P} will open {time} for {H}",
)

OFFICE = (
    "the invoice listed {n} {T} under {S}",
    "{H} signed the contract after {W}",
    "our hotline answers questions on {W}",
    "a technician arrives within {span} to {V} the {P}",
    "quarterly figures put {T} ahead of {S}",
    "{N} filed a ticket about the {P}",
    "the checklist covers {G} and {G}",
    "managers approve {A} {T} by email",
    "compliance requires {H} to {V} the {P}",
    "headquarters banned {A} {T} after an incident",
    "{S} is billed monthly, {T} per seat",
    "the webinar showed {H} {G}",
    "procurement rejected {S} on grounds of {W}",
    "form 27 replaces the {P} for {A} {T}",
    "subscribers receive {T} plus unlimited {S}",
    "service level two excludes {W}",
)

OPENERS = (
    *words(
        "In our experience|On a budget|Oddly enough|As ever|Whatever the label says|In a pinch|To be fair|All the same"
    ),
    *words("By the way|For what it is worth|Even so|Truth be told|Against all advice|Year after year|Without fuss"),
    *("As {N} puts it", "In {place}", "{time}", "Among {H}", "After {span}", "Where {S} is short", "Besides {G}"),
)

JOINERS = (", and ", ", but ", " while ", " because ", "; ", ", so ", " although ", ", yet ", " whereas ", " since ")

TIMES = words(
    "last autumn|in early spring|on the second weekend|before Christmas|over the summer|on a wet Tuesday|this year"
    "|by the end of March|within the first month|at the turn of the year|one morning in June|ever since the fair"
    "|late in October|halfway through the week"
)
SPANS = words(
    "a whole season|six weeks|three winters|an afternoon|half a decade|forty washes|ten long days|a fortnight"
    "|a month of Sundays|about two hours|nearly a year|several journeys"
)
OFTEN = words("now and then|every week|once a season|most evenings|again and again|hardly ever|twice a year|on Sundays")
EASE = words("easier|calmer|quicker|less of a chore|almost pleasant|cheaper in the end|possible at all|safer")
NUMBERS = words("two|three|four|five|six|seven|eight|nine|eleven|a dozen|twenty")

SHADES: dict[str, tuple[str, ...]] = {
    "T": words(
        "newer|older|plain|second-hand|imported|repaired|smaller|better|ordinary|borrowed|favourite|simple|early"
        "|Danish|Scottish|modern|well-made|unbranded|familiar"
    ),
    "P": words(
        "upper|lower|inner|outer|left|right|rear|front|worn|original|replacement|second|whole|narrow|hidden|old"
    ),
    "W": words("occasional|sudden|repeated|harmless|serious|early|mysterious|endless|yearly|minor|expensive|awkward"),
    "H": words("local|younger|seasoned|careful|patient|older|thrifty|busy|experienced|curious|northern|impatient"),
    "S": words("good|cheap|proper|thick|thin|fresh|pale|dark|local|imported|leftover|untreated"),
    "G": words("patiently|quietly|properly|often|happily|slowly"),
}
"""Words that may stand before a slot's own, by slot: they keep equal passages rare."""
