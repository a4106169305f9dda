package thread_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/thread"
)

// What a later story is to the thread follows from its headline and its date: the same facts, told each time by a
// different kind of story.
func TestLinkKinds(t *testing.T) {
	const day = 24 * time.Hour
	start := time.Date(2031, 5, 2, 8, 0, 0, 0, time.UTC)
	type beat struct {
		after       time.Duration
		title, text string
		want        string
	}
	for _, tt := range []struct {
		lang        string
		title, text string
		beats       []beat
	}{
		{
			"en", "Landslide kills 14 in Tarnvik", "A landslide buried part of the village of Tarnvik below Mount Orvald early on Friday and killed 14 people, rescuers said. Residents were evacuated as search teams dug for survivors.",
			[]beat{
				{10 * time.Hour, "Tarnvik landslide: 19 killed, search goes on", "The landslide that buried part of the village of Tarnvik below Mount Orvald killed 19 people, rescuers said. Search teams dug for survivors through the night.", thread.Update},
				{5 * day, "Tarnvik residents evacuated again after second landslide", "Residents of Tarnvik were evacuated again on Wednesday after a smaller landslide came down from Mount Orvald, where 19 people were killed last week.", thread.FollowUp},
				{6 * day, "Minister Lisbet Aune promises help after Tarnvik landslide", "The minister promised help to residents of Tarnvik, the village below Mount Orvald where a landslide killed 19 people.", thread.Reaction},
				{9 * day, "Timeline: how the landslide hit Tarnvik", "The landslide of Tarnvik began above the village on Mount Orvald before dawn. It killed 19 people; residents were evacuated by search teams.", thread.Background},
				{367 * day, "One year after the landslide, Tarnvik remembers", "Residents of Tarnvik gathered below Mount Orvald on the anniversary of the landslide that killed 19 people.", thread.Anniversary},
				{520 * day, "Years after landslide, a court looks at Tarnvik", "A court began to hear why residents of Tarnvik were not evacuated before the landslide from Mount Orvald killed 19 people.", thread.Reopened},
				{730 * day, "Tarnvik marks second anniversary of landslide", "Residents of Tarnvik stood in silence below Mount Orvald where the landslide killed 19 people.", thread.Anniversary},
			},
		},
		{
			"de", "Erdrutsch in Tarnvik: 14 Tote", "Ein Erdrutsch hat am Freitag einen Teil des Dorfes Tarnvik unter dem Berg Orvald verschüttet und 14 Menschen getötet. Bewohner wurden evakuiert, Retter suchten nach Überlebenden.",
			[]beat{
				{9 * day, "Was wir wissen: der Erdrutsch in Tarnvik", "Der Erdrutsch in Tarnvik begann vor Tagesanbruch am Berg Orvald und tötete 19 Menschen. Bewohner wurden von Rettern evakuiert.", thread.Background},
				{365 * day, "Ein Jahr nach dem Erdrutsch: Trauer in Tarnvik", "Bewohner kamen in Tarnvik unter dem Berg Orvald zusammen, wo der Erdrutsch 19 Menschen getötet hat.", thread.Anniversary},
			},
		},
		{
			"fr", "Glissement de terrain à Tarnvik : 14 morts", "Un glissement de terrain a enseveli vendredi une partie du village de Tarnvik, sous le mont Orvald, et fait 14 morts. Les habitants ont été évacués.",
			[]beat{
				{9 * day, "Tarnvik : ce que l’on sait du glissement de terrain", "Le glissement de terrain de Tarnvik est parti du mont Orvald avant l'aube. Il a fait 19 morts et les habitants ont été évacués.", thread.Background},
				{366 * day, "Un an après le glissement de terrain, Tarnvik se souvient de ses morts", "Les habitants de Tarnvik se sont réunis sous le mont Orvald, où le glissement de terrain a fait 19 morts.", thread.Anniversary},
			},
		},
		{
			"zh", "塔恩村山崩釀14死", "塔恩村(Tarnvik)週五凌晨發生山崩，奧瓦爾山(Orvald)下多棟房屋遭掩埋，造成14人死亡，居民疏散，搜救隊持續搜救。",
			[]beat{
				{9 * day, "懶人包：塔恩村山崩始末", "塔恩村(Tarnvik)山崩造成19人死亡，奧瓦爾山(Orvald)下居民疏散，搜救隊持續搜救。", thread.Background},
				{365 * day, "塔恩村山崩周年 居民追思死者", "塔恩村(Tarnvik)居民在奧瓦爾山(Orvald)下追思山崩的19名死者，居民當時疏散，搜救隊持續搜救。", thread.Anniversary},
			},
		},
	} {
		t.Run(tt.lang, func(t *testing.T) {
			stories := []fixtureStory{{ID: "00", Lang: tt.lang, Title: tt.title, Text: tt.text, Published: start}}
			want := map[string]string{"e-00": thread.Founding}
			for i, b := range tt.beats {
				id := string([]byte{'0', byte('1' + i)})
				stories = append(stories, fixtureStory{ID: id, Lang: tt.lang, Title: b.title, Text: b.text, Published: start.Add(b.after)})
				want["e-"+id] = b.want
			}
			events, idf := eventsOf(stories)
			got := make(map[string]string)
			for _, th := range thread.Link(events, idf, thread.DefaultParams()) {
				for _, l := range th.Links {
					if th.Links[0].Event == "e-00" {
						got[l.Event] = l.Kind
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
		})
	}
}

// Headlines that look back, and headlines with the same words that do not.
func TestCues(t *testing.T) {
	type cues struct{ Anniversary, Background bool }
	for _, tt := range []struct {
		lang, title string
		want        cues
	}{
		{"en", "Ten years on, the harbour has not forgotten", cues{Anniversary: true}},
		{"en", "City marks fifth anniversary of the flood", cues{Anniversary: true}},
		{"en", "Explainer: what we know about the leak", cues{Background: true}},
		{"en", "Who was the man on the bridge?", cues{Background: true}},
		{"en", "Woman who was hit by a tram dies", cues{}},
		{"en", "Police hold high-profile suspect", cues{}},
		{"en", "Budget passes after two years", cues{}},
		{"und", "Timeline of the strike", cues{Background: true}},
		{"de", "Zum Jahrestag der Flut läuten die Glocken", cues{Anniversary: true}},
		{"de", "Hintergrund: Wie es zu dem Brand kam", cues{Background: true}},
		{"de", "Mann mit unklarem Hintergrund verhaftet", cues{}},
		{"fr", "Dix ans plus tard, le port se souvient", cues{Anniversary: true}},
		{"fr", "Décryptage : la grève en cinq questions", cues{Background: true}},
		{"es", "Un año después de la riada", cues{Anniversary: true}},
		{"es", "Lo que se sabe del incendio", cues{Background: true}},
		{"pt", "Incêndio: dez anos depois, a cidade recorda", cues{Anniversary: true}},
		{"pt", "Entenda a greve dos portos", cues{Background: true}},
		{"it", "Alluvione, l'anniversario in silenzio", cues{Anniversary: true}},
		{"it", "Chi era l'uomo del ponte", cues{Background: true}},
		{"ru", "Годовщина наводнения: город помнит", cues{Anniversary: true}},
		{"ru", "Что известно о пожаре в порту", cues{Background: true}},
		{"zh", "水災十周年 居民追思", cues{Anniversary: true}},
		{"zh", "一次看懂港口罷工", cues{Background: true}},
		{"ja", "水害から1年、住民が追悼", cues{Anniversary: true}},
		{"ja", "【解説】港のストライキ", cues{Background: true}},
		{"ko", "홍수 10주년 추모식", cues{Anniversary: true}},
		{"ko", "[해설] 항만 파업의 쟁점", cues{Background: true}},
		{"ar", "الذكرى العاشرة للفيضان", cues{Anniversary: true}},
		{"ar", "حريق الميناء: ما نعرفه حتى الآن", cues{Background: true}},
		{"xx", "Timeline anniversary", cues{}},
	} {
		p := thread.NewProfile(thread.Doc{Lang: tt.lang, Title: tt.title, Text: "Nothing is said here."}, nil)
		stored, _, err := thread.DecodeProfile(p.AppendBinary(nil))
		if err != nil {
			t.Fatal(err)
		}
		if got := (cues{stored.Anniversary, stored.Background}); got != tt.want {
			t.Errorf("%s: %q is stored with %+v, want %+v", tt.lang, tt.title, got, tt.want)
		}
		if diff := cmp.Diff(tt.want, cues{p.Anniversary, p.Background}); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", tt.lang, tt.title, diff)
		}
	}
	// Without a headline the first sentence speaks.
	p := thread.NewProfile(thread.Doc{Lang: "en", Text: "Ten years after the flood, the harbour has not forgotten."}, nil)
	if !p.Anniversary {
		t.Error("a text without a headline is not seen to mark an anniversary")
	}
}
