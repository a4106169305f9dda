package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// DocType says what kind of item a story is, as far as rules can tell. The event and thread stages keep items apart that
// hold several events, or none.
type DocType uint8

const (
	// Report is anything that no rule claims.
	Report DocType = iota
	// Live is a running page that is rewritten while things happen.
	Live
	// Roundup holds several events: briefings, digests, weeks in review.
	Roundup
	// Opinion argues about an event instead of reporting it.
	Opinion
	// Listing is a table in words: schedules, results, horoscopes.
	Listing
	// Stub has too few words to say what happened beyond its headline.
	Stub
)

// String returns the word used in reports.
func (t DocType) String() string {
	switch t {
	case Live:
		return "live"
	case Roundup:
		return "roundup"
	case Opinion:
		return "opinion"
	case Listing:
		return "listing"
	case Stub:
		return "stub"
	default:
		return "report"
	}
}

const (
	// stubBytes is the length of a text below which it adds nothing to a headline: about a dozen words.
	stubBytes = 72
	// docTypeReach is how much of a text the structure rules read.
	docTypeReach = 16 << 10
	// liveStamps time stamps at line starts make a live page; listings have them too, but short lines beside.
	liveStamps = 5
	// listingLines lines, most of them short and many with figures, make a listing.
	listingLines = 12
	// roundupHeads short lines without an end, each before a paragraph, make a round-up.
	roundupHeads = 5
)

// docTypeRule names a type by a phrase.
type docTypeRule struct {
	kind  DocType
	where rulePlace
	words []string
}

type rulePlace uint8

const (
	anywhere  rulePlace = iota // as whole words, wherever in the title
	inFront                    // the title begins with it, and a colon, bar or dash follows
	endsFront                  // what stands in front of a colon, bar or dash ends with it
	atEnd                      // the title ends with it after a colon, bar or dash
	inAddress                  // a part of the URL
)

// docTypeRules are tried in order; the first that fits decides. Phrases are in lower case. Languages: English, German,
// French, Spanish, Italian, Portuguese, Dutch, Chinese, Japanese, Korean.
func docTypeRules() []docTypeRule {
	return []docTypeRule{
		{Live, anywhere, []string{
			"live updates", "live blog", "liveblog", "as it happened", "minute by minute", "minute-by-minute", "watch live",
			"liveticker", "live-ticker", "newsblog", "news-ticker", "en direct", "minuto a minuto", "en vivo", "in diretta",
			"diretta live", "minuto per minuto", "ao vivo", "minuto a minuto", "文字直播", "直播中", "不斷更新", "不断更新", "ライブ配信",
			"実況", "실시간",
		}},
		{Live, endsFront, []string{"the latest", " latest"}},
		{Live, inFront, []string{"live", "directo", "direct", "diretta", "ticker", "直播", "ライブ"}},
		{Live, atEnd, []string{"live", "en directo", "direct", "ao vivo"}},
		{Live, inAddress, []string{"/live/", "live-updates", "liveblog", "live-blog", "/liveticker", "/en-direct/", "minuto-a-minuto"}},
		{Roundup, anywhere, []string{
			"morning briefing", "evening briefing", "daily briefing", "news briefing", "your briefing", "morning brief",
			"evening brief", "week in review", "the week in", "week in pictures", "year in review", "things to know",
			"what to know today", "top stories", "top headlines", "news roundup", "news round-up", "news in brief",
			"world in brief", "daily digest", "news digest", "press review", "front pages", "nachrichtenüberblick",
			"das wichtigste am", "wochenrückblick", "tagesrückblick", "revue de presse", "l'essentiel de l'actualité",
			"die woche in", "la semaine en", "la semana en", "a semana em", "la settimana in", "de week in",
			"las noticias del día", "resumen de noticias", "rassegna stampa", "resumo do dia", "nieuwsoverzicht",
			"今日要聞", "今日要闻", "新聞摘要", "新闻摘要", "一週大事", "一周要闻", "早報", "晚報", "ニュースまとめ", "朝刊", "뉴스 브리핑", "주요 뉴스",
		}},
		{Roundup, inFront, []string{"roundup", "round-up", "briefing", "digest", "in brief", "news wrap", "recap", "kurzmeldungen", "en bref"}},
		{Roundup, inAddress, []string{"/briefing/", "/newsletter/", "/newsletters/", "news-roundup", "morning-briefing"}},
		{Opinion, anywhere, []string{
			"letters to the editor", "letter to the editor", "leserbrief", "leserbriefe", "carta al director", "cartas al director",
			"courrier des lecteurs", "op-ed", "社論", "社评", "社評", "讀者投書", "読者投稿",
		}},
		{Opinion, inFront, []string{
			"opinion", "editorial", "column", "commentary", "comment", "viewpoint", "letter", "letters", "kommentar", "meinung",
			"gastbeitrag", "tribune", "chronique", "édito", "opinión", "columna", "editoriale", "opinione", "opinião", "opinie",
			"評論", "评论", "專欄", "专栏", "社説", "コラム", "사설", "칼럼",
		}},
		{Opinion, atEnd, []string{"opinion", "editorial", "commentary", "letters", "kommentar", "opinión"}},
		{Opinion, inAddress, []string{"/opinion/", "/opinions/", "/commentisfree/", "/editorial/", "/editorials/", "/op-ed/", "/kommentare/", "/meinung/", "/opinion-", "/letters/"}},
		{Listing, anywhere, []string{
			"tv listings", "tv schedule", "box scores", "horoscope", "horoscopes", "lottery results", "winning numbers",
			"death notices", "fixtures and results", "programme tv", "programación tv", "horoskop", "lottozahlen", "horóscopo",
			"oroscopo", "horóscopos", "開獎", "星座運勢", "節目表", "番組表", "운세",
		}},
		{Listing, inFront, []string{"schedule", "results", "fixtures", "scoreboard", "standings", "calendar", "diary", "obituaries", "kalender", "agenda"}},
		{Listing, inAddress, []string{"/horoscope", "/tv-guide", "/listings/", "/lottery/"}},
	}
}

