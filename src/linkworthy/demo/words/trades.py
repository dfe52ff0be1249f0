"""Vocabulary of the trades that the owner's shop may be in."""

from __future__ import annotations

from linkworthy.demo.words.form import Topic, words

MATERNITY = Topic(
    key="maternity",
    name="maternity clothes",
    things=words(
        "maternity dresses|nursing tops|maternity jeans|bump bands|nursing bras|maternity leggings|wrap cardigans"
        "|pregnancy tights|maternity skirts|feeding camisoles|maternity coats|nursing nightgowns|bump-friendly tunics"
    ),
    parts=words(
        "waistband|side seam|bump panel|neckline|feeding clip|hem|shoulder strap|underband|gusset|cuff|zip placket"
        "|drop cup|drawstring"
    ),
    stuff=words(
        "organic cotton|bamboo jersey|stretch denim|merino wool|modal|soft linen|ribbed elastane|brushed fleece"
    ),
    traits=words(
        "stretchy|breathable|over-the-bump|seam-free|roomy|supportive|machine-washable|forgiving|opaque|soft-waisted"
        "|adjustable|flattering"
    ),
    acts=words(
        "dressing a growing bump|feeding in a café|sleeping on your side|walking to the midwife|going back to work"
        "|packing the hospital bag|standing all day|long days at a desk"
        "|nursing at night|choosing a size"
    ),
    woes=words(
        "rolling waistbands|digging seams|slipping straps|sagging tights"
        "|tight cups|buttons that gape|sudden leaks|hems that ride up"
    ),
    people=words(
        "expectant mothers|midwives|first-time parents|mothers of twins|nursing mothers|doulas|pregnant colleagues"
        "|working mothers"
    ),
    verbs=words("wear|hand-wash|let out|re-stitch|try on|layer|measure|fold away"),
    money=words(
        "maternity dresses online|cheap maternity clothes|buy nursing bras|best maternity jeans|maternity wear sale"
        "|discount nursing tops"
    ),
    brands=(("Willow", "Bump"), ("Fern", "Ninemonths"), ("Hazel", "Mothering"), ("Linnet", "Expecting")),
    ranges=words("Maternity dresses|Nursing tops|Maternity jeans|Nursing bras"),
    neighbour="parenting",
)

GARDEN = Topic(
    key="garden",
    name="garden tools",
    things=words(
        "garden forks|digging spades|bypass secateurs|draw hoes|bulb planters|border shears|pruning saws|hand trowels"
        "|leaf rakes|soil sieves|edging irons|long-handled loppers|watering cans"
    ),
    parts=words(
        "ash handle|steel socket|tine|blade|ferrule|tread|pivot bolt|rivet|D-grip|spring catch|rose|shaft|cutting edge"
    ),
    stuff=words(
        "forged carbon steel|coppiced ash|stainless steel|galvanised iron|linseed oil|boiled leather|turned beech"
        "|phosphor bronze"
    ),
    traits=words(
        "well-balanced|hand-forged|rust-free|razor-sharp|long-reached|narrow-bladed|hard-wearing|lightweight"
        "|re-handled|left-handed|mud-shedding|sturdy"
    ),
    acts=words(
        "double-digging a clay bed|edging the lawn|pruning old roses|lifting potatoes|planting out leeks"
        "|dividing perennials|turning the compost heap|clearing brambles|weeding|cutting back a hedge"
    ),
    woes=words(
        "snapped handles|blunt blades|loose ferrules|blisters by teatime|clinging clay|seized pivots"
        "|bent prongs|split rivets"
    ),
    people=words(
        "allotment holders|head gardeners|rose growers|weekend diggers|market gardeners|horticulture students"
        "|retired groundsmen|community growers"
    ),
    verbs=words("sharpen|oil|re-handle|scrub|balance|hang up|file|temper"),
    money=words(
        "garden tools online|buy garden spades|cheap secateurs|best garden forks|pruning shears sale"
        "|discount gardening tools"
    ),
    brands=(("Spade", "Thistle"), ("Ash", "Tine"), ("Mellow", "Furrow"), ("Robin", "Ferrule")),
    ranges=words("Spades and forks|Secateurs and shears|Hoes and rakes|Hand tools"),
    neighbour="kitchen-garden",
)

