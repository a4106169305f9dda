package text

// slotNumbers are the number words that headlines of templates write out, with their values, in the languages of the sample corpora.
var slotNumbers = map[string]string{
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
	"nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
	"zwei": "2", "drei": "3", "vier": "4", "fünf": "5", "funf": "5", "sechs": "6", "sieben": "7", "acht": "8", "neun": "9",
	"zehn": "10", "elf": "11", "zwölf": "12", "zwolf": "12",
	"deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "sept": "7", "huit": "8", "neuf": "9", "dix": "10",
	"dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9", "diez": "10",
}

// dayWords are the weekdays in the same languages, with and without accents; months come from MonthOf.
var dayWords = map[string]bool{
	"monday": true, "tuesday": true, "wednesday": true, "thursday": true, "friday": true, "saturday": true, "sunday": true,
	"montag": true, "dienstag": true, "mittwoch": true, "donnerstag": true, "freitag": true, "samstag": true, "sonntag": true,
	"lundi": true, "mardi": true, "mercredi": true, "jeudi": true, "vendredi": true, "samedi": true, "dimanche": true,
	"lunes": true, "martes": true, "miércoles": true, "miercoles": true, "jueves": true, "viernes": true, "sábado": true,
	"sabado": true, "domingo": true,
}

// NumberWord returns the value of a number that is written out in lower case, so that "two" and "2" are one slot value.
func NumberWord(lower string) (value string, ok bool) {
	value, ok = slotNumbers[lower]
	return value, ok
}

// Weekday reports whether a lower-case word names a day of the week.
func Weekday(lower string) bool { return dayWords[lower] }
