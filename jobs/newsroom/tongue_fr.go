package newsroom

func french() *tongue {
	return &tongue{
		lang: "fr",
		nouns: `l’année la_ville le_gouvernement le_temps l’entreprise le_plan le_travail le_pays le_tribunal le_rapport
			le_marché la_maison le_prix l’eau la_famille l’école le_bureau le_groupe la_question la_journée la_décision la_loi
			la_route l’équipe le_service la_banque le_syndicat le_conseil la_rue l’argent le_vote le_parti le_budget la_rivière
			le_pont le_port la_ligne la_lettre la_réunion le_contrat le_chauffeur la_médecin le_maître la_voisine le_témoin
			l’enfant le_village la_fenêtre le_moteur le_jardin le_champ l’usine le_musée le_théâtre l’île la_vallée l’hiver
			le_matin le_chiffre le_coût l’impôt le_permis la_règle l’alerte la_promesse le_retard la_réparation la_visite
			la_réponse le_danger la_raison le_résultat la_pénurie la_météo la_pression le_record la_patience l’échelle
			la_cuisine le_bois le_cuivre le_verger la_lanterne le_tonneau le_tunnel la_cheminée le_colis le_trottoir la_cave`,
		verbs: `a_trouvé a_pris a_donné a_gardé a_quitté a_vu a_perdu a_tenu a_montré a_demandé a_porté a_payé a_rencontré
			a_atteint a_fermé a_ouvert a_changé a_signalé a_suivi a_refusé a_accepté a_vérifié a_compté a_réparé a_rejeté
			a_salué a_promis a_signé a_doublé a_reporté a_sauvé a_confirmé a_démenti a_remplacé a_bloqué a_mesuré a_examiné`,
		adverbs: `encore déjà tôt tard vite lentement discrètement ouvertement à_peine clairement en_partie entièrement
			une_fois deux_fois presque dans_la_nuit ailleurs ensemble officiellement`,
		onsets:  "b br c ch d dr f fl g gr j l m n p pr r s t tr v",
		nuclei:  "a e i o u ai ou an en in or ar el il er al on eau",
		endings: "la:tion la:té le:ment la:ance le:age le:eur la:ette le:ier la:ure le:oir la:erie",
		coined:  8000,
		kinds: `séisme secousse réplique décombres magnitude épicentre abri
			crue digue rivière pluie inondation noyés
			incendie feu fumée flammes pompiers brûlés
			tempête rafales vent toitures arrachés coupures
			déraillement train wagon rails conducteur passagers
			naufrage ferry capitaine récif canot garde-côtes
			attaque couteau suspect blessés police assaillant
			verdict juge coupable condamné tribunal prévenu
			fusion rachat actionnaires offre bourse prime
			grève syndicat débrayage salaires salariés piquets
			élection voix candidate participation scrutin majorité
			rappel défaut produit remboursement clients lot
			épidémie virus infection vaccin patients quarantaine
			fuite_de_données pirates serveur clients chiffrement
			manifestation manifestants cortège banderoles place rassemblement
			finale but penalty entraîneuse attaquant stade coupe
			festival jury film réalisatrice prix public
			licenciements emplois usine effectifs indemnités restructuration
			panne_de_courant réseau transformateur câble électricité générateurs
			fraude détournement comptes auditeurs pots-de-vin perquisition`,
		beats: `enquête enquêteurs cause commission conclusions
			victimes proches deuil obsèques identifiées
			déclaration ministre condoléances promesse visite
			arrestation garde_à_vue suspect mis_en_examen
			aide dons fonds indemnisation secours
			hommage bougies silence fleurs veillée
			procès audience défense témoignage appel`,
		leads: `{O} a confirmé {D} à {L} : {K}, {M} personnes sont concernées.
			Après « {K} » à {L}, {M} personnes attendent des réponses, a dit {P}, de {O}.
			Plus de {M} personnes ont été touchées à {L} ({K}), selon {O}.
			{P}, pour {O}, a parlé à {L} de {K} et de {M} personnes touchées.`,
		openers: `selon {N},
			{d},
			malgré {N},
			après {#} jours,
			derrière {N},
			d’après {P},
			avec {#} {k},
			pour {T},`,
		bodies: `{N} {V} {U} {N}, et {N} {V} : {k}.
			{P} {V} {k} et {V} avec {O} {N} de {#} couronnes.
			à {L}, {N} {V} entre {T} et {N}.
			{O} {V} {U} que {N} coûterait {#} couronnes, {#} de plus que {N} de l’an passé.
			des riverains de {T} parlent de {k} comme de {N} sans {N}.
			peu après {h}, {#} {k} se trouvaient devant {T}.
			au {D}, {T} {V} {#} de {N}.
			personne chez {O} {V} pourquoi {k} {V} {N}.
			{N} {V} {U} ; {N} et {N} attendent {k}.
			pour {p}, {k} reste {N} que {L} {V}.
			devant {T}, {N} {V} {U} tandis que {N} {V} {N}.
			de {N} à {N}, au-delà de {L}, {k} {V} {#} personnes.
			selon {N}, {O} devra remplacer {T} en {#} jours.
			des experts comparent {k} à {N}.
			sans {T}, {L} {V} {N} {U}.
			il a fallu {#} minutes pour que {p} {V} {N} près de {T}.
			{T} n’était pas prévu pour {#} {k}, encore moins {N}.
			{p} avait {#} minutes, {N} et rien d’autre.
			une deuxième fois, {N} {V}, puis {k} {V} {U}.
			{O} garde {N} pour de tels cas, et {N} {V} {U}.
			ce jour-là, {L} sentait {N} et {N}.
			sur {#} {k}, deux venaient d’ailleurs : {N}, {T}.
			il y a {N} pour {k}, {N} pour {T}, et rien pour {p}.`,
		quotes: `« {N} nous {V} {k}, et {N} {V} {U} », a dit {p}.
			« Nous avons vu {T} {U} », raconte {p}. « {N} n’est pas {N}. »
			« Personne {V} {N} à {L} », assure {P}.
			« D’abord {N}, puis {T} », se souvient une habitante de {L}.`,
		headlines: `{K} à {L} : {M} personnes touchées
			{O} sous pression après {K} à {L}
			Ce que l’on sait de {K} à {L}
			{L} fait ses comptes : {K} et {k}
			{P} : « {K} à {L} n’est pas une surprise »
			{K} : {L} face à {T}`,
		followups: `{B} après {K} à {L}
			{L} : {p} et {B} après {K}
			Après {K}, {L} attend : {B}
			{P} évoque {b} après {K} à {L}`,
		roundup: `Cinq choses à savoir ce {d}
			L’essentiel du {d}`,
		live:     `En direct : {K} à {L}`,
		dateline: "{L}, {D} ({W}) – ",
		updated:  "Le chiffre est passé à {M} dans la journée, selon {O}.",
		local:    "Dans notre région aussi, {N} {V} {U} {N}.",
		fusions:  `De_+le_=Du_ _de_+le_=_du_ _à_+le_=_au_ _de_+a=_d’a _de_+e=_d’e _de_+i=_d’i _de_+o=_d’o _de_+u=_d’u _de_+é=_d’é _de_+É=_d’É _de_+A=_d’A _de_+E=_d’E _de_+I=_d’I _de_+O=_d’O _de_+U=_d’U`,
		stop:     " ", join: " ",
		months:   "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		weekdays: "dimanche lundi mardi mercredi jeudi vendredi samedi",
		orgs: `la mairie de %s
			la police de %s
			l’institut de %s
			le groupe %s
			l’hôpital de %s
			l’université de %s`,
		agencies: `Agence %s
			%s Presse`,
		papers: `Le Courrier de %s
			L’Écho de %s
			%s Matin
			La Dépêche de %s`,
		footers: `Abonnez-vous à %s à partir de 1 € le premier mois.
			Retrouvez toute l’actualité de la région dans %s.
			Tous droits réservés. %s`,
		credits: `Photo : archives %s
			Crédit photo : %s`,
		byline:       "Par %s",
		subjects:     `niveaux_des_retenues indice_de_pollen qualité_de_l’air cours_du_poisson taux_de_change hauteurs_de_neige`,
		seriesTitles: `{S} à {L}, {D}`,
		seriesIn: `{S} pour {L}, {d} {D} : {#}, contre {#} la veille, selon {O}.
			{S} à {h} : nord {#}, sud {#}, côte {#}, moyenne {#}.`,
		seriesT: `Les relevés sont automatiques et peuvent être corrigés par la suite.
			Toutes les valeurs sont arrondies et données sans garantie.`,
	}
}
