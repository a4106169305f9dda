package neardup_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster/neardup"
)

const day = 24 * hour

// rate is an edition of a daily template.
func rate(place string, on time.Time, amount, change string) string {
	return fmt.Sprintf("%s, %s - The harbour office lent the mills %s crowns against\ngrain notes, a clerk said. The fee stood at %s pct when the window opened for its\nusual hour. The mills had asked for the loan in the morning.\n",
		place, on.Format("January 2"), amount, change)
}

func TestEditionsOfASeriesAreNoCopies(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	var docs []neardup.Doc
	for i, amount := range []string{"two million", "3.5 million", "one million", "two million"} {
		at := time.Duration(7*i) * day
		docs = append(docs, doc(fmt.Sprint("edition", i), "wire", at, "HARBOUR LENDS TO MILLS", rate("ODENSE", noon.Add(at), amount, fmt.Sprintf("6-%d/16", i+1))))
	}
	docs = append(docs, doc("copy", "gazette", hour, "Harbour lends again", docs[0].Text))
	n.add(docs...)
	if !n.together("edition0", "copy") {
		t.Error("the copy of an edition is no edition")
	}
	for i := range 4 {
		for j := range i {
			if a, b := fmt.Sprint("edition", i), fmt.Sprint("edition", j); n.together(a, b) {
				t.Errorf("%s and %s are grouped", a, b)
			}
		}
		if s := n.placed[fmt.Sprint("edition", i)].Series; len(s) != 11 || s[0] != 's' || s != n.placed["edition0"].Series {
			t.Errorf("edition %d is of series %q", i, s)
		}
	}
}

func TestSeriesOfOneTemplateAreOne(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	edition := func(id string, days int) neardup.Doc {
		at := time.Duration(days) * day
		return doc(id, "wire", at, "HARBOUR LENDS TO MILLS", rate("ODENSE", noon.Add(at), fmt.Sprint(days), fmt.Sprint(2*days)))
	}
	n.add(edition("a", 0), edition("b", 7)) // the window ends between b and c
	n.add(edition("c", 60), edition("d", 67))
	if n.placed["a"].Series == "" || n.placed["a"].Series != n.placed["d"].Series {
		t.Errorf("series %q and %q", n.placed["a"].Series, n.placed["d"].Series)
	}
	n = n.restart()
	n.add(edition("e", 74))
	if n.placed["e"].Series != n.placed["a"].Series {
		t.Errorf("after a restart: series %q, want %q", n.placed["e"].Series, n.placed["a"].Series)
	}
	n.d.Expire(noon.Add(1000*day), nobody)
	n.add(edition("f", 1000), edition("g", 1007))
	if n.placed["f"].Series != n.placed["a"].Series {
		t.Error("the id of a series must come from its template")
	}
}

