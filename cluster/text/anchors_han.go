package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Chinese and Japanese write no spaces: words are looked for by their characters next to a number and its counter.

// hanReach is how many characters lie between a counter and the word that says what is counted.
const hanReach = 14

var hanKeys = []struct {
	key   string
	words []string
}{
	{"dead", []string{"死亡", "死者", "喪生", "丧生", "遇難", "遇难", "身亡", "罹難", "罹难", "不治", "喪命", "丧命", "亡くな", "死"}},
	{"injured", []string{"受傷", "受伤", "輕傷", "轻伤", "軽傷", "重傷", "重伤", "負傷", "负伤", "けが", "ケガ", "怪我", "傷者", "伤者", "傷", "伤"}},
	{"missing", []string{"失踪", "失蹤", "行方不明", "下落不明", "失聯", "失联"}},
	{"arrested", []string{"被捕", "逮捕", "拘留", "拘捕", "落網", "落网"}},
	{"rescued", []string{"獲救", "获救", "救出", "救助"}},
	{"evacuated", []string{"撤離", "撤离", "疏散", "避難", "撤出"}},
	{"infected", []string{"感染", "確診", "确诊"}},
	{"trapped", []string{"受困", "被困", "閉じ込め"}},
	{"hostage", []string{"人質", "人质"}},
	{"jobs", []string{"裁員", "裁员", "人員削減"}},
}

var hanCounters = []string{"人", "名", "位"}

var hanPeople = []string{"民眾", "民众", "乘客", "死傷", "死伤", "男性", "女性", "男女"}

// hanFill are the words between counter and figure word that say nothing.
var hanFill = []string{"が", "は", "も", "の", "を", "、", "已", "被", "均", "全部", "全員", "因", "送", "人員", "人员", "以上", "左右", "確認", "确认"}

var hanBounds = []struct {
	words []string
	bound Bound
}{
	{[]string{"至少", "最少", "少なくとも", "超過", "超过", "逾"}, AtLeast},
	{[]string{"最多", "至多"}, AtMost},
	{[]string{"大約", "大约", "約", "约", "近", "およそ"}, About},
	{[]string{"另有", "另外", "另", "再", "新たに", "新增"}, Further},
}

var hanMoney = []struct{ word, code string }{
	{"美元", "USD"},
	{"美金", "USD"},
	{"ドル", "USD"},
	{"歐元", "EUR"},
	{"欧元", "EUR"},
	{"ユーロ", "EUR"},
	{"英鎊", "GBP"},
	{"英镑", "GBP"},
	{"ポンド", "GBP"},
	{"日圓", "JPY"},
	{"日元", "JPY"},
	{"円", "JPY"},
	{"新台幣", "TWD"},
	{"新台币", "TWD"},
	{"台幣", "TWD"},
	{"港元", "HKD"},
	{"韓元", "KRW"},
	{"韩元", "KRW"},
	{"ウォン", "KRW"},
	{"人民幣", "CNY"},
	{"人民币", "CNY"},
	{"元", "元"},
}

var hanThings = []struct {
	key   string
	words []string
}{
	{"damage", []string{"損失", "损失", "被害額", "損害"}},
	{"fine", []string{"罰款", "罚款", "罰金", "罰鍰", "課徴金"}},
	{"ransom", []string{"贖金", "赎金", "身代金"}},
	{"deal", []string{"收購", "收购", "買収", "併購", "并购"}},
	{"aid", []string{"捐款", "援助", "捐贈", "捐赠", "支援"}},
	{"budget", []string{"預算", "预算", "予算"}},
	{"profit", []string{"利潤", "利润", "利益", "盈利"}},
	{"reward", []string{"懸賞", "悬赏", "獎金"}},
	{"turnout", []string{"投票率"}},
	{"unemployment", []string{"失業率", "失业率"}},
}

const hanStops = "，。、,.；;：:！!？?「」『』（）()《》【】\n\"“” "