// DocTyper holds the rules. It is read only after NewDocTyper and safe for concurrent use.
type DocTyper struct {
	rules []docTypeRule
}

// NewDocTyper returns the rules, compiled.
func NewDocTyper() *DocTyper { return &DocTyper{rules: docTypeRules()} }

// Type says what kind of item a story is, and which rule said so. The address may be empty. The reason is empty for a
// Report.
func (d *DocTyper) Type(title, address, body string) (DocType, string) {
	folded := strings.ToLower(title)
	address = strings.ToLower(address)
	for i := range d.rules {
		r := &d.rules[i]
		for _, w := range r.words {
			switch r.where {
			case anywhere:
				if hasPhrase(folded, w) {
					return r.kind, "title has " + w
				}
			case inFront:
				if rest, ok := strings.CutPrefix(folded, w); ok && separated(rest) {
					return r.kind, "title begins with " + w
				}
			case endsFront:
				if i := strings.Index(folded, w); i >= 0 && separated(folded[i+len(w):]) {
					return r.kind, "title has " + strings.TrimSpace(w) + " in front"
				}
			case atEnd:
				if rest, ok := strings.CutSuffix(folded, w); ok && endsSeparated(rest) {
					return r.kind, "title ends with " + w
				}
			case inAddress:
				if address != "" && strings.Contains(address, w) {
					return r.kind, "address has " + w
				}
			}
		}
	}
	if len(strings.TrimSpace(body)) < stubBytes {
		return Stub, "no text beyond a headline"
	}
	return structureType(body[:min(len(body), docTypeReach)])
}

// structureType looks at the shape of the lines.
func structureType(body string) (DocType, string) {
	lines, short, figures, stamps, heads := 0, 0, 0, 0, 0
	after := false // the line before was short and open: a heading if a paragraph follows
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		lines++
		n := utf8.RuneCountInString(line)
		if timeStamp(line) {
			stamps++
		}
		open := n < 60 && !strings.ContainsAny(line[len(line)-1:], ".!?\"',;") && !strings.HasSuffix(line, "。")
		if n < 60 {
			short++
			if strings.ContainsAny(line, "0123456789") {
				figures++
			}
		} else if after && n > 120 {
			heads++
		}
		after = open && !strings.ContainsAny(line, "0123456789")
	}
	switch {
	case stamps >= liveStamps && 2*short < lines+stamps:
		return Live, "many lines begin with a time"
	case lines >= listingLines && 10*short >= 8*lines && 2*figures >= lines:
		return Listing, "most lines are short and hold figures"
	case heads >= roundupHeads && 2*heads >= lines-heads:
		return Roundup, "a heading before every paragraph or two"
	}
	return Report, ""
}

// timeStamp reports whether a line begins with a time of day: 9:30, 09.30, 21h05, [14:02].
func timeStamp(line string) bool {
	line = strings.TrimLeft(line, "[( ")
	i := 0
	for i < len(line) && i < 2 && line[i] >= '0' && line[i] <= '9' {
		i++
	}
	if i == 0 || i+2 >= len(line) || line[i] != ':' && line[i] != '.' && line[i] != 'h' {
		return false
	}
	m := line[i+1:]
	return m[0] >= '0' && m[0] <= '5' && m[1] >= '0' && m[1] <= '9' && (len(m) == 2 || m[2] < '0' || m[2] > '9')
}

// hasPhrase finds a phrase as whole words; phrases of scripts without spaces match anywhere.
func hasPhrase(s, phrase string) bool {
	first, _ := utf8.DecodeRuneInString(phrase)
	for from := 0; ; {
		i := strings.Index(s[from:], phrase)
		if i < 0 {
			return false
		}
		i += from
		if first > 0x2E80 {
			return true
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		next, _ := utf8.DecodeRuneInString(s[i+len(phrase):])
		if !wordRune(before) && !wordRune(next) {
			return true
		}
		from = i + len(phrase)
	}
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// separated reports whether a colon, bar, bracket or dash follows, as after a section name.
func separated(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	r, _ := utf8.DecodeRuneInString(rest)
	return strings.ContainsRune(":|]】»›：｜／", r) || (r == '-' || r == '–' || r == '—') && (len(rest) == 1 || rest[1] == ' ' || r != '-')
}

func endsSeparated(rest string) bool {
	trimmed := strings.TrimRight(rest, " ")
	r, _ := utf8.DecodeLastRuneInString(trimmed)
	return strings.ContainsRune(":|[【«‹：｜", r) || trimmed != rest && (r == '-' || r == '–' || r == '—')
}
