package text_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/samestory/samestory/cluster/text"
)

func TestDocType(t *testing.T) {
	t.Parallel()
	const body = "The council met on Friday and decided to close the bridge for a year, the mayor said, because the piers are worn."
	live, listing, roundup := "", "", ""
	for i := range 12 {
		live += fmt.Sprintf("%02d:%02d The mayor says that the works will begin before the end of the month, whatever the council decides.\n", 9+i/4, i*5%60)
		listing += fmt.Sprintf("Rovers %d United %d\n", i, i+1)
		roundup += "Bridge closed\n" + strings.Repeat("The council decided to close the bridge, and many asked why. ", 3) + "\n"
	}
	tests := []struct {
		title, url, body string
		want             text.DocType
	}{
		{"Council closes bridge", "", body, text.Report},
		{"Alive and well: the bridge", "", body, text.Report},
		{"Letterman retires", "", body, text.Report},
		{"Opinion polls show a close race", "", body, text.Report},
		{"Live results are a burden, says union", "", body, text.Report},
		{"Bridge closure - live updates", "", body, text.Live},
		{"The Latest: Council debates bridge", "", body, text.Live},
		{"Bridge latest: Council votes", "", body, text.Live},
		{"The latest bridge: a visit", "", body, text.Report},
		{"LIVE: Council debates bridge", "", body, text.Live},
		{"Liveticker zur Brücke", "", body, text.Live},
		{"Pont fermé : suivez la séance en direct", "", body, text.Live},
		{"橋樑封閉 直播中", "", body, text.Live},
		{"Council debates", "https://example.org/live/council", body, text.Live},
		{"Council debates", "", live, text.Live},
		{"Morning briefing: bridge, budget, weather", "", body, text.Roundup},
		{"Die Woche in Halvenien: Trauer und Flut", "", body, text.Roundup},
		{"今日要聞：橋樑封閉", "", body, text.Roundup},
		{"What happened", "", roundup, text.Roundup},
		{"Opinion: The bridge must stay", "", body, text.Opinion},
		{"The bridge must stay | Editorial", "", body, text.Opinion},
		{"社說：橋樑", "", body, text.Report},
		{"社論：橋樑", "", body, text.Opinion},
		{"The bridge", "https://example.org/opinion/bridge", body, text.Opinion},
		{"Your horoscope for Friday", "", body, text.Listing},
		{"Second division", "", listing, text.Listing},
		{"Council closes bridge", "", "", text.Stub},
		{"", "", "More soon.", text.Stub},
	}
	typer := text.NewDocTyper()
	for _, tt := range tests {
		got, why := typer.Type(tt.title, tt.url, tt.body)
		if got != tt.want || (why == "") != (got == text.Report) {
			t.Errorf("%q %s: %v because of %q, want %v", tt.title, tt.url, got, why, tt.want)
		}
	}
}