func TestSlotsThatConflict(t *testing.T) {
	t.Parallel()
	payout := func(place, div string) string {
		return place + ", March 2 - Qtly div " + div + " cts vs " + div + " cts prior\n    Pay April 15\n    Record March 23\n"
	}
	contract := func(firm, sum string) string {
		return "ODENSE, March 2 - " + firm + " is being awarded a " + sum + " mln crown contract for lamp oil by the harbour office, which said that the work was put to public tender and that nine bids were received before the end of last year. The oil goes to the outer lights.\n"
	}
	tests := []struct {
		name           string
		a, b           neardup.Doc
		copies, series bool
	}{
		{
			"other companies, same figures",
			doc("a", "wire", 0, "ALDER CORP <ALD> SETS QUARTERLY", payout("ODENSE", "10")),
			doc("b", "wire", hour, "BIRCH INC <BRC> SETS QUARTERLY", payout("AARHUS", "10")), false, true,
		},
		{
			"one company, sent twice",
			doc("a", "wire", 0, "ALDER CORP <ALD> SETS QUARTERLY", payout("ODENSE", "10")),
			doc("b", "wire", hour, "ALDER <ALD> DECLARES DIVIDEND", strings.Replace(payout("ODENSE", "10"), "Pay", "Payable", 1)), true, false,
		},
		{
			"other winners",
			doc("a", "wire", 0, "Alder wins contract", contract("Alder Lamp Works", "304")),
			doc("b", "wire", hour, "Birch wins contract", contract("Birch Brothers", "120.5")), false, true,
		},
		{
			"a corrected figure",
			doc("a", "wire", 0, "Alder wins contract", contract("Alder Lamp Works", "304")),
			doc("b", "wire", hour, "Alder wins contract", contract("Alder Lamp Works", "305")), true, false,
		},
		{
			"one long hoax, another victim",
			doc("a", "x", 0, "", "The harpist Alder Lindqvist has not died, "+edit(prose(1, 400), 13)),
			doc("b", "y", hour, "", "The painter Birch Sommer has not died, "+prose(1, 400)), false, false,
		},
		{
			"a long report in other words at the top",
			doc("a", "x", 0, "", "The harpist Alder Lindqvist has not died, "+edit(prose(1, 400), 13)),
			doc("b", "y", hour, "", "Reports that Alder Lindqvist had died were wrong, "+prose(1, 400)), true, false,
		},
		{
			"prose sent again under a later dateline",
			doc("a", "wire", 0, "Bridge", "ODENSE, March 2 - "+prose(1, 150)),
			doc("b", "wire", 4*day, "Bridge", "ODENSE, March 6 - "+prose(1, 150)), true, false,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := newNewsroom(t)
			n.add(tt.a, tt.b)
			if got := n.together("a", "b"); got != tt.copies {
				t.Errorf("copies: %v, want %v", got, tt.copies)
			}
			a, b := n.placed["a"].Series, n.placed["b"].Series
			if (a != "" && a == b) != tt.series {
				t.Errorf("series %q and %q, want one: %v", a, b, tt.series)
			}
		})
	}
}

func TestShortTextRule(t *testing.T) {
	t.Parallel()
	const brief = "The ferry to the island is not running today because of the storm, the harbour office said."
	undated := func(id, title, text string) neardup.Doc {
		return neardup.Doc{ID: id, Source: "wire", Title: title, Text: text, Time: noon, Undated: true}
	}
	daily := func(id string, days int, title string) neardup.Doc {
		return neardup.Doc{ID: id, Source: id, Title: title, Time: noon.AddDate(0, 0, days).Truncate(day), DateOnly: true}
	}
	tests := []struct {
		name string
		a, b neardup.Doc
		want bool
	}{
		{"no word at all", doc("a", "x", 0, "", ""), doc("b", "y", 0, "", ""), false},
		{"only punctuation and emoji", doc("a", "x", 0, "🔥 !!!", "…"), doc("b", "y", 0, "🔥 !!!", "…"), false},
		{"equal headlines, no text, the same day", doc("a", "x", 0, "Ferry stopped by storm", ""), doc("b", "y", 20*hour, "FERRY stopped, by storm!", " "), true},
		{"equal headlines, no text, two days apart", doc("a", "x", 0, "Ferry stopped by storm", ""), doc("b", "y", 48*hour, "Ferry stopped by storm", ""), false},
		{"headlines that differ in one word", doc("a", "x", 0, "Ferry stopped by storm", ""), doc("b", "y", 0, "Ferry stopped by ice", ""), false},
		{"equal headlines of days only, next day", daily("a", 0, "Ferry stopped"), daily("b", 1, "Ferry stopped"), true},
		{"equal headlines of days only, two days on", daily("a", 0, "Ferry stopped"), daily("b", 2, "Ferry stopped"), false},
		{"equal headlines, both undated", undated("a", "Ferry stopped", ""), undated("b", "Ferry stopped", ""), true},
		{"equal headlines, one undated", undated("a", "Ferry stopped", ""), doc("b", "y", 0, "Ferry stopped", ""), false},
		{"equal brief and headline", doc("a", "x", 0, "Ferry stopped", brief), doc("b", "y", 30*hour, "Ferry stopped", brief), true},
		{"equal brief and headline after three days", doc("a", "x", 0, "Ferry stopped", brief), doc("b", "y", 72*hour, "Ferry stopped", brief), false},
		{"equal brief, headlines that agree", doc("a", "x", 0, "Island ferry stopped", brief), doc("b", "y", hour, "Storm: island ferry stopped", brief), true},
		{"filler text under different headlines", doc("a", "x", 0, "Premier visits school", "Watch the full video here."), doc("b", "y", hour, "Ferry stopped by storm", "Watch the full video here."), false},
		{"headline only and text only", doc("a", "x", 0, "Ferry stopped", ""), doc("b", "y", 0, "", "Ferry stopped"), false},
		{"one word a thousand times", doc("a", "x", 0, "", strings.Repeat("again ", 1000)), doc("b", "y", 0, "", strings.Repeat("again ", 1000)), true},
		{"one word, another count", doc("a", "x", 0, "", strings.Repeat("again ", 1000)), doc("b", "y", 0, "", strings.Repeat("again ", 900)), true},
		{"one other word a thousand times", doc("a", "x", 0, "", strings.Repeat("again ", 1000)), doc("b", "y", 0, "", strings.Repeat("never ", 1000)), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := newNewsroom(t)
			n.add(tt.a, tt.b)
			if got := n.together("a", "b"); got != tt.want {
				t.Errorf("copies: %v, want %v\n%s", got, tt.want, n.partition())
			}
		})
	}
}