func appendHanFigures(dst []Figure, s string, ctx AnchorContext) []Figure {
	for i := 0; i < len(s); {
		value, end, ok := hanNumber(s, i, hanMost)
		if end == i {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		if ok {
			if fig, ok := hanFigure(s, i, end, value, ctx); ok {
				if fig.From < 0 {
					fig.From = fig.Pos
				}
				dst = append(dst, fig)
			}
		}
		i = end
	}
	return dst
}

// hanMost is above the largest multiple.
const hanMost = 1e13

// hanNumber reads digits or Han numerals with their 万 and 億 at s[i], of which all are less than below; end is i where
// there is no number.
func hanNumber(s string, i int, below float64) (value float64, end int, ok bool) {
	r, _ := utf8.DecodeRuneInString(s[i:])
	end = i
	if _, digit := digitOf(r); digit {
		var suffix string
		value, end, suffix, ok = readDigits(s, i, "en")
		if !ok || suffix != "" {
			return 0, max(end, i+1), false
		}
		if i > 0 {
			if prev, _ := utf8.DecodeLastRuneInString(s[:i]); prev < utf8.RuneSelf && (unicode.IsLetter(prev) || strings.ContainsRune("-#/:.", prev)) {
				return 0, end, false
			}
		}
		for {
			r, size := utf8.DecodeRuneInString(s[end:])
			m := hanMultiple(r)
			if m == 0 || m >= below {
				return value, end, true
			}
			value *= m
			end += size
			// 1億2000万
			if next, _ := utf8.DecodeRuneInString(s[end:]); unicode.IsDigit(next) {
				if more, to, fine := hanNumber(s, end, m); fine && to > end && more < m {
					return value + more, to, true
				}
				return value, end, true
			}
		}
	}
	total, section, current := 0.0, 0.0, 0.0
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if d := strings.IndexRune("〇一二三四五六七八九", r); d >= 0 {
			current = float64(d / 3)
		} else if r == '零' || r == '两' || r == '兩' {
			current = 2
			if r == '零' {
				current = 0
			}
		} else if m := hanMultiple(r); m > 0 && m < 1e4 {
			section += max(current, 1) * m
			current = 0
		} else if m > 0 && end > i {
			total += (section + current) * m
			section, current = 0, 0
		} else {
			break
		}
		end += size
	}
	value = total + section + current
	return value, end, end > i && value > 0
}

func hanMultiple(r rune) float64 {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	case '万', '萬':
		return 1e4
	case '億', '亿':
		return 1e8
	case '兆':
		return 1e12
	}
	return 0
}

func hanFigure(s string, from, to int, value float64, ctx AnchorContext) (Figure, bool) {
	fig := Figure{Value: value, Most: value, Pos: from, End: to, From: -1, To: to}
	before := clauseBefore(s, from)
	after := s[to:min(len(s), to+120)]
	if strings.HasSuffix(before, "第") {
		return fig, false
	}
	for _, b := range hanBounds {
		for _, w := range b.words {
			if strings.HasSuffix(before, w) && fig.Bound == Exact {
				fig.Bound, fig.Pos = b.bound, from-len(w)
			}
		}
	}
	fig.Aside = hanAside(s, from, ctx.Year)
	sentence := sentenceAround(s, from)
	after, more := strings.CutPrefix(after, "多")
	if more || strings.HasPrefix(after, "余") || strings.HasPrefix(after, "餘") {
		fig.Bound = AtLeast
		if !more {
			after = after[len("余"):]
		}
		fig.End, fig.To = to+len("多"), to+len("多")
	}
	trimmed := strings.TrimLeft(after, " ")
	for _, m := range hanMoney {
		if strings.HasPrefix(trimmed, m.word) {
			fig.Kind, fig.What, fig.To = Money, m.code, fig.End+len(after)-len(trimmed)+len(m.word)
			fig.End = fig.To
			fig.Of = hanThing(sentence, false)
			return fig, true
		}
	}
	if r, size := utf8.DecodeRuneInString(trimmed); r == '%' || r == '％' || strings.HasPrefix(trimmed, "パーセント") || strings.HasSuffix(before, "百分之") {
		fig.Kind, fig.To = Percent, fig.End
		if r == '%' || r == '％' {
			fig.To += len(after) - len(trimmed) + size
		}
		fig.Of = hanThing(sentence, true)
		return fig, true
	}
	for _, w := range []string{"規模", "规模", "震級", "震级", "マグニチュード"} {
		if strings.HasSuffix(strings.TrimRight(before, " "), w) && value < 10 {
			fig.Kind, fig.What = Measure, "magnitude"
			return fig, true
		}
	}
	if value != float64(int64(value)) {
		return fig, false
	}
	return fig, hanCount(before, after, from-len(before), &fig)
}