CYCLING = Topic(
    key="cycling",
    name="touring bicycles and cycling gear",
    things=words(
        "touring bicycles|leather saddles|rear panniers|dynamo lamps|road tyres|bar bags|cycling gloves|chainsets"
        "|disc brakes|steel frames|mudguards|cargo racks|waterproof overshoes"
    ),
    parts=words(
        "bottom bracket|rear hub|derailleur|brake caliper|spoke nipple|headset|freewheel|saddle clamp|chainring"
        "|crank arm|quick-release lever|rim|seatpost"
    ),
    stuff=words(
        "chromoly steel|butted aluminium|waxed canvas|vegetable-tanned leather|tubeless sealant|wet-weather lube"
        "|carbon fibre|puncture-proof rubber"
    ),
    traits=words(
        "wide-geared|puncture-resistant|fully loaded|lugged|waterproof|hand-built|low-geared|quick-drying|rattle-free"
        "|upright|well-sprung|reflective"
    ),
    acts=words(
        "commuting in the rain|climbing an alpine pass|loaded touring|truing a wheel|riding an audax"
        "|bleeding a brake|crossing the moor|pacing a group ride|indexing the gears"
        "|packing for a week"
    ),
    woes=words(
        "squealing brakes|broken spokes|numb hands|skipping chains|slow punctures|loose headsets"
        "|saddle sores|worn sprockets"
    ),
    people=words(
        "touring cyclists|bike couriers|club riders|frame builders|randonneurs|wheel builders|daily commuters"
        "|mountain bikers"
    ),
    verbs=words("true|grease|index|re-tension|overhaul|bleed|swap|torque"),
    money=words(
        "touring bikes for sale|cheap bike panniers|buy cycling gear online|best road tyres|bicycle shop discount"
        "|commuter bikes online"
    ),
    brands=(("Copper", "Spoke"), ("Moor", "Pedal"), ("Quill", "Sprocket"), ("Drover", "Crank")),
    ranges=words("Touring bicycles|Panniers and bags|Saddles|Lamps and dynamos"),
    neighbour="walking",
)

TEA = Topic(
    key="tea",
    name="loose-leaf tea",
    things=words(
        "oolong teas|green teas|black teas|white teas|smoked teas|first-flush teas|herbal infusions|tea caddies"
        "|glass infusers|clay teapots|pu-erh cakes|jasmine pearls|breakfast blends"
    ),
    parts=words(
        "leaf tip|bud|liquor|second infusion|aroma|finish|caddy lid|strainer|rolled leaf|garden lot|oxidation|spout"
        "|tasting note"
    ),
    stuff=words(
        "spring water|bergamot oil|dried chamomile|broken leaf|jasmine blossom|roasted stem|unglazed clay"
        "|borosilicate glass"
    ),
    traits=words(
        "hand-rolled|malty|floral|single-estate|lightly oxidised|high-grown|pan-fired|full-bodied|grassy|sun-withered"
        "|brisk|honeyed"
    ),
    acts=words(
        "brewing at eighty degrees|warming the pot|steeping a second time|cupping the new harvest|blending"
        "|withering the leaf|sipping after dinner|storing leaf|whisking matcha"
        "|cold-brewing"
    ),
    woes=words(
        "bitter cups|stale caddies|dusty packets|scorched leaves|over-steeped pots|chalky water"
        "|perfumed blends|flat second infusions"
    ),
    people=words(
        "tea growers|blenders|morning drinkers|tea tasters|café owners|gongfu enthusiasts|estate managers"
        "|afternoon-tea hosts"
    ),
    verbs=words("steep|taste|blend|cup|sift|roast|pour|weigh out"),
    money=words(
        "loose leaf tea online|buy oolong tea|cheap green tea|best black tea|tea subscription deals|discount herbal tea"
    ),
    brands=(("Harbour", "Leaf"), ("Amber", "Kettle"), ("Misty", "Caddy"), ("Lark", "Infusion")),
    ranges=words("Black teas|Green teas|Oolong teas|Teapots and caddies"),
    neighbour="baking",
)

TRADES: tuple[Topic, ...] = (MATERNITY, GARDEN, CYCLING, TEA)