// scripts repeats invented sentences with a counter between, so that texts of any length differ from each other.
func scripts(sentences []string, from, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d%s", sentences[i%len(sentences)], from+i*i, sentences[(i*3+from)%len(sentences)])
	}
	return b.String()
}

func TestEveryScript(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"Chinese":  {"市議會星期五決定關閉舊橋一年，", "市長表示橋墩磨損嚴重，", "居民要求增開渡輪，", "商會對此表示憂慮。"},
		"Japanese": {"市議会は金曜日に古い橋を閉鎖すると決めた。", "市長は橋脚の傷みを理由に挙げた。", "フェリーの増便を求める声もある。"},
		"Korean":   {"시의회는 금요일에 낡은 다리를 폐쇄하기로 했다. ", "시장은 교각이 닳았다고 말했다. ", "주민들은 배편을 늘려 달라고 요구했다. "},
		"Arabic":   {"قرر مجلس المدينة إغلاق الجسر القديم لمدة عام. ", "وقال العمدة إن الدعامات تآكلت. ", "وطالب السكان بزيادة العبارات. "},
		"Thai":     {"สภาเมืองมีมติปิดสะพานเก่าเป็นเวลาหนึ่งปี ", "นายกเทศมนตรีกล่าวว่าตอม่อสึกหรอ ", "ชาวบ้านขอเพิ่มเรือข้ามฟาก "},
		"Russian":  {"Городской совет решил закрыть старый мост на год. ", "Мэр сказал, что опоры износились. ", "Жители просят пустить паром. "},
		"mixed":    {"The 市議會 closed the มอสโก bridge. ", "Мэр said 橋墩 are worn 🔥. ", "주민 ask for العبارات more. "},
	}
	for name, sentences := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := scripts(sentences, 1, 40)
			runes := []rune(report)
			n := newNewsroom(t)
			n.add(
				doc("a", "wire", 0, "", report),
				doc("copy", "gazette", hour, "", "【"+string(sentences[0])+"】\n"+report),
				doc("cut", "herald", hour, "", string(runes[:len(runes)*3/5])),
				doc("other", "mail", hour, "", scripts([]string{string(runes[5:9]), string(runes[20:27]), string(runes[40:44])}, 900, 60)),
			)
			if !n.together("a", "copy") || !n.together("a", "cut") || n.together("a", "other") {
				t.Errorf("groups:\n%s", n.partition())
			}
		})
	}
}

func TestMegabyteTexts(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	long := prose(1, 150_000)
	if len(long) < 1<<20 {
		t.Fatalf("the text has only %d bytes", len(long))
	}
	n.add(doc("a", "wire", 0, "", long), doc("b", "gazette", hour, "", edit(long, 40)), doc("c", "mail", hour, "", prose(2, 150_000)))
	if !n.together("a", "b") || n.together("a", "c") {
		t.Errorf("groups:\n%s", n.partition())
	}
}
