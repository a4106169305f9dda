package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	// nameSurnames holds the common Chinese surnames in both scripts.
	nameSurnames = "王李張张劉刘陳陈楊杨趙赵黃黄周吳吴徐孫孙胡朱高林何郭馬马羅罗梁宋鄭郑謝谢韓韩唐馮冯于董蕭萧程曹袁鄧邓許许傅沈曾彭呂吕蘇苏盧卢蔣蒋蔡賈贾" +
		"丁魏薛葉叶閻阎余潘杜戴夏鍾钟汪田任姜范方石姚譚谭廖鄒邹熊金陸陆郝孔白崔康毛邱秦江史顧顾侯邵孟龍龙萬万段錢钱湯汤尹黎易常武喬乔賀贺賴赖龔龚文習习" +
		"翁柯卓莊庄連连游簡简溫温洪鄔邬柳管藍蓝涂凃施詹巫童尤韋韦倪章魯鲁葛殷牛季司盛左齊齐"
	// nameAfter lists what stands right behind a Chinese or Japanese person's name, nameBefore what stands right before one.
	nameAfter = "總統 总统 總理 总理 院長 院长 市長 市长 部長 部长 縣長 县长 州長 州长 省長 省长 局長 局长 處長 处长 署長 署长 委員 委员 立委 議員 议员 主席 " +
		"主任 校長 校长 教授 先生 女士 小姐 發言人 发言人 檢察官 检察官 法官 警官 隊長 队长 將軍 将军 " +
		"表示 指出 強調 强调 說 说 稱 称 認為 认为 宣布 宣佈 透露 回應 回应 坦言 " +
		"容疑者 首相 大統領 知事 被告 選手 監督 氏 さん 官房長官 外相 社長 会長 議長"
	nameBefore = "總統 总统 總理 总理 院長 院长 市長 市长 部長 部长 縣長 县长 局長 局长 處長 处长 署長 署长 立委 議員 议员 主席 主任 校長 校长 " +
		"嫌犯 凶嫌 兇嫌 嫌疑人 發言人 发言人 檢察官 检察官 死者 男子 女子 記者 记者"
	// nameNotGiven holds characters that stand behind a name and are not its last one.
	nameNotGiven = "在於于說说表今昨日前後后對对與与和的是將将也則则已又並并及向就率等為为被到因曾至稱称指強强認认宣回以赴從从出會会不未要再"
	// namePlaceSuffix ends the name of a place in Chinese and Japanese; longer suffixes first.
	namePlaceSuffix = "火車站 火车站 捷運站 地鐵站 地铁站 車站 车站 機場 机场 空港 市 縣 县 區 区 省 州 路 街 站 駅 島 岛 港 県 府 郡 寺"
	// namePlaceless are words that end like a place and are none.
	namePlaceless = "城市 都市 超市 股市 上市 門市 门市 夜市 開市 地區 地区 社區 社区 園區 园区 山區 山区 市區 市区 選區 选区 災區 灾区 道路 公路 鐵路 铁路 網路 网路 馬路 马路 一路 " +
		"電路 電台 總站 总站 網站 网站 車站 车站 全省 各省 政府 首府 各縣 各县 全市 本市 該市 该市 全縣 同市 同県 同区 全州 各州 半島 列島 群島 進港 出港 各區"
	// nameLoanwords are Katakana words of news prose that are no names.
	nameLoanwords = "ニュース サービス システム センター チーム メンバー データ ネット インターネット テレビ ホテル バス タクシー ナイフ テロ ウイルス ワクチン コロナ サッカー " +
		"リーグ スポーツ オリンピック パラリンピック メダル ゲーム スタート グループ メール サイト ビデオ カメラ ガス エネルギー ミサイル ロケット ドローン プロジェクト イベント " +
		"キャンペーン リスク トップ レベル ルール ケース ポイント タイプ モデル セット ペース コスト ビジネス メーカー スーパー コンビニ マンション ビル トンネル ホーム"
)

// nameLists are the lists that every run is searched for, word by word.
var nameLists = sync.OnceValue(func() (l struct{ after, before, places []string }) {
	l.after, l.before, l.places = strings.Fields(nameAfter), strings.Fields(nameBefore), strings.Fields(namePlaceSuffix)
	return l
})

// appendUnspaced appends the names in token i, a run of a script without word boundaries.
func (f *nameFinder) appendUnspaced(dst []Name, i int) []Name {
	t := &f.tokens[i]
	from := len(dst)
	add := func(a, b int) {
		if a < 0 || b > len(t.Raw) || b <= a {
			return
		}
		for k := from; k < len(dst); k++ {
			if dst[k].Pos < t.Pos+b && t.Pos+a < dst[k].Pos+len(dst[k].Text) {
				return // overlaps a name that an earlier, stronger rule found
			}
		}
		raw := t.Raw[a:b]
		fold := wordsNormal(raw)
		dst = append(dst, Name{
			Text: raw, Term: TermOf(fold), Pos: t.Pos + a, From: i, To: i + 1, Specific: nameClassOf(fold, f.Lang) == 0,
		})
	}
	for k := range t.Raw {
		if n := nameCity(t.Raw[k:]); n > 0 {
			add(k, k+n)
		}
	}
	switch {
	case nameHangul(t.Raw):
		f.korean(i, add)
	default:
		if f.bracketed(i) {
			add(0, len(t.Raw))
		}
		nameAround(t.Raw, f.Lang, add)
		namePlaces(t.Raw, add)
		nameKatakana(t.Raw, add)
	}
	nameSort(dst[from:])
	return dst
}

