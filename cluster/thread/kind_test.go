package thread_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/thread"
)

// Every language folds its words to the same heads.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		want       []string
	}{
		{"en", "The attacker stabbed two people, who died; eleven were wounded.", []string{"attack", "kill", "injure", "stab"}},
		{"en", "Quakes and aftershocks flooded the news of murders.", []string{"kill", "quake", "flood"}},
		{"en", "The budget was presented to the committee.", nil},
		{"und", "An earthquake struck.", []string{"quake"}},
		{"de", "Bei dem Messerangriff wurden drei Menschen getötet und elf verletzt.", []string{"kill", "injure", "stab"}},
		{"fr", "L'attaque au couteau a fait trois morts et onze blessés.", []string{"attack", "kill", "injure", "stab"}},
		{"es", "El ataque con cuchillo dejó tres muertos y once heridos.", []string{"attack", "kill", "injure", "stab"}},
		{"pt", "O ataque com faca deixou três mortos e onze feridos.", []string{"attack", "kill", "injure", "stab"}},
		{"it", "L'attacco con il coltello ha fatto tre morti e undici feriti.", []string{"attack", "kill", "injure", "stab"}},
		{"ru", "В результате нападения погибли трое, ранены одиннадцать человек.", []string{"attack", "kill", "injure"}},
		{"zh", "男子持刀攻擊，三人死亡、十一人受傷", []string{"attack", "kill", "injure", "stab"}},
		{"ja", "刃物で襲撃、3人死亡11人負傷", []string{"attack", "kill", "injure", "stab"}},
		{"ko", "흉기 공격으로 3명 사망, 11명 부상", []string{"attack", "kill", "injure", "stab"}},
		{"ar", "مقتل ثلاثة وإصابة أحد عشر في هجوم بسكين", []string{"attack", "kill", "injure", "stab"}},
		{"xx", "attack", nil}, // no list, no kinds
	} {
		p := thread.NewProfile(thread.Doc{Lang: c.lang, Text: c.text}, nil)
		var got []string
		for _, k := range p.Kinds {
			got = append(got, k.String())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", c.lang, c.text, diff)
		}
	}
}
