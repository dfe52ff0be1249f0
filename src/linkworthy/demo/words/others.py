"""Vocabulary of what stands around the owner's trade: next to it, far from it, and in bad company."""

from __future__ import annotations

from linkworthy.demo.words.form import Topic, words
from linkworthy.demo.words.trades import CYCLING, GARDEN, MATERNITY, TEA

PARENTING = Topic(
    key="parenting",
    name="life with a baby",
    things=words(
        "pushchairs|cloth nappies|baby slings|sleep routines|weaning spoons|cot mattresses|baby groups|nursing bras"
        "|changing bags|nursing tops|toy baskets"
    ),
    parts=words("buckle|bedtime|high chair|nap|bottle|nursery|first tooth|feeding clip|pram hood|routine"),
    stuff=words("muslin|organic cotton|porridge|warm milk|wooden blocks|soft linen|oat lotion"),
    traits=words("sleepy|gentle|washable|patient|crawling|teething|supportive|second-hand|breathable|noisy"),
    acts=words(
        "settling a newborn|weaning at six months|nursing at night|reading before bed|going back to work"
        "|pushing a pram uphill|feeding in a café|the first weeks"
    ),
    woes=words("broken nights|colic|nappy rash|missed naps|unfinished bottles|tantrums"),
    people=words("new parents|grandparents|health visitors|nursing mothers|childminders|first-time parents"),
    verbs=words("soothe|wash|carry|borrow|swap|feed"),
)

KITCHEN_GARDEN = Topic(
    key="kitchen-garden",
    name="cooking from the kitchen garden",
    things=words(
        "runner beans|tomato chutneys|herb beds|roast beetroots|leek tarts|pickling jars|salad leaves|new potatoes"
        "|hand trowels|courgettes|harvest suppers"
    ),
    parts=words("stalk|peel|kitchen drawer|raised bed|glut|ladle|seed tray|blade|harvest|preserving pan"),
    stuff=words("cider vinegar|sea salt|compost|brown sugar|leaf mould|stainless steel|butter"),
    traits=words("home-grown|earthy|slow-roasted|sweet|late-sown|crisp|sturdy|pickled|peppery|mild"),
    acts=words(
        "lifting potatoes|planting out leeks|bottling plums|picking salad"
        "|cooking for a crowd|weeding|saving seed|turning the compost heap"
    ),
    woes=words("slugs|split tomatoes|bolting spinach|soggy pastry|blunt blades|late frosts"),
    people=words("home cooks|allotment holders|seed savers|community growers|chefs|neighbours"),
    verbs=words("pickle|harvest|roast|sow|chop|freeze"),
)

WALKING = Topic(
    key="walking",
    name="long-distance walking and camping",
    things=words(
        "ridge tents|walking boots|sleeping bags|trail maps|camping stoves|dry bags|rucksacks|waterproof overshoes"
        "|bothies|head torches|bar bags"
    ),
    parts=words("tent pole|lace|hip belt|contour line|stove valve|guy rope|trailhead|insole|zip|saddle"),
    stuff=words("ripstop nylon|goose down|waxed canvas|merino wool|gas|oatcakes|puncture-proof rubber"),
    traits=words("lightweight|waterproof|steep|packable|windproof|quick-drying|muddy|way-marked|remote|reflective"),
    acts=words(
        "crossing the moor|wild camping by a tarn|packing for a week|pitching in the wind"
        "|climbing an alpine pass|drying out boots|reading a map in fog|loaded touring"
    ),
    woes=words("blisters|leaking tents|flat batteries|missing signposts|numb hands|swollen rivers"),
    people=words("hill walkers|campers|trail runners|hostel wardens|touring cyclists|youth groups"),
    verbs=words("pitch|re-proof|carry|pack|air|cross"),
)

BAKING = Topic(
    key="baking",
    name="baking and afternoon tables",
    things=words(
        "fruit scones|sponge cakes|ginger biscuits|rye loaves|clay teapots|shortbread rounds|cake stands|jam tarts"
        "|breakfast blends|tea loaves|hot cross buns"
    ),
    parts=words("crust|crumb|oven shelf|filling|glaze|aroma|proving basket|rolling pin|spout|baking tin"),
    stuff=words("strong flour|clotted cream|candied peel|unsalted butter|bergamot oil|dark treacle|dried chamomile"),
    traits=words("buttery|golden|spiced|well-risen|crumbly|floral|sticky|honeyed|overnight|malty"),
    acts=words(
        "proving dough overnight|creaming butter|warming the pot|sipping after dinner|icing a birthday cake"
        "|lining a tin|fair-day baking|laying the table"
    ),
    woes=words("sunken middles|burnt edges|soggy bottoms|split custard|stale caddies|uneven ovens"),
    people=words("home bakers|café owners|pastry cooks|afternoon-tea hosts|village judges|millers"),
    verbs=words("knead|sift|glaze|bake|whisk|pour"),
)

ADJACENT: dict[str, Topic] = {topic.key: topic for topic in (PARENTING, KITCHEN_GARDEN, WALKING, BAKING)}

INSURANCE = Topic(
    key="insurance",
    name="commercial van insurance",
    things=words("fleet policies|no-claims bonuses|excess waivers|courtesy vans|premium quotes|liability covers"),
    parts=words("policy schedule|deductible|renewal date|claims desk|underwriter|small print|logbook"),
    stuff=words("breakdown cover|paperwork|third-party liability|mileage data|legal cover"),
    traits=words("comprehensive|annual|regulated|no-fault|voluntary|short-term|index-linked"),
    acts=words("comparing van quotes|reporting a claim|insuring a young driver|renewing a fleet policy"),
    woes=words("rising premiums|rejected claims|hidden exclusions|lapsed policies|whiplash disputes"),
    people=words("van drivers|brokers|fleet managers|loss adjusters|sole traders"),
    verbs=words("insure|renew|quote|underwrite|cancel"),
)

