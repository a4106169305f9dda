package text_test

import (
	"testing"

	"github.com/samestory/samestory/cluster/text"
)

func TestLanguageDeclared(t *testing.T) {
	const english, chinese = "The minister said on Monday that the bridge would open.", "部長星期一表示，大橋將於明年通車。"
	for _, c := range []struct{ declared, body, want string }{
		{"en", english, "en"},
		{"EN-gb", english, "en"},
		{"en_US", english, "en"},
		{"eng", english, "en"},
		{"English", english, "en"},
		{"deu", "Bonn, Köln, Aachen", "de"},
		{"nb-NO", "Oslo", "no"},
		{"iw", "ירושלים", "he"},
		{"zh-Hant-TW", chinese, "zh"},
		{"cmn", chinese, "zh"},
		{"de", english, "de"},    // the script does not refute it, so the publisher is believed
		{"en-US", chinese, "zh"}, // a feed left at its default
		{"xx", english, "en"},
		{"q1", english, "en"},
		{"", english, "en"},
		{"en", "", "en"},
		{"", "", "und"},
		{"", "1, 2, 3 … 🎉", "und"},
		{"", "\xff\xfe\x00", "und"},
	} {
		if got := text.Language(c.declared, "", c.body); got != c.want {
			t.Errorf("Language(%q, %q) = %q, want %q", c.declared, c.body, got, c.want)
		}
	}
}

func TestLanguageDetected(t *testing.T) {
	for want, bodies := range map[string][]string{
		"en": {"Rescue teams worked through the night after the river broke its banks and flooded three villages."},
		"de": {"Nach dem Hochwasser in drei Dörfern haben Helfer die ganze Nacht gearbeitet, sagte der Bürgermeister."},
		"fr": {"Les secours ont travaillé toute la nuit après la crue de la rivière qui a inondé trois villages."},
		"es": {"Los equipos de rescate trabajaron toda la noche después de que el río inundara tres pueblos."},
		"pt": {"As equipes de resgate trabalharam a noite toda depois que o rio transbordou e inundou três aldeias."},
		"it": {"I soccorritori hanno lavorato tutta la notte dopo che il fiume ha allagato tre paesi della valle."},
		"nl": {"Reddingswerkers hebben de hele nacht gewerkt nadat de rivier drie dorpen onder water had gezet."},
		"sv": {"Räddningstjänsten arbetade hela natten efter att floden svämmat över och dränkt tre byar."},
		"pl": {"Ratownicy pracowali przez całą noc po tym, jak rzeka zalała trzy wsie w dolinie."},
		"tr": {"Kurtarma ekipleri, nehrin taşması ve üç köyün sular altında kalmasının ardından bütün gece çalıştı."},
		"vi": {"Các đội cứu hộ đã làm việc suốt đêm sau khi nước sông tràn vào ba ngôi làng."},
		"ru": {"Спасатели работали всю ночь после того, как река вышла из берегов и затопила три деревни."},
		"uk": {"Рятувальники працювали всю ніч після того, як річка вийшла з берегів і затопила три села."},
		"ar": {"عملت فرق الإنقاذ طوال الليل بعد أن فاض النهر على ثلاث قرى في الوادي."},
		"fa": {"گروه های امدادی پس از آنکه رودخانه سه روستا را فرا گرفت تمام شب کار کردند."},
		"hi": {"नदी का पानी तीन गांवों में घुसने के बाद बचाव दल ने रात भर काम किया।"},
		"zh": {"河水淹沒三個村莊，救援隊徹夜工作。", "河水淹没三个村庄，救援队彻夜工作。"},
		"ja": {"川が氾濫して三つの村が浸水し、救助隊は夜通し作業した。", "首相、経済対策発表"},
		"ko": {"강물이 범람해 세 마을이 물에 잠기자 구조대가 밤새 작업했다."},
		"th": {"ทีมกู้ภัยทำงานตลอดทั้งคืนหลังจากแม่น้ำท่วมสามหมู่บ้าน"},
		"he": {"צוותי החילוץ עבדו כל הלילה לאחר שהנהר הציף שלושה כפרים."},
		"el": {"Τα σωστικά συνεργεία εργάστηκαν όλη τη νύχτα όταν το ποτάμι πλημμύρισε τρία χωριά."},
	} {
		for _, body := range bodies {
			if got := text.Language("", "", body); got != want {
				t.Errorf("Language(%q) = %q, want %q", body, got, want)
			}
			if got := text.Language("", body, ""); got != want {
				t.Errorf("as a headline: Language(%q) = %q, want %q", body, got, want)
			}
		}
	}
}

// A headline of names says nothing about its language, and a guess would split events by language.
func TestLanguageThinEvidence(t *testing.T) {
	for _, title := range []string{"Marta Lindqvist, Jonas Halvik", "Halvik 3-1 Saar", "USA vs. Canada: highlights", "Covid-19"} {
		if got := text.Language("", title, ""); got != "und" {
			t.Errorf("Language of headline %q = %q, want und", title, got)
		}
	}
}

func TestLanguageMixedScripts(t *testing.T) {
	for body, want := range map[string]string{
		"Apple 發表新款 iPhone，售價不變":                               "zh",
		"The word 新聞 means news, and it is on the front page.": "en",
		"新型iPhoneを発表":                                          "ja",
		"Компания Apple представила новый iPhone в Москве":     "ru",
	} {
		if got := text.Language("", "", body); got != want {
			t.Errorf("Language(%q) = %q, want %q", body, got, want)
		}
	}
}

func BenchmarkLanguage(b *testing.B) {
	body := ""
	for range 40 {
		body += "Rescue teams worked through the night after the river broke its banks and flooded three villages. "
	}
	b.Run("undeclared", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			text.Language("", "Three villages flooded", body)
		}
	})
	b.Run("declared", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			text.Language("en", "Three villages flooded", body)
		}
	})
}
