package neardup

import (
	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/text"
)

// numberWords are the number words that news writes out, with their values, in the languages of the sample corpora.
var numberWords = map[string]string{
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
	"nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
	"zwei": "2", "drei": "3", "vier": "4", "fünf": "5", "sechs": "6", "sieben": "7", "acht": "8", "neun": "9",
	"zehn": "10", "elf": "11", "zwölf": "12",
	"deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "sept": "7", "huit": "8", "neuf": "9", "dix": "10",
	"dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9", "diez": "10",
}

// dayWords are the weekdays in the same languages; months come from text.MonthOf.
var dayWords = map[string]bool{
	"monday": true, "tuesday": true, "wednesday": true, "thursday": true, "friday": true, "saturday": true, "sunday": true,
	"montag": true, "dienstag": true, "mittwoch": true, "donnerstag": true, "freitag": true, "samstag": true, "sonntag": true,
	"lundi": true, "mardi": true, "mercredi": true, "jeudi": true, "vendredi": true, "samedi": true, "dimanche": true,
	"lunes": true, "martes": true, "miércoles": true, "jueves": true, "viernes": true, "sábado": true, "domingo": true,
}

// companyWords end the names of companies and begin names: they say nothing about which one it is.
var companyWords = map[string]bool{
	"inc": true, "corp": true, "co": true, "ltd": true, "plc": true, "llc": true, "ag": true, "sa": true, "nv": true,
	"gmbh": true, "company": true, "corporation": true, "limited": true, "group": true, "the": true, "a": true, "an": true,
}

func numberWord(folded string) bool { _, ok := numberWords[folded]; return ok }

// numberValue makes "two" and "2" one slot value.
func numberValue(folded string) (uint64, bool) {
	v, ok := numberWords[folded]
	return text.WordHash(v), ok
}

func dateWord(folded string) bool { return dayWords[folded] || text.MonthOf(folded) > 0 }

func companyWord(folded string) bool { return companyWords[folded] }

// slotWord reports whether a lower-case word fills a slot: a number or a date.
func slotWord(w []byte) bool {
	if _, ok := numberWords[string(w)]; ok || dayWords[string(w)] {
		return true
	}
	return len(w) <= 12 && text.MonthOf(string(w)) > 0
}

func wordHash(w []byte) uint64 { return xxh3.Hash(w) }