PRINTERS = Topic(
    key="printers",
    name="office printers and toner",
    things=words("toner cartridges|laser printers|label rolls|duplex trays|drum units|print servers"),
    parts=words("fuser|paper tray|network port|driver|ink head|status light|firmware"),
    stuff=words("recycled paper|magenta toner|isopropyl alcohol|copier oil|thermal film"),
    traits=words("networked|monochrome|high-yield|refilled|wireless|jam-free|leased"),
    acts=words("clearing a paper jam|replacing the drum|printing invoices|sharing a printer"),
    woes=words("paper jams|faded pages|spooler errors|offline queues|smudged labels"),
    people=words("office managers|helpdesk staff|copy shops|IT contractors|accountants"),
    verbs=words("refill|reboot|calibrate|lease|unjam"),
)

ROOFING = Topic(
    key="roofing",
    name="flat roofs and drainage",
    things=words("felt roofs|gutter brackets|roof lights|drain covers|lead flashings|scaffold towers"),
    parts=words("parapet|downpipe|fascia|ridge tile|joist|gully|soffit"),
    stuff=words("bitumen|fibreglass matting|roofing felt|mortar|silicone sealant"),
    traits=words("watertight|torch-applied|pitched|insulated|load-bearing|leaking|certified"),
    acts=words("re-felting a garage|rodding a drain|lining a gutter|inspecting a chimney"),
    woes=words("blocked gullies|slipped slates|damp ceilings|cracked flashings|standing water"),
    people=words("roofers|surveyors|landlords|drain engineers|scaffolders"),
    verbs=words("re-felt|seal|survey|unblock|insulate"),
)

OFF_TOPIC: tuple[Topic, ...] = (INSURANCE, PRINTERS, ROOFING)

CASINO = Topic(
    key="casino",
    name="online casino bonuses",
    things=words("casino bonuses|slot machines|free spins|poker tables|roulette wheels|betting odds|jackpots"),
    parts=words("jackpot|deposit bonus|payout|blackjack hand|wager|casino lobby|scratch card"),
    stuff=words("real money|bonus credit|bitcoin|gambling luck|cashback"),
    traits=words("no-deposit|high-roller|instant|lucky|unlimited|guaranteed|exclusive"),
    acts=words("gambling online|spinning the slots|betting on football|claiming a casino bonus"),
    woes=words("wagering limits|blocked accounts|losing streaks|verification delays"),
    people=words("casino players|gamblers|high rollers|poker sharks|punters"),
    verbs=words("bet|wager|spin|win|cash out"),
    money=words("online casino bonus|free slots no deposit|best betting sites"),
)

PILLS = Topic(
    key="pills",
    name="pills without prescription",
    things=words("viagra pills|cialis tablets|diet pills|generic pharmacy packs|steroid cycles|xanax bars"),
    parts=words("dosage|blister|online pharmacy|discreet parcel|refill|trial pack"),
    stuff=words("generic viagra|tramadol|phentermine|sildenafil powder|bulk cialis"),
    traits=words("no-prescription|cheap|overnight|discreet|generic|guaranteed"),
    acts=words("buying viagra online|ordering pills overnight|losing weight fast|refilling without a doctor"),
    woes=words("prescription hassles|customs delays|pharmacy queues|high prices"),
    people=words("pharmacy customers|dieters|bodybuilders|patients"),
    verbs=words("order|buy|refill|ship|swallow"),
    money=words("cheap viagra online|buy cialis no prescription|diet pills pharmacy"),
)

CIVIC = Topic(
    key="civic",
    name="town news",
    things=words("council meetings|bus routes|market stalls|school fairs|planning notices|library hours|road works"),
    parts=words("high street|town hall|car park|river bridge|bandstand|ballot|agenda"),
    stuff=words("public money|tarmac|local pride|bunting|rainwater"),
    traits=words("crowded|long-awaited|volunteer-run|cobbled|historic|packed|controversial"),
    acts=words("crossing the market square|waiting for the bus|voting on the budget|painting the bandstand"),
    woes=words("potholes|delays|parking fines|empty shopfronts|power cuts"),
    people=words("residents|councillors|shopkeepers|pupils|pensioners|volunteers"),
    verbs=words("repair|debate|fund|open|close"),
)

RESEARCH = Topic(
    key="research",
    name="public advice and lifelong learning",
    things=words("evening classes|advice leaflets|training grants|reading lists|workshops|open days|case studies"),
    parts=words("syllabus|lecture|guidance note|bibliography|seminar room|enrolment form"),
    stuff=words("evidence|coursework|public funding|practical advice|peer review"),
    traits=words("accredited|free|introductory|part-time|independent|certified|practical"),
    acts=words("enrolling for the spring term|writing a report|asking for advice|studying in the evening"),
    woes=words("full courses|missed deadlines|unclear guidance|late applications"),
    people=words("students|tutors|advisers|small businesses|apprentices|librarians"),
    verbs=words("study|assess|publish|recommend|review"),
)

BY_KEY: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        *(MATERNITY, GARDEN, CYCLING, TEA),
        *ADJACENT.values(),
        *OFF_TOPIC,
        *(CASINO, PILLS, CIVIC, RESEARCH),
    )
}
