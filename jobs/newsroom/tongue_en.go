package newsroom

func english() *tongue {
	return &tongue{
		lang: "en",
		nouns: `year people government time week city company plan work state country court report market house price water
			family school office group question day decision law road team service bank union board town street money rate
			vote council minister party budget river bridge harbour line station letter meeting contract driver doctor teacher
			worker owner member neighbour witness child village window engine report_card garden field factory hospital museum
			theatre library island valley winter summer morning evening number figure cost share loan tax permit licence rule
			order warning promise delay repair opening closure visit journey answer chance danger reason result change shortage
			supply demand weather forecast pressure record measure limit patience silence evidence ladder kitchen timber copper
			orchard lantern barrel meadow tunnel ferry quarry chimney gravel ledger parcel pavement railing cellar`,
		verbs: `said found took made gave kept left saw lost held began showed called asked turned brought moved paid met
			reached raised closed opened changed reported followed expected refused accepted delayed checked cleared counted
			repaired rejected welcomed questioned promised carried signed halved doubled inspected postponed abandoned rescued
			confirmed denied replaced blocked measured examined extended`,
		adverbs: `again already early late quickly slowly quietly openly barely clearly partly fully once twice nearly roughly
			twofold overnight meanwhile abroad indoors together apart formally`,
		onsets: "b br c ch d dr f fl g gr h k l m n p pr r s sh st t tr v w",
		nuclei: "a e i o u an en in or ar el il er al on est ing ack ell",
		// Common endings of English nouns, so that stemmers have something to do.
		endings: "er ing ment ness ation age ow et ers ings ments ages le ling ance ard ock ster",
		coined:  12000,
		kinds: `earthquake tremor aftershock rubble magnitude epicentre shelter collapsed
			flood dyke river rain sandbags rescued drowned downpour
			fire blaze smoke flames firefighters burned arson
			storm gusts wind roofs uprooted gale outage
			derailment train carriage rails driver passengers crash
			ferry_accident ferry captain reef lifeboat coastguard sank
			attack knife suspect stabbed wounded police assailant
			verdict judge guilty sentenced court defendant jury
			merger takeover shareholders acquisition bid stock premium
			strike union walkout pickets wages workers pay
			election ballot votes candidate turnout polls majority
			recall defect product refund customers batch faulty
			outbreak virus infection vaccine patients ward quarantine
			data_breach hackers passwords server leaked customers encryption
			protest demonstrators march banners square tear_gas rally
			cup_final goal penalty coach striker stadium trophy
			festival jury film director prize audience premiere
			layoffs jobs redundancies plant workforce severance restructuring
			blackout grid substation cable power electricity generators
			fraud embezzlement accounts auditors bribes prosecutors raid`,
		beats: `inquiry investigators findings cause commission
			victims_named identified relatives mourning funeral
			statement premier condolences pledged visit
			arrest detained custody suspect charged
			aid relief donations fund compensation
			memorial vigil candles silence flowers
			trial hearing defence testimony appeal`,
		leads: `{O} confirmed the {K} in {L} on {D} and put the number of people concerned at {M}.
			A {K} in {L} has left {M} people waiting for answers, {P} of {O} said on {D}.
			More than {M} people were drawn into the {K} that struck {L} on {D}, according to {O}.
			{P}, who speaks for {O}, told reporters in {L} that the {K} concerned {M} people.
			On {D} {L} woke to a {K}; {O} counted {M} people by noon.
			The {K} at {L}, in which {M} people had a part, was over before {O} had a {T} ready, {P} said.`,
		openers: `according to the {N},
			on {d},
			for the {N} of the {T},
			despite the {N},
			as the {N} {V},
			in the {N} of the {k},
			to the {N} of {p},
			after {#} days,
			behind the {N},
			until the {N} {V},
			as {P} put it,
			with {#} {k} in the {N},`,
		bodies: `the {N} of the {T} had {V} the {N} {U}, and the {N} {V} a {k}.
			{P} {V} the {k} and {V} {O} for a {N} of {#} crowns.
			in {L}, the {N} {V} between the {T} and the {N}.
			{O} {V} {U} that the {N} would cost {#} crowns, {#} more than the {N} of last year.
			residents near the {T} {V} the {k} as a {N} without a {N}.
			a {N} and {#} {k} were seen at the {T} shortly after {h}.
			by the {N} on {D} the {T} had {V} {#} of the {N}.
			nobody at {O} {V} why the {k} {V} a {N}.
			the {N} {V} {U}; its {N} and its {N} are needed for the {k}.
			for {p}, the {k} is a {N} that {V} the {N} of {L}.
			at the {T} a {N} {V} {U} while the {N} {V} the {N}.
			"{N} and {N}" was how one {N} {V} the {T}.
			the {k} {V} {#} people from the {N} to the {N} beyond {L}.
			under a {N} of the {N}, {O} has to replace the {T} within {#} days.
			experts {V} the {N} of the {k} with that of a {N}.
			without the {T}, the {N} of {L} would have {V} its {N} {U}.
			it took {#} minutes until {p} {V} the {N} from the {T}.
			there were {#} of them, a {N}, a {N} and a {N}, when the {k} {V}.
			what {V} the {N} is not known; the {T} {V} {U}.
			the {N} {V} the {N}, the {N} {V} the {k}, and {L} {V} both.
			the {T} was not meant for {#} {k}, let alone for a {N}.
			both the {N} and the {T} lie within sight of the {N}.
			{p} had {#} minutes, a {N} and no {N}.
			a second {N} followed, then a third; the {k} {V} {U}.
			{O} keeps a {N} for such cases, and the {N} {V} it {U}.
			the {N} of {L} smelt of {N} and {N} for {#} days.
			whoever {V} the {T} knew the {N} of the {N}.
			two of the {#} {k} came from the {N}, the others {V} from the {T}.
			there is a {N} for the {k}, a {N} for the {T}, and none for the {N}.`,
		quotes: `"The {k} {V} us a {N}, and the {N} {V} {U}," {p} said.
			"We have {V} the {T} {U}," {p} told the {N}. "A {N} is not a {N}."
			"Nobody {V} a {N} in {L}," said {P}, who {V} the {k} from a {N}.
			"I {V} the {N} first, then the {T}," a {N} from {L} said.
			{p} was asked about the {T}. "My {N} {V} the {N} {U}," came the answer.`,
		headlines: `{K} in {L}: {M} people concerned
			{O} under pressure after {K} in {L}
			What we know about the {K} in {L}
			{L} counts the cost of the {K}
			{K} strikes {L}, {O} confirms
			{P}: the {K} in {L} was no surprise
			The {T} and the {k}: inside the {K} of {L}
			{L} {K}: {M} and a {T}`,
		followups: `{B} after the {K} in {L}
			{L} {K}: {p} and the {B}
			{B}: what comes after the {K} of {L}
			After the {K}, {L} waits for the {B}
			{P} speaks of {b} after {L} {K}
			{L} after the {K}: {B} and {b}`,
		roundup: `Five things to know this {d}
			The {d} briefing
			Your {d} in five stories`,
		live: `LIVE: {K} in {L} - latest updates
			As it happened: the {K} in {L}`,
		dateline: "{LL}, {D} ({W}) - ",
		updated:  "The number rose to {M} in the course of the {d}, {O} said.",
		local:    "In our own region the {N} {V} the {N} {U}, the {N} said.",
		fusions:  `_a_+a=_an_a _a_+e=_an_e _a_+i=_an_i _a_+o=_an_o`,
		stop:     " ", join: " ",
		months:   "January February March April May June July August September October November December",
		weekdays: "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
		orgs: `%s Council
			%s Police
			%s Institute
			the %s Group
			%s Hospital
			the University of %s
			%s Railways
			the %s Union`,
		agencies: `%s News Agency
			%s Press`,
		papers: `%s Herald
			%s Gazette
			The %s Observer
			%s Evening Post
			%s Chronicle
			Radio %s
			The %s Ledger
			%s Online`,
		footers: `Subscribe to %s for unlimited access to all our stories.
			Read more local news every day in %s.
			Follow %s for breaking news, weather and sport.
			This story first appeared in %s. All rights reserved.
			Sign up to the %s newsletter.`,
		credits: `Photo: %s archive
			Picture courtesy of %s
			Image: %s`,
		byline:   "By %s",
		subjects: `reservoir_levels pollen_count air_quality fish_prices exchange_rates river_gauges egg_prices snow_depth`,
		seriesTitles: `{S} in {L} on {D}
			{L} {S}, {D}
			Daily {S} for {L}: {D}`,
		seriesIn: `The {S} for {L} on {d}, {D}, was given by {O} as {#}, against {#} on the day before.
			{S} at {h} on {D}: {L} {#}, north {#}, south {#}, coast {#}.
			Figures in per cent of the average: {#}, {#}, {#} and {#}. Trend over seven days: {#}.`,
		seriesT: `The readings are taken by automatic instruments and may be corrected later without notice.
			Values above the threshold are marked by the board and published on the next working day.
			All figures are rounded and given without warranty of any kind.`,
	}
}
