package text_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/text"
)

// namesOf lists the names of a text; those that do not identify a story are in brackets.
func namesOf(s string, ctx text.NameContext) []string {
	ctx.Text = s
	var out []string
	for _, n := range text.AppendNames(nil, text.AppendTokens(nil, s), ctx) {
		if n.Specific {
			out = append(out, n.Text)
		} else {
			out = append(out, "("+n.Text+")")
		}
	}
	return out
}

func TestNames(t *testing.T) {
	english := text.LoadBackground("en")
	for _, c := range []struct {
		name, lang, in string
		want           []string
	}{
		{"person with title", "en", "He met Premier Grace Shen on the pier.", []string{"Grace Shen"}},
		{"given name with hyphen", "en", "The speech of Fu Wei-lun, who left early, was short.", []string{"Fu Wei-lun"}},
		{"connectors", "en", "A visit by Otto von Keller and the Bank of Norvia ended.", []string{"Otto von Keller", "Bank of Norvia"}},
		{"possessive ends a name", "en", "It is Lindqvist's Halvik plan.", []string{"Lindqvist", "Halvik"}},
		{"country and demonym", "en", "The talks of the Japanese with France went on.", []string{"(Japanese)", "(France)"}},
		{"institution and its acronym", "en", "A report by the National Security Bureau (NSB) showed it.", []string{"(National Security Bureau)", "(NSB)"}},
		{"acronym in a sentence", "en", "Later the KZW said so.", []string{"KZW"}},
		{"weekdays and months", "en", "They met on Friday in April.", nil},
		{"sentence start, common word", "en", "Trains stopped. Passengers waited.", nil},
		{"sentence start, unknown word", "en", "Halvik said no. They asked again.", []string{"Halvik"}},
		{"sentence start, vouched for", "en", "Green won. They all cheered Green loudly.", []string{"(Green)", "(Green)"}},
		{"station", "en", "They fled from Qingsong Station on foot.", []string{"Qingsong Station"}},
		{"german nouns", "de", "Die Polizei sperrte den Bahnhof, sagte Jana Weidenfeld der Zeitung.", []string{"Jana Weidenfeld"}},
		{"french", "fr", "Le maire a reçu Camille Duvernay à Lorimont.", []string{"Camille Duvernay", "Lorimont"}},
		{"russian", "ru", "В пятницу министр встретил Виктора Залесского в Ладове.", []string{"Виктора Залесского", "Ладове"}},
		{"chinese people", "zh", "行政院長沈嘉宜表示，嫌犯孟濤在逃。", []string{"沈嘉宜", "孟濤"}},
		{"chinese places", "zh", "青松站與台北市都加強巡邏", []string{"青松", "台北"}},
		{"chinese book title", "zh", "他讀《青松往事》", []string{"青松往事"}},
		{"no place", "zh", "這個城市的超市和社區", nil},
		{"japanese", "ja", "田中容疑者はリンドクヴィスト氏を知らなかった", []string{"田中", "リンドクヴィスト"}},
		{"korean", "ko", "김민준 대통령은 부산에서 말했다", []string{"김민준", "부산"}},
	} {
		ctx := text.NameContext{Lang: c.lang}
		if c.lang == "en" {
			ctx.Table = english
		}
		if diff := cmp.Diff(c.want, namesOf(c.in, ctx)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.name, c.in, diff)
		}
	}
}

// In a Title Case or shouted headline a capital says nothing; the body vouches for the names.
func TestNamesInHeadlines(t *testing.T) {
	table := text.LoadBackground("en")
	body := "Armed officers stood in Yunlong while Meng Tao was buried."
	ctx := text.NameContext{Lang: "en", Text: body, Table: table}
	names := text.AppendNames(nil, text.AppendTokens(nil, body), ctx)
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"Police Guard Burial Of Attacker In Yunlong", []string{"(Police)", "Yunlong"}},
		{"GUARD DUTY: Officers watch as Meng Tao is buried", []string{"Meng Tao"}},
		{"TRAGEDY IN YUNLONG: Two dead", []string{"YUNLONG"}},
		{"Mourners Line The Streets", nil},
	} {
		got := namesOf(c.in, text.NameContext{Lang: "en", Title: true, Table: table, Body: names})
		got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "(") && !slices.Contains(c.want, s) })
		want := slices.DeleteFunc(slices.Clone(c.want), func(s string) bool { return !slices.Contains(got, s) && strings.HasPrefix(s, "(") })
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			t.Errorf("%q (-want +got):\n%s", c.in, diff)
		}
	}
}

func TestAliases(t *testing.T) {
	for _, c := range []struct{ lang, in, latin, other string }{
		{"en", "He met Grace Shen (沈嘉宜) there.", "Grace Shen", "沈嘉宜"},
		{"zh", "行政院長沈嘉宜（Grace Shen）表示", "Grace Shen", "沈嘉宜"},
	} {
		tokens := text.AppendTokens(nil, c.in)
		ctx := text.NameContext{Lang: c.lang, Text: c.in}
		names := text.AppendNames(nil, tokens, ctx)
		got := text.AppendAliases(nil, tokens, names, ctx)
		if len(got) != 1 || got[0].Latin.Text != c.latin || got[0].Other.Text != c.other {
			t.Errorf("%s: got %+v, want %s = %s", c.in, got, c.latin, c.other)
		}
	}
}

func TestRomanised(t *testing.T) {
	for _, c := range []struct {
		name, lang string
		want       []string
	}{
		{"Bézier", "fr", []string{"bezier"}},
		{"Fu Wei-lun", "en", []string{"fuweilun"}},
		{"台北", "zh", []string{"taipei"}},
		{"東京", "ja", []string{"tokyo"}},
		{"서울", "ko", []string{"seoul"}},
		{"Москва", "ru", []string{"moscow"}},
		{"Залесский", "ru", []string{"zalesskii"}},
		{"青松", "zh", []string{"qingsong", "chingsung"}},
		{"張國榮", "zh", []string{"zhangguorong", "changkuojung"}},
		{"李安", "zh", nil}, // too short to be told from other names
		{"青松", "ja", nil}, // the reading of Japanese names cannot be derived
	} {
		if diff := cmp.Diff(c.want, text.AppendRomanised(nil, c.name, c.lang)); diff != "" {
			t.Errorf("%s in %s (-want +got):\n%s", c.name, c.lang, diff)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"Grace Shen (沈嘉宜) said", "青松站《》（", "O'Neil-", "김민준 대통령", "A. B. C", "THE END: Yes", "\xff市"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tokens := text.AppendTokens(nil, s)
		for _, lang := range []string{"en", "de", "zh", "ja", "ko", text.Language("", "", s)} {
			ctx := text.NameContext{Text: s, Lang: lang}
			names := text.AppendNames(nil, tokens, ctx)
			for i, n := range names {
				if n.Text != s[n.Pos:n.Pos+len(n.Text)] || n.Text == "" {
					t.Fatalf("%s: name %q is not at %d", lang, n.Text, n.Pos)
				}
				if i > 0 && names[i-1].Pos+len(names[i-1].Text) > n.Pos {
					t.Fatalf("%s: %q overlaps %q", lang, names[i-1].Text, n.Text)
				}
				text.AppendRomanised(nil, n.Text, lang)
			}
			text.AppendAliases(nil, tokens, names, ctx)
			ctx.Title, ctx.Body = true, names
			text.AppendNames(nil, tokens, ctx)
		}
	})
}