// bracketed reports whether the token fills a pair of brackets that CJK typography puts around titles and terms, or
// round brackets behind a Latin name, as in "William Lai (賴清德)".
func (f *nameFinder) bracketed(i int) bool {
	t := &f.tokens[i]
	before, _ := utf8.DecodeLastRuneInString(f.Text[:t.Pos])
	after, _ := utf8.DecodeRuneInString(f.Text[t.Pos+len(t.Raw):])
	n := utf8.RuneCountInString(t.Raw)
	switch string([]rune{before, after}) {
	case "《》", "〈〉", "『』":
		return n >= 2 && n <= 12
	case "()", "（）":
		return n >= 2 && n <= 6 && i > 0 && f.tokens[i-1].Kind == Word && f.tokens[i-1].Upper
	}
	return false
}

// nameAround finds people by the words around them.
func nameAround(s, lang string, add func(a, b int)) {
	for _, w := range nameLists().after {
		for from := 0; ; {
			k := strings.Index(s[from:], w)
			if k < 0 {
				break
			}
			k += from
			from = k + len(w)
			if lang == "ja" {
				// Japanese surnames are not listed: two to four characters of Han that fill the space to the left.
				if n := nameHanBefore(s[:k], 4); n >= 2 {
					add(k-3*n, k)
				}
				continue
			}
			for _, n := range []int{3, 2} {
				if a := k - 3*n; a >= 0 && utf8.RuneStart(s[a]) && nameChinese(s[a:k]) {
					add(a, k)
					break
				}
			}
		}
	}
	if lang == "ja" {
		return
	}
	for _, w := range nameLists().before {
		for from := 0; ; {
			k := strings.Index(s[from:], w)
			if k < 0 {
				break
			}
			from += k + len(w)
			rest := s[from:]
			switch {
			case len(rest) >= 9 && nameChinese(rest[:9]) && !nameEndsName(rest[6:9]):
				add(from, from+9)
			case len(rest) >= 6 && nameChinese(rest[:6]):
				add(from, from+6)
			}
		}
	}
}

func nameEndsName(c string) bool { return strings.Contains(nameNotGiven, c) }

// nameChinese reports whether s is a surname and one or two characters that may be a given name.
func nameChinese(s string) bool {
	n := 0
	for _, r := range s {
		if scriptOf(r) != scriptHan || n == 0 && !strings.ContainsRune(nameSurnames, r) || n == 1 && strings.ContainsRune(nameNotGiven, r) {
			return false
		}
		n++
	}
	return n == 2 || n == 3
}

// nameHanBefore counts the Han characters at the end of s, 0 if there are more than limit.
func nameHanBefore(s string, limit int) int {
	n := 0
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		if scriptOf(r) != scriptHan || size != 3 {
			break
		}
		if n++; n > limit {
			return 0
		}
		s = s[:len(s)-size]
	}
	return n
}

// namePlaces finds the two characters before a place suffix, which is how most places of East Asia are written.
func namePlaces(s string, add func(a, b int)) {
	for _, w := range nameLists().places {
		for from := 0; ; {
			k := strings.Index(s[from:], w)
			if k < 0 {
				break
			}
			k += from
			from = k + len(w)
			a := k - 6
			if a < 0 || !utf8.RuneStart(s[a]) || nameHanBefore(s[a:k], 2) != 2 || nameEndsName(s[a:a+3]) {
				continue
			}
			if strings.Contains(namePlaceless, s[k-3:k+len(w)]) || strings.Contains(namePlaceless, s[a:k]) {
				continue
			}
			add(a, k)
		}
	}
}

func nameKatakana(s string, add func(a, b int)) {
	start, n := -1, 0
	flush := func(end int) {
		if n >= 3 && !strings.Contains(" "+nameLoanwords+" ", " "+s[start:end]+" ") {
			add(start, end)
		}
		start, n = -1, 0
	}
	for i, r := range s {
		if r >= 0x30a1 && r <= 0x30fe {
			if start < 0 {
				start = i
			}
			n++
		} else if start >= 0 {
			flush(i)
		}
	}
	if start >= 0 {
		flush(len(s))
	}
}

func nameHangul(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Hangul, r)
}

// korean finds the word before a title and words that end like a place.
func (f *nameFinder) korean(i int, add func(a, b int)) {
	s := nameParticle(f.tokens[i].Raw)
	n := utf8.RuneCountInString(s)
	if i+1 < len(f.tokens) && f.joined(i, i+1) && n >= 2 && n <= 4 {
		next := f.tokens[i+1].Raw
		for _, w := range []string{"대통령", "총리", "장관", "의원", "시장", "대표", "씨", "후보", "위원장", "교수", "감독", "회장", "지사", "대변인", "검사", "판사"} {
			if strings.HasPrefix(next, w) {
				add(0, len(s))
				return
			}
		}
	}
	for _, w := range []string{"역", "시", "구", "도", "군", "공항"} {
		if head, ok := strings.CutSuffix(s, w); ok && utf8.RuneCountInString(head) >= 2 && utf8.RuneCountInString(head) <= 3 {
			add(0, len(head))
			return
		}
	}
}

// nameParticle cuts the particle from a Korean word of three or more syllables.
func nameParticle(s string) string {
	for _, p := range []string{"에서는", "에서", "에게", "으로", "까지", "부터", "은", "는", "이", "가", "을", "를", "에", "의", "와", "과", "로"} {
		if head, ok := strings.CutSuffix(s, p); ok && utf8.RuneCountInString(head) >= 2 {
			return head
		}
	}
	return s
}
