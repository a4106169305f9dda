package neardup

import (
	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/text"
)

// companyWords end the names of companies and begin names: they say nothing about which one it is.
var companyWords = map[string]bool{
	"inc": true, "corp": true, "co": true, "ltd": true, "plc": true, "llc": true, "ag": true, "sa": true, "nv": true,
	"gmbh": true, "company": true, "corporation": true, "limited": true, "group": true, "the": true, "a": true, "an": true,
}

func numberWord(folded string) bool { _, ok := text.NumberWord(folded); return ok }

// numberValue makes "two" and "2" one slot value.
func numberValue(folded string) (uint64, bool) {
	v, ok := text.NumberWord(folded)
	return text.WordHash(v), ok
}

func dateWord(folded string) bool { return text.Weekday(folded) || text.MonthOf(folded) > 0 }

func companyWord(folded string) bool { return companyWords[folded] }

// slotWord reports whether a lower-case word fills a slot: a number or a date.
func slotWord(w []byte) bool {
	if numberWord(string(w)) || text.Weekday(string(w)) {
		return true
	}
	return len(w) <= 12 && text.MonthOf(string(w)) > 0
}

func wordHash(w []byte) uint64 { return xxh3.Hash(w) }
