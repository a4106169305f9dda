package text

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNameTally(t *testing.T) {
	type doc struct{ title, body string }
	for _, test := range []struct {
		name, lang, source string
		docs               []doc
		want               []string
	}{
		{"whole names, not halves of them", "en", "Meridian", []doc{
			{"Okonjo to visit Port Ansel", "Premier Ada Okonjo will visit Port Ansel Hospital on Friday. Okonjo said she would meet Port Ansel doctors there."},
		}, []string{"Ada Okonjo", "Port Ansel Hospital"}},
		{"no weekday, no agency, not the outlet itself", "en", "Halden Courier", []doc{
			{"Talks in Larvik", "LARVIK, March 3 (Reuters) - Talks with Ingrid Solvang went on in Larvik on Tuesday, the Halden Courier and the Associated Press said."},
		}, []string{"Larvik", "Ingrid Solvang"}},
		{"a headline in title case makes no names", "en", "", []doc{
			{"Okonjo Vows Again To Fight", "The premier, Ada Okonjo, vowed again to fight the plan in Larvik. It would take years, Okonjo said, and cost a great deal."},
		}, []string{"Ada Okonjo", "Larvik"}},
		{"of three texts two must have it", "en", "", []doc{
			{"Fire in Larvik", "A fire in Larvik was put out with help from Ada Okonjo."},
			{"Larvik fire put out", "The fire in Larvik was put out, as Ada Okonjo and Tomas Reyer said, with help."},
			{"Fire put out", "The fire in Larvik near Sundhaven was put out by Ada Okonjo and Ben Thoor."},
		}, []string{"Larvik", "Ada Okonjo", "Tomas Reyer"}},
		{"offices and compounds stay outside", "en", "", []doc{
			{"Talks", "Talks of the Larvik-based firm were led by Secretary of State Hilde Clarkson and seen by Dan Oates of Aurora on that day."},
		}, []string{"Larvik", "Hilde Clarkson", "Dan Oates"}},
		{"countries are where it is", "en", "", []doc{
			{"Quake in Peru", "A quake in Peru was felt far away."},
		}, []string{"Peru"}},
		{"German nouns in front of a name are none of it", "de", "", []doc{
			{"Angriff in Halden", "Innenminister Bram Oskell kam nach Halden. Dort sprach Innenminister Bram Oskell mit der Polizei von Halden."},
		}, []string{"Bram Oskell"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var tally NameTally
			for _, d := range test.docs {
				tally.Add(d.title, d.body, test.lang, test.source, LoadBackground(test.lang))
			}
			if diff := cmp.Diff(test.want, tally.Top(5)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestQuotes(t *testing.T) {
	for _, test := range []struct{ lang, in, text, speaker string }{
		{"en", "“We had one hour to warn them,” said Rasmus Eide on Friday.", "We had one hour to warn them", "Rasmus Eide"},
		{"en", "Rasmus Eide said: \"We had one hour to warn them.\"", "We had one hour to warn them.", "Rasmus Eide"},
		{"en", "Eide called it “a bad day” and left.", "", ""},
		{"en", "“We had one hour to warn them,” Rasmus Eide told Ingrid Solvang.", "We had one hour to warn them", ""},
		{"de", "„Wir hatten nur eine Stunde“, sagte Bram Oskell.", "Wir hatten nur eine Stunde", "Bram Oskell"},
	} {
		names := AppendNames(nil, AppendTokens(nil, test.in), NameContext{Text: test.in, Lang: test.lang})
		quotes := AppendQuotes(nil, test.in, names)
		var q Quote
		if len(quotes) > 0 {
			q = quotes[0]
		}
		if q.Text != test.text || q.Speaker != test.speaker {
			t.Errorf("%s: got %q by %q", test.in, q.Text, q.Speaker)
		}
	}
}
