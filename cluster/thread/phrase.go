package thread

// Phrases returns the names of the profile for display: neighbouring words of one name joined, each word once, in order
// of first mention. A pair against that order belongs to another mention and is left out, so that chains end.
func (p *Profile) Phrases() []string {
	after := make(map[uint8]uint8, len(p.Pairs))
	inside := make(map[uint8]bool, len(p.Pairs))
	for _, pair := range p.Pairs {
		if _, taken := after[pair[0]]; !taken && !inside[pair[1]] && pair[0] < pair[1] {
			after[pair[0]] = pair[1]
			inside[pair[1]] = true
		}
	}
	var out []string
	for i := range p.Names {
		if inside[uint8(i)] {
			continue
		}
		phrase := p.Names[i].Text
		at := uint8(i)
		for range p.Names {
			next, ok := after[at]
			if !ok {
				break
			}
			phrase += " " + p.Names[next].Text
			at = next
		}
		out = append(out, phrase)
	}
	return out
}
