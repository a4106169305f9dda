package newsroom

func spanish() *tongue {
	return &tongue{
		lang: "es",
		nouns: `el_año la_ciudad el_gobierno el_tiempo la_empresa el_plan el_trabajo el_país el_tribunal el_informe el_mercado
			la_casa el_precio el_agua la_familia la_escuela la_oficina el_grupo la_pregunta el_día la_decisión la_ley
			la_carretera el_equipo el_servicio el_banco el_sindicato la_junta la_calle el_dinero el_voto el_partido
			el_presupuesto el_río el_puente el_puerto la_línea la_carta la_reunión el_contrato el_chófer la_médica el_maestro
			la_vecina el_testigo el_niño el_pueblo la_ventana el_motor el_jardín el_campo la_fábrica el_museo el_teatro la_isla
			el_valle el_invierno la_mañana la_cifra el_coste el_impuesto el_permiso la_regla el_aviso la_promesa el_retraso
			la_reparación la_visita la_respuesta el_peligro la_razón el_resultado la_escasez la_presión el_récord la_paciencia
			la_escalera la_cocina la_madera el_cobre el_huerto el_farol el_barril el_túnel la_chimenea el_paquete la_acera`,
		verbs: `encontró tomó dio mantuvo dejó vio perdió comenzó mostró llamó pidió llevó pagó alcanzó subió cerró abrió cambió
			informó siguió rechazó aceptó revisó contó reparó saludó prometió firmó duplicó aplazó rescató confirmó negó
			sustituyó bloqueó midió examinó prolongó`,
		adverbs: `otra_vez ya temprano tarde rápido despacio abiertamente apenas claramente en_parte del_todo una_vez
			dos_veces casi de_noche mientras_tanto fuera juntos formalmente`,
		onsets:  "b br c ch d f fl g gr h j l m n p pr r s t tr v z",
		nuclei:  "a e i o u ia ue an en in or ar el il er al on",
		endings: "la:ción la:dad el:miento la:anza el:aje el:dor la:eta el:ero la:ura el:azo la:ería",
		coined:  8000,
		kinds: `terremoto temblor réplica escombros magnitud epicentro refugio
			inundación dique río lluvia crecida ahogados
			incendio fuego humo llamas bomberos quemados
			tormenta rachas viento tejados temporal cortes
			descarrilamiento tren vagón vías maquinista pasajeros
			naufragio ferri capitán arrecife bote guardacostas
			ataque cuchillo sospechoso heridos policía agresor
			sentencia jueza culpable condenado tribunal acusado
			fusión compra accionistas oferta bolsa prima
			huelga sindicato paro salarios trabajadores piquetes
			elección votos candidata participación urnas mayoría
			retirada defecto producto reembolso clientes lote
			brote virus infección vacuna pacientes cuarentena
			filtración_de_datos piratas servidor clientes cifrado
			protesta manifestantes marcha pancartas plaza concentración
			final gol penalti entrenadora delantero estadio copa
			festival jurado película directora premio público
			despidos empleos planta plantilla indemnización ajuste
			apagón red subestación cable electricidad generadores
			fraude desfalco cuentas auditores sobornos registro`,
		beats: `investigación investigadores causa comisión conclusiones
			víctimas familiares luto funeral identificadas
			declaración ministra condolencias promesa visita
			detención custodia sospechoso cargos
			ayuda donaciones fondo indemnización socorro
			homenaje velas silencio flores vigilia
			juicio audiencia defensa testimonio apelación`,
		leads: `{O} confirmó el {D} en {L}: {K}, con {M} personas afectadas.
			Tras lo ocurrido en {L} ({K}), {M} personas esperan respuestas, dijo {P}, de {O}.
			Más de {M} personas resultaron afectadas en {L} por {K}, según {O}.
			{P}, en nombre de {O}, habló en {L} de {K} y de {M} afectados.`,
		openers: `según {N},
			el {d},
			a pesar de {N},
			tras {#} días,
			detrás de {N},
			para {P},
			con {#} {k},
			desde {T},`,
		bodies: `{N} {V} {U} {N}, y {N} {V} {k}.
			{P} {V} {k} y {V} con {O} {N} de {#} coronas.
			en {L}, {N} {V} entre {T} y {N}.
			{O} {V} {U} que {N} costaría {#} coronas, {#} más que {N} del año pasado.
			los vecinos de {T} hablan de {k} como de {N} sin {N}.
			poco después de {h} había {#} {k} ante {T}.
			hasta el {D}, {T} {V} {#} de {N}.
			nadie en {O} {V} por qué {k} {V} {N}.
			{N} {V} {U}; {N} y {N} aguardan {k}.
			para {p}, {k} es {N} que {L} {V}.
			ante {T}, {N} {V} {U} mientras {N} {V} {N}.
			de {N} a {N}, más allá de {L}, {k} {V} a {#} personas.
			según {N}, {O} tendrá que sustituir {T} en {#} días.
			los expertos comparan {k} con {N}.
			sin {T}, {L} {V} {N} {U}.
			pasaron {#} minutos hasta que {p} {V} {N} junto a {T}.
			{T} no estaba previsto para {#} {k}, y menos para {N}.
			{p} tenía {#} minutos, {N} y nada más.
			por segunda vez {N} {V}, luego {k} {V} {U}.
			{O} guarda {N} para estos casos, y {N} {V} {U}.
			aquel día {L} olía a {N} y a {N}.
			de {#} {k}, dos venían de lejos: {N}, {T}.
			hay {N} para {k}, {N} para {T} y nada para {p}.`,
		quotes: `«{N} nos {V} {k}, y {N} {V} {U}», dijo {p}.
			«Hemos visto {T} {U}», contó {p}. «{N} no es {N}.»
			«Nadie {V} {N} en {L}», aseguró {P}.
			«Primero {N}, luego {T}», recuerda una vecina de {L}.`,
		headlines: `{K} en {L}: {M} personas afectadas
			{O}, bajo presión tras {K} en {L}
			Lo que se sabe de {K} en {L}
			{L} hace balance: {K} y {k}
			{P}: «{K} en {L} no fue una sorpresa»
			{K}: {L} ante {T}`,
		followups: `{B} tras {K} en {L}
			{L}: {p} y {B} tras {K}
			Tras {K}, {L} espera: {B}
			{P} habla de {b} tras {K} en {L}`,
		roundup: `Cinco cosas que saber este {d}
			El {d} en cinco noticias`,
		live:     `En directo: {K} en {L}`,
		dateline: "{L}, {D} ({W}) – ",
		updated:  "La cifra subió a {M} a lo largo del día, según {O}.",
		local:    "También en nuestra región {N} {V} {U} {N}.",
		fusions:  `De_+el_=Del_ _de_+el_=_del_ _a_+el_=_al_`,
		stop:     " ", join: " ",
		months:   "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		weekdays: "domingo lunes martes miércoles jueves viernes sábado",
		orgs: `el ayuntamiento de %s
			la policía de %s
			el instituto de %s
			el grupo %s
			el hospital de %s
			la universidad de %s`,
		agencies: `Agencia %s
			Prensa %s`,
		papers: `El Diario de %s
			La Voz de %s
			El Correo de %s
			Radio %s`,
		footers: `Suscríbase a %s y lea sin límites.
			Toda la actualidad de la región, cada día en %s.
			Todos los derechos reservados. %s`,
		credits: `Foto: archivo %s
			Imagen: %s`,
		byline:       "Por %s",
		subjects:     `nivel_de_los_embalses índice_de_polen calidad_del_aire precios_de_lonja tipos_de_cambio espesor_de_nieve`,
		seriesTitles: `{S} en {L}, {D}`,
		seriesIn: `{S} para {L}, {d} {D}: {#}, frente a {#} la víspera, según {O}.
			{S} a las {h}: norte {#}, sur {#}, costa {#}, media {#}.`,
		seriesT: `Las lecturas son automáticas y pueden corregirse más tarde.
			Todas las cifras están redondeadas y se ofrecen sin garantía.`,
	}
}
