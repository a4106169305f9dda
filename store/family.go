package store

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// FamilyOf tells which publisher an outlet belongs to, as far as its name does: outlets that are called by a host share a
// family where they share the domain that their owner registered (news.daily.example and sport.daily.example), and an
// outlet with any other name is a family of its own, under its name in lower case. What several people may register below,
// as co.uk or blogspot.com, makes no family.
func FamilyOf(outlet string) string {
	name := strings.ToLower(strings.TrimSpace(outlet))
	if !strings.Contains(name, ".") || strings.ContainsAny(name, " /@:_") || strings.Trim(name, "0123456789.") == "" {
		return name
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return domain
	}
	return name
}

// Family is the publisher family of the outlet.
func (s *StoryRecord) Family() string { return FamilyOf(s.Outlet()) }
