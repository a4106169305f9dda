package text

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said writes figures as a table row: "11 dead", "at least 300000000 crown/aid", in order.
func said(figures []Figure) []string {
	out := []string{}
	for _, f := range figures {
		s := fmt.Sprint(int64(f.Value))
		if f.Value != float64(int64(f.Value)) {
			s = fmt.Sprint(f.Value)
		}
		if f.Most != f.Value {
			s += fmt.Sprintf("-%g", f.Most)
		}
		s = [...]string{"", ">=", "<=", "~", "+"}[f.Bound] + s
		switch f.Kind {
		case Percent:
			s += "%"
		default:
			if f.What != "" {
				s += " " + f.What
			}
		}
		if f.Of != "" {
			s += "/" + f.Of
		}
		if f.Aside {
			s += " (aside)"
		}
		out = append(out, s)
	}
	return out
}

func TestFigures(t *testing.T) {
	for _, test := range []struct {
		lang, in string
		want     []string
	}{
		{"en", "Two dead, nine injured in smoke and knife attack at Port Ansel station", []string{"2 dead", "9 injured"}},
		{"en", "At least 11 people were injured and three are missing.", []string{">=11 injured", "3 missing"}},
		{"en", "The blast killed 14 people and wounded more than 120 others.", []string{"14 dead", ">=120 injured"}},
		{"en", "The death toll has risen from 11 to 14, police said.", []string{"14 dead"}},
		{"en", "Three people, including a three-year-old girl, were killed.", []string{"3 dead"}},
		{"en", "Anna Brandt, 43, was killed. A 3-year-old boy, aged 3, was injured.", []string{}},
		{"en", "Rovers won 3-2 at 19:30 on 11 September; call 020 7946 0018.", []string{}},
		{"en", "Two gunmen killed 11 worshippers.", []string{"11 dead/worshipper"}},
		{"en", "Two gunmen shot dead 11 people.", []string{"11 dead"}},
		{"en", "Three Halvenian sailors were killed.", []string{"3 dead/sailor"}},
		{"en", "The 1998 attack killed 40 people.", []string{"40 dead (aside)"}},
		{"en", "The bomb could have killed 200 people.", []string{"200 dead (aside)"}},
		{"en", "Between 10-15 people injured; another four people were injured.", []string{"10-15 injured", "+4 injured"}},
		{"en", "Twenty-three people and two hundred and fifty soldiers were killed.", []string{"23", "250 dead/soldier"}},
		{"en", "Kelvane Metals to buy Ostrand Steel for 4.2 billion crowns", []string{"4200000000 crown/deal"}},
		{"en", "Damage is estimated at $3.5 million, or about €3m.", []string{"~3500000 USD/damage", "~3000000 EUR/damage"}},
		{"en", "A 7.2-magnitude quake; earlier it was put at magnitude 6.9.", []string{"7.2 magnitude", "6.9 magnitude"}},
		{"en", "Turnout was 62.5 per cent, inflation 3%.", []string{"62.5%/turnout", "3%/inflation"}},
		{"en", "More than two dozen people were injured, a dozen soldiers were killed.", []string{">=24 injured", "12 dead/soldier"}},
		{"en", "Last year 40 people were killed here; last Friday three died.", []string{"40 dead (aside)", "3 dead"}},
		{"en", "No one was killed. He sent 800 or 900 million crowns and 69,000 more votes.", []string{"900000000 crown", "+69000 votes"}},
		{"en", "Police arrested 12 people and rescued 40.", []string{"12 arrested", "40 rescued"}},
		{"en", "Some 80,000 homes are without power.", []string{"~80000/hom"}},
		{"en", "Section 12 of the act, Flight 214, Room 3 and Route 66", []string{}},
		{"en", "He died 3 days later, in 2014, on page 12.", []string{}},
		{"de", "Mindestens elf Menschen wurden verletzt, zwei starben.", []string{">=11 injured", "2 dead"}},
		{"de", "Dreiundzwanzig Tote, 3.200 Verletzte und ein Vermisster", []string{"23 dead", "3200 injured"}},
		{"de", "Am 11. September um 19.30 Uhr war der 54-Jährige 3 Jahre tot.", []string{}},
		{"de", "Der Schaden beträgt 3,5 Millionen Euro.", []string{"3500000 EUR/damage"}},
		{"fr", "Au moins onze personnes ont été tuées et 3 200 blessées.", []string{">=11 dead", "3200 injured"}},
		{"fr", "Le bilan est passé à 14 morts, dont deux enfants de 3 ans.", []string{"14 dead", "2/enfant"}},
		{"fr", "Quatre-vingt-deux morts; 3,5 millions d'euros de dégâts", []string{"82 dead", "3500000 EUR/damage"}},
		{"es", "Al menos 11 personas murieron y treinta y dos resultaron heridas.", []string{">=11 dead", "32 injured"}},
		{"es", "Mueren 14 personas en un incendio; más de 200 evacuados", []string{"14 dead", ">=200 evacuated"}},
		{"es", "El 11 de septiembre de 2014, a las 19:30, un niño de 3 años", []string{}},
		{"pt", "Pelo menos 11 pessoas morreram e 23 ficaram feridas.", []string{">=11 dead", "23 injured"}},
		{"pt", "Ataque deixa dois mortos e nove feridos", []string{"2 dead", "9 injured"}},
		{"ru", "Погибли 11 человек, двадцать три ранены.", []string{"11 dead", "23 injured"}},
		{"ru", "Число погибших выросло до 14 человек, ущерб — 3 млн рублей", []string{"14 dead", "3000000 RUB/damage"}},
		{"ar", "مقتل 11 شخصا وإصابة ٢٣ آخرين في هجوم", []string{"11 dead", "23 injured"}},
		{"ar", "ثلاثة قتلى وعشرة جرحى", []string{"3 dead", "10 injured"}},
		{"zh", "攻擊造成11人死亡、至少三十人受傷，3名警員輕傷。", []string{"11 dead", ">=30 injured", "3 injured/警員"}},
		{"zh", "死者增至14人，5月21日晚上7時30分，3歲", []string{"14 dead"}},
		{"zh", "列車事故11死30傷，損失3.5億元", []string{"11 dead", "30 injured", "350000000 元/damage"}},
		{"ja", "男性2人が死亡し、少なくとも11人がけがをした。", []string{"2 dead", ">=11 injured"}},
		{"ja", "死者は14人に、被害額は2億3000万円。投票率は62%", []string{"14 dead", "230000000 JPY/damage", "62%/turnout"}},
	} {
		got := said(AppendFigures(nil, test.in, AnchorContext{Lang: test.lang, Year: 2026}))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", test.lang, test.in, diff)
		}
	}
}
