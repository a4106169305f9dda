package newsroom

import (
	"bytes"
	"strconv"
	"strings"
)

// Bits of writer.mentioned.
const (
	placeBit = 1 << iota
	orgBit   // and the next
	_
	personBit // and the next three
)

// sentence writes a template with its slots filled and what separates it from the next sentence.
func (w *writer) sentence(t template) {
	at := len(w.buf)
	w.inline(t)
	w.end(at)
}

// end closes the sentence that began at an offset.
func (w *writer) end(at int) {
	if w.lex.lang != "zh" {
		capitalise(w.buf, at)
	}
	w.buf = append(w.buf, w.lex.stop...)
}

// line ends a paragraph.
func (w *writer) line() {
	w.trim()
	w.buf = append(w.buf, '\n')
}

func (w *writer) trim() {
	for len(w.buf) > 0 && w.buf[len(w.buf)-1] == ' ' {
		w.buf = w.buf[:len(w.buf)-1]
	}
}

func (w *writer) inline(t template) {
	for _, p := range t {
		w.put(p.text)
		if p.slot != 0 {
			w.slot(p.slot)
		}
	}
}

func (w *writer) slot(s byte) {
	h, l := w.what, w.lex
	switch s {
	case 'N':
		w.noun()
	case 'V':
		w.word(l.verbs)
	case 'U':
		w.word(l.adverbs)
	case 'T':
		w.put(l.nouns[l.plain+int(h.terms[w.r.below(len(h.terms))]%uint32(len(l.nouns)-l.plain))])
	case 'K':
		w.put(l.kinds[h.kind][0])
	case 'B':
		w.put(w.beat()[0])
	case 'b':
		words := w.beat()[1:]
		w.put(words[w.r.below(len(words))])
	case 'k':
		words := l.kinds[h.kind][1:]
		if h.beat >= 0 && w.r.below(2) == 0 {
			words = l.beats[h.beat][1:]
		}
		w.put(words[w.r.below(len(words))])
	case 'S':
		w.put(l.subjects[h.subject])
	case 'L':
		w.name(h.place, placeBit)
	case placeInCapitals:
		w.put(strings.ToUpper(h.place.latin))
	case 'O':
		w.org()
	case 'W':
		w.put(w.by.name)
	case 'P', 'p':
		w.person(s == 'P')
	case 'M':
		w.number(w.figure)
	case '#':
		w.number(2 + w.r.below(60)*w.r.below(60))
	default:
		w.time(s)
	}
}

// put appends a text, with what the language does to the word before it.
func (w *writer) put(s string) {
	if s != "" && w.lex.fusing[s[0]] {
		for _, f := range w.lex.fusions {
			if strings.HasPrefix(s, f.next) && bytes.HasSuffix(w.buf, f.last) {
				w.buf = append(w.buf[:len(w.buf)-len(f.last)], f.both...)
				s = s[len(f.next):]
				break
			}
		}
	}
	w.buf = append(w.buf, s...)
}

func (w *writer) number(n int) { w.buf = strconv.AppendInt(w.buf, int64(n), 10) }

func (w *writer) beat() []string {
	if w.what.beat < 0 {
		return w.lex.kinds[w.what.kind]
	}
	return w.lex.beats[w.what.beat]
}

// noun writes any noun; an edited copy may have another one than its origin, with the same draw taken from the wording.
func (w *writer) noun() {
	i := w.lex.rank.draw(&w.r)
	if w.swap() {
		i = w.lex.rank.draw(&w.edit)
	}
	w.put(w.lex.nouns[i])
}

// word writes a word of a short list, early ones more often than late ones.
func (w *writer) word(list []string) {
	n := len(list)
	i := w.r.below(n) * w.r.below(n) / n
	if w.swap() {
		i = w.edit.below(n)
	}
	w.put(list[i])
}

func (w *writer) swap() bool { return w.editing && w.edit.chance(editRate) }

// name writes a name; where it is not in Latin letters, the Latin form follows the first mention.
func (w *writer) name(n name, bit uint8) {
	if w.lex.lang != "zh" {
		w.put(n.latin)
		return
	}
	w.put(n.han)
	w.gloss(n.latin, bit)
}

func (w *writer) gloss(latin string, bit uint8) {
	if w.mentioned&bit == 0 {
		w.mentioned |= bit
		w.buf = append(append(append(w.buf, '('), latin...), ')')
	}
}

func (w *writer) person(full bool) {
	// The main figure is named in half of the cases.
	i := max(0, w.r.below(8)-4)
	p := w.what.persons[i]
	if !full {
		w.name(p.surname, personBit<<i)
		return
	}
	if w.lex.lang == "zh" {
		w.put(p.given.han)
		w.put(w.lex.join)
		w.put(p.surname.han)
		w.gloss(p.given.latin+" "+p.surname.latin, personBit<<i)
		return
	}
	w.put(p.given.latin)
	w.put(w.lex.join)
	w.put(p.surname.latin)
}

func (w *writer) org() {
	i := 0
	if w.r.below(10) >= 7 {
		i = 1
	}
	o := w.what.orgs[i]
	f := w.lex.orgs[o.kind%len(w.lex.orgs)]
	w.put(f.before)
	w.name(o.place, orgBit<<i)
	w.put(f.after)
}

// time writes dates as the language does. They are those of the event, so that copies of another day keep them.
func (w *writer) time(slot byte) {
	at, l := w.what.at, w.lex
	month, day := l.months[at.Month()-1], strconv.Itoa(at.Day())
	switch {
	case slot == 'd':
		w.put(l.weekdays[at.Weekday()])
	case slot == 'h':
		hour, minute := 1+w.r.below(11), 5*w.r.between(2, 11)
		w.number(hour)
		switch l.lang {
		case "en":
			w.put(":")
			w.number(minute)
			w.put(" a.m.")
		case "zh":
			w.put("时")
			w.number(minute)
			w.put("分")
		default:
			w.put(".")
			w.number(minute)
		}
	case l.lang == "en":
		w.put(month + " " + day)
	case l.lang == "de":
		w.put(day + ". " + month)
	case l.lang == "es":
		w.put(day + " de " + month)
	case l.lang == "zh":
		w.put(month + day + "日")
	default:
		w.put(day + " " + month)
	}
}