func hanCount(before, after string, start int, fig *Figure) bool {
	fig.Kind = Count
	rest, counted := after, false
	for _, c := range hanCounters {
		if strings.HasPrefix(after, c) {
			rest, counted = after[len(c):], true
			break
		}
	}
	if strings.HasPrefix(rest, "組") || strings.HasPrefix(rest, "以下") || counted && strings.HasPrefix(rest, "目") {
		return false
	}
	if cut := strings.IndexAny(rest, hanStops); cut >= 0 {
		rest = rest[:cut]
	}
	key, at, width := "", -1, 0
	for _, k := range hanKeys {
		for _, w := range k.words {
			if !counted && utf8.RuneCountInString(w) > 1 {
				continue // "11死30傷" needs no counter
			}
			if i := strings.Index(rest, w); i >= 0 && (at < 0 || i < at || i == at && len(w) > width) {
				key, at, width = k.key, i, len(w)
			}
		}
	}
	if at >= 0 && (counted || at == 0) && utf8.RuneCountInString(rest[:at]) <= hanReach && !strings.ContainsAny(rest[:at], "0123456789０１２３４５６７８９") {
		fig.What, fig.Of, fig.To = key, hanNoun(rest[:at]), fig.End+len(hanCounter(after))+at+width
		return true
	}
	if !counted {
		return false
	}
	for _, k := range hanKeys {
		for _, w := range k.words {
			i := strings.LastIndex(before, w)
			if i < 0 || utf8.RuneCountInString(w) < 2 {
				continue
			}
			if utf8.RuneCountInString(before[i+len(w):]) <= 7 && !strings.ContainsFunc(before[i+len(w):], unicode.IsDigit) {
				fig.What, fig.From, fig.To = k.key, start+i, fig.End+len(hanCounter(after))
				return true
			}
		}
	}
	return false
}

func hanCounter(after string) string {
	for _, c := range hanCounters {
		if strings.HasPrefix(after, c) {
			return c
		}
	}
	return ""
}

// hanNoun is who they are, empty for people at large.
func hanNoun(between string) string {
	for _, prefix := range []string{"在", "因", "が", "は", "も", "を", "被", "已", "於", "于"} {
		if strings.HasPrefix(between, prefix) {
			return ""
		}
	}
	for _, w := range hanFill {
		between = strings.ReplaceAll(between, w, "")
	}
	for _, w := range hanPeople {
		between = strings.ReplaceAll(between, w, "")
	}
	if utf8.RuneCountInString(between) > 4 {
		return ""
	}
	return between
}

func hanThing(sentence string, share bool) string {
	for _, t := range hanThings {
		if shareThing(t.key) != share {
			continue
		}
		for _, w := range t.words {
			if strings.Contains(sentence, w) {
				return t.key
			}
		}
	}
	return ""
}

// clauseBefore is what stands before a position back to the last mark.
func clauseBefore(s string, at int) string {
	from := max(0, at-60)
	for from < at && !utf8.RuneStart(s[from]) {
		from++
	}
	before := s[from:at]
	if i := strings.LastIndexAny(before, hanStops); i >= 0 {
		_, size := utf8.DecodeRuneInString(before[i:])
		before = before[i+size:]
	}
	return before
}

func sentenceAround(s string, at int) string {
	const ends = "。！？!?\n"
	const reach = 600 // bytes to either side: longer is no sentence
	first, last := max(0, at-reach), min(len(s), at+reach)
	for first < at && !utf8.RuneStart(s[first]) {
		first++
	}
	for last < len(s) && !utf8.RuneStart(s[last]) {
		last++
	}
	s, at = s[first:last], at-first
	from := 0
	if i := strings.LastIndexAny(s[:at], ends); i >= 0 {
		_, size := utf8.DecodeRuneInString(s[i:])
		from = i + size
	}
	to := len(s)
	if i := strings.IndexAny(s[at:], ends); i >= 0 {
		to = at + i
	}
	return s[from:to]
}

// hanAside reports whether the sentence names a year that is not the story's, or something that might happen.
func hanAside(s string, at, year int) bool {
	sentence := sentenceAround(s, at)
	for _, w := range []string{"可能", "恐怕", "周年", "週年", "かもしれ", "恐れ"} {
		if strings.Contains(sentence, w) {
			return true
		}
	}
	for i, r := range sentence {
		if r != '年' || i < 4 || year == 0 {
			continue
		}
		if v, end, _, ok := readDigits(sentence, i-4, "en"); ok && end == i && v >= 1500 && v <= 2100 && int(v) != year {
			return true
		}
	}
	return false
}
