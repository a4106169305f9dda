package newsroom

import (
	"strings"
	"time"
)

// name is one name in the scripts of the newsroom. Reports in Chinese write the Latin form in brackets behind the
// first mention, as newspapers do; that pair is what links the two scripts.
type name struct{ latin, han string }

type person struct{ given, surname name }

// Syllables carry the Chinese character that renders them.
const (
	syllables = `mar:马 vel:韦 tor:托 dra:德 kel:凯 bro:布 lin:林 sar:萨 hol:霍 gra:格 fen:芬 ost:奥 wil:维 nor:诺 pel:佩 ran:兰
		tal:塔 cor:科 ber:贝 ild:伊 mon:蒙 rav:拉 ste:斯 dor:多 hal:哈 lor:洛 nim:尼 qua:夸 ral:劳 sel:塞 tem:腾 und:翁 var:瓦
		wen:温 yar:雅 zan:赞 bal:巴 car:卡 del:德 eld:埃 fal:法 gil:吉 har:哈 ing:英 jor:约 kra:克 lam:拉 mel:梅 ned:内 orl:奥`
	placeEndings   = `ford:福德 haven:港 burg:堡 mouth:茅斯 dale:谷 stad:城 mark:马克 port:港 by:比 wick:威克 holm:岛 ton:顿`
	surnameEndings = `son:森 er:尔 ell:尔 ardt:特 ov:夫 ez:斯 ier:耶 ann:恩 ino:诺 ley:利 sen:森 aud:多`
	givenNames     = `Anna:安娜 Mara:玛拉 Ivo:伊沃 Tomas:托马斯 Elin:埃林 Jonas:约纳斯 Petra:佩特拉 Sofia:索菲亚 Emil:埃米尔
		Clara:克拉拉 Hugo:雨果 Nadia:纳迪娅 Oskar:奥斯卡 Lena:莱娜 Rafael:拉斐尔 Ines:伊内斯 Viktor:维克托 Alma:阿尔玛 Bruno:布鲁诺
		Greta:格蕾塔 Felix:费利克斯 Irina:伊琳娜 Samuel:塞缪尔 Tilda:蒂尔达 Marco:马尔科 Noor:努尔 Pavel:帕维尔 Rosa:罗莎 Stefan:斯特凡
		Yara:亚拉 Amir:阿米尔 Carla:卡拉 Dario:达里奥 Edith:伊迪丝 Goran:戈兰 Hanna:汉娜 Julia:朱莉娅 Kaspar:卡斯帕 Livia:莉维娅 Milan:米兰`
)

// nameTables makes names. Surnames and places are drawn from so many combinations that two events seldom share one by
// chance; that names do recur is arranged by the world, not left to chance.
type nameTables struct{ syllables, places, surnames, given []name }

func newNameTables() *nameTables {
	return &nameTables{pairs(syllables), pairs(placeEndings), pairs(surnameEndings), pairs(givenNames)}
}

func pairs(s string) []name {
	var out []name
	for _, field := range strings.Fields(s) {
		latin, han, _ := strings.Cut(field, ":")
		out = append(out, name{latin, han})
	}
	return out
}

func (t *nameTables) compose(r *rng, endings []name) name {
	var n name
	for range r.between(1, 2) {
		s := t.syllables[r.below(len(t.syllables))]
		n.latin += s.latin
		n.han += s.han
	}
	e := endings[r.below(len(endings))]
	return name{upperFirst(n.latin+e.latin, true), n.han + e.han}
}

func (t *nameTables) place(r *rng) name { return t.compose(r, t.places) }

func (t *nameTables) person(r *rng) person {
	return person{t.given[r.below(len(t.given))], t.compose(r, t.surnames)}
}

// world holds what recurs in the news: towns and public figures, the well-known ones far more often than others.
type world struct {
	names      *nameTables
	places     []name
	figures    []person
	placeRank  *zipf
	figureRank *zipf
	seed       uint64
	last       map[scene]time.Time // when such a thing happened there
	hotDay     int
	hotPlace   name
	hotFigure  person
}

// newWorld peoples the world. The more there is to report, the more places it happens in.
func newWorld(seed uint64, stories int) *world {
	w := &world{names: newNameTables(), seed: seed, hotDay: -1, last: make(map[scene]time.Time)}
	r := newRNG(seed, 2)
	for range min(max(stories/50, 3000), 20_000) {
		w.places = append(w.places, w.names.place(&r))
	}
	for range 400 {
		w.figures = append(w.figures, w.names.person(&r))
	}
	w.placeRank, w.figureRank = newZipf(len(w.places), 40), newZipf(len(w.figures), 20)
	return w
}

// scene is a kind of event at a place.
type scene struct {
	kind  int
	place name
}

// stage picks where something happens. Places recur, but seldom with the same kind of event within three weeks: who
// can tell the second storm of one town from the first needs more than made-up text.
func (w *world) stage(r *rng, kind int, at time.Time) name {
	hot, _ := w.hot(at)
	for try := 0; ; try++ {
		place := w.places[w.placeRank.draw(r)]
		if try == 0 && r.chance(.05) {
			place = hot
		}
		s := scene{kind, place}
		if last, ok := w.last[s]; try < 8 && ok && at.Sub(last) < 21*24*time.Hour {
			continue
		}
		w.last[s] = at
		return place
	}
}

// hot returns the place and the figure that everybody writes about on a day, whatever the story.
func (w *world) hot(at time.Time) (name, person) {
	if day := int(at.Unix() / 86400); day != w.hotDay {
		r := newRNG(w.seed, 3, uint64(day))
		w.hotDay = day
		w.hotPlace = w.places[r.below(50)]
		w.hotFigure = w.figures[r.below(50)]
	}
	return w.hotPlace, w.hotFigure
}
