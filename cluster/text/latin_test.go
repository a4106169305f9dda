package text

import "testing"

func TestLatinSpelling(t *testing.T) {
	for _, c := range []struct{ fold, want string }{
		{"qingsong", "qingsong"},
		{"такато", "takato"},
		{"шойгу", "shoigu"},
		{"αθηνα", "athina"},
		{"الطوارئ", "twary"}, // without the article
		{"وزير", "wzyr"},
		{"لندن", "lndn"},
		{"マクロン", "makuron"},
		{"トランプ", "torampu"},
		{"シャフィク", "shafiku"},
		{"ファティマ", "fatima"},
		{"キョウト", "kyouto"},
		{"バイデン", "baiden"},
		{"바이든은", "baideun"}, // without the particle
		{"트럼프", "teureompeu"},
		{"地震", ""},
		{"", ""},
	} {
		if got := string(AppendLatin(nil, c.fold)); got != c.want {
			t.Errorf("%s: %q, want %q", c.fold, got, c.want)
		}
	}
}
