package newsroom

func german() *tongue {
	return &tongue{
		lang: "de",
		nouns: `das_Jahr die_Stadt die_Regierung die_Zeit das_Unternehmen der_Plan die_Arbeit das_Land das_Gericht der_Bericht
			der_Markt das_Haus der_Preis das_Wasser die_Familie die_Schule das_Amt die_Gruppe die_Frage der_Tag die_Entscheidung
			das_Gesetz die_Straße die_Mannschaft der_Dienst die_Bank die_Gewerkschaft der_Vorstand der_Ort das_Geld der_Rat
			die_Partei der_Haushalt der_Fluss die_Brücke der_Hafen die_Linie der_Brief die_Sitzung der_Vertrag der_Fahrer
			die_Ärztin der_Lehrer die_Nachbarin der_Zeuge das_Kind das_Dorf das_Fenster der_Motor der_Garten das_Feld die_Fabrik
			das_Museum das_Theater die_Insel das_Tal der_Winter der_Morgen die_Zahl die_Kosten die_Steuer die_Regel die_Warnung
			das_Versprechen die_Verzögerung die_Reparatur der_Besuch die_Antwort die_Gefahr der_Grund das_Ergebnis der_Mangel
			das_Wetter der_Druck der_Rekord die_Geduld die_Leiter die_Küche das_Holz das_Kupfer die_Laterne das_Fass der_Tunnel
			der_Schornstein das_Paket das_Pflaster das_Geländer der_Keller`,
		verbs: `fand nahm machte gab hielt verließ sah verlor begann zeigte rief fragte drehte brachte zahlte traf erreichte
			erhöhte schloss öffnete änderte meldete erwartete verweigerte prüfte räumte zählte reparierte begrüßte versprach
			trug unterschrieb halbierte verdoppelte verschob rettete bestätigte ersetzte blockierte maß untersuchte verlängerte`,
		adverbs: `wieder schon früh spät schnell langsam still offen kaum klar teilweise ganz einmal zweimal fast nachts
			zugleich draußen gemeinsam förmlich überraschend`,
		onsets:  "b br d dr f fl g gr h k kl l m n p r s sch st t tr v w z",
		nuclei:  "a e i o u ä ö ü an en in or ar el il er al on ei au and ink",
		endings: "die:ung die:heit die:keit der:er das:nis die:schaft der:ling das:tum der:el die:erei das:werk die:e",
		coined:  8000,
		kinds: `Erdbeben Beben Nachbeben Trümmer Stärke Epizentrum Notunterkunft
			Hochwasser Deich Fluss Regen Sandsäcke überflutet ertrunken
			Brand Feuer Rauch Flammen Feuerwehr Brandstiftung
			Sturm Böen Wind Dächer entwurzelt Orkan
			Zugunglück Zug Waggon Gleise Lokführer Fahrgäste entgleist
			Fährunglück Fähre Kapitän Riff Rettungsboot Küstenwache gesunken
			Angriff Messer Tatverdächtiger Verletzte Polizei Angreifer
			Urteil Richterin schuldig verurteilt Angeklagter Haftstrafe
			Fusion Übernahme Aktionäre Angebot Börse Aufschlag
			Streik Gewerkschaft Warnstreik Löhne Beschäftigte Tarif
			Wahl Stimmen Kandidatin Wahlbeteiligung Mehrheit Auszählung
			Rückruf Mangel Produkt Erstattung Kunden Charge
			Ausbruch Virus Infektion Impfstoff Patienten Quarantäne
			Datenleck Hacker Passwörter Server Kunden Verschlüsselung
			Protest Demonstranten Kundgebung Transparente Platz Tränengas
			Pokalfinale Tor Elfmeter Trainerin Stürmer Stadion Pokal
			Festival Jury Film Regisseurin Preis Publikum
			Stellenabbau Arbeitsplätze Kündigungen Werk Belegschaft Abfindung
			Stromausfall Netz Umspannwerk Kabel Strom Generatoren
			Betrug Unterschlagung Konten Prüfer Bestechung Razzia`,
		beats: `Untersuchung Ermittler Ursache Kommission Gutachten
			Opfer Angehörige Trauer Beerdigung identifiziert
			Erklärung Ministerpräsidentin Beileid zugesagt Besuch
			Festnahme Untersuchungshaft Verdächtiger Haftbefehl
			Hilfe Spenden Fonds Entschädigung Soforthilfe
			Gedenken Kerzen Schweigeminute Blumen
			Prozess Verhandlung Verteidigung Zeugenaussage Berufung`,
		leads: `{O} hat am {D} in {L} gemeldet: {K}, {M} Menschen sind betroffen.
			Nach dem Ereignis „{K}“ in {L} warten {M} Menschen auf Antworten, sagte {P} von {O} am {D}.
			Mehr als {M} Menschen waren in {L} von {K} betroffen, teilte {O} mit.
			{P}, für {O} in {L}, nannte {K} „ein Zeichen“ und sprach von {M} Betroffenen.
			Am {D} stand {L} ganz im Zeichen von {K}; {O} zählte bis zum Mittag {M} Betroffene.`,
		bodies: `{N} {V} {U}, und {N} {V} ebenfalls: {k}.
			{P} {V} {U}; es ging um {k} und um {#} Kronen für {O}.
			In {L} {V} {N} {U}, {N} und {N} blieben zurück.
			{O} {V} {U}, dass {N} {#} Kronen kosten werde, {#} mehr als im Vorjahr.
			Anwohner nannten {T} und {N} in einem Atemzug: {k}.
			Kurz nach {h} wurden {#} mal {k} gezählt, {T} war schon da.
			Bis zum {D} {V} {T} {#} mal, dann {V} {N}.
			Niemand bei {O} {V}, warum {N} {U} {V}.
			{N} wurde {U} verschoben; {N} und {N} gelten als {k}.
			Für {p} bleibt {N} in {L} wichtiger als {k}.
			Als {T} {U} {V}, {V} auch {N}.
			{#} Menschen waren dort, als {N} {V}: {k}.
			Nun muss {T} innerhalb von {#} Tagen ersetzt werden, sagte {O}.
			Fachleute sagten, {N} sei nichts anderes als {k}.
			Hätte {T} gefehlt, wäre {N} in {L} {U} am Ende gewesen.
			Es dauerte {#} Minuten, bis {N} {V} und {p} {U} ankam.
			Offen ist, was {N} {V}; {T} blieb {U} liegen.
			{T} war nicht für {#} mal {k} gedacht, so {p}.
			{p} hatte {#} Minuten, sonst nichts; {N} {V} {U}.
			Ein zweites Mal {V} {N}, dann {V} {k} {U}.
			{O} hält für solche Fälle {#} Leute bereit, {N} {V} sie {U}.
			{L} roch an jenem Tag, als käme {N} und bald auch {N}.
			{N} und {T} liegen in Sichtweite, {#} Schritte weiter beginnt {N}.
			Laut {P} {V} {N} {U}, {k} {V} {N}.
			Am {d} {V} {T} zum ersten Mal, {N} {V} {U}.`,
		quotes: `„Uns {V} {N}, und dann {V} {N} {U}: {k}“, sagte {p}.
			„Da war {T}, und {U} {V} {N}“, sagte {p}. „Es ist {N}, nicht {N}.“
			„In {L} {V} {N} {U}“, sagte {P}.
			„Erst kam {N}, dann {T}“, erzählte eine Frau aus {L}.`,
		headlines: `{K} in {L}: {M} Betroffene
			{O} nach {K} in {L} unter Druck
			Was wir über {K} in {L} wissen
			{L} zieht Bilanz: {K} und {k}
			{P}: {K} in {L} war absehbar
			{K} trifft {L}, {T} im Blick`,
		followups: `{B} nach {K} in {L}
			{L} nach {K}: {p} und {B}
			Nach {K} wartet {L} auf {B}
			{P} spricht nach {K} in {L} von {b}`,
		roundup: `Fünf Dinge für den {d}
			Der {d} in fünf Meldungen`,
		live:     `Liveticker: {K} in {L}`,
		dateline: "{L}, {D} ({W}) – ",
		updated:  "Im Laufe des Tages stieg die Zahl auf {M}, teilte {O} mit.",
		local:    "Auch in unserer Region {V} {N} {U} {N}.",
		stop:     " ", join: " ",
		months:   "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
		weekdays: "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Sonnabend",
		orgs: `Stadtrat %s
			Polizei %s
			Institut %s
			%s-Gruppe
			Klinikum %s
			Universität %s
			%ser Verkehrsbetriebe`,
		agencies: `Agentur %s
			%ser Nachrichtendienst`,
		papers: `%ser Zeitung
			%ser Tageblatt
			%s-Kurier
			%ser Anzeiger
			Funkhaus %s`,
		footers: `Jetzt vier Wochen lang die digitale Ausgabe testen: %s.
			Mehr aus der Region lesen Sie täglich in %s.
			Alle Rechte vorbehalten. %s`,
		credits: `Foto: Archiv %s
			Bild: %s`,
		byline:       "Von %s",
		subjects:     `Pegelstände Pollenflug Luftgüte Fischpreise Devisenkurse Schneehöhen Füllstände`,
		seriesTitles: `{S} in {L} am {D}`,
		seriesIn: `{S} für {L} am {d}, {D}: {#}, am Vortag {#}, wie {O} mitteilte.
			{S} um {h}: Norden {#}, Süden {#}, Küste {#}, Mittel {#}.`,
		seriesT: `Die Werte stammen von selbsttätigen Messgeräten und können später berichtigt werden.
			Alle Angaben sind gerundet und ohne Gewähr.`,
	}
}
