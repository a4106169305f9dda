package happening

import "strings"

const (
	skeletonLeast = 3 // classes that a skeleton needs
	skeletonLong  = 5 // classes from which on the last may be an ending
)

// appendSkeleton appends the classes of the consonants of a word in Latin letters. Two letters of one class side by side
// are one; with a vowel between them they are two.
func appendSkeleton(dst []byte, w string) []byte {
	from := len(dst)
	apart := true
	put := func(class byte) {
		if apart || len(dst) == from || dst[len(dst)-1] != class {
			dst = append(dst, class)
		}
		apart = false
	}
	for i := 0; i < len(w); i++ {
		rest := w[i:]
		pair := len(rest) > 1 && strings.IndexByte("hszkc", rest[1]) >= 0 // the second letters of all that follow
		two := func(forms ...string) bool {
			for _, f := range forms {
				if pair && strings.HasPrefix(rest, f) {
					i += len(f) - 1
					return true
				}
			}
			return false
		}
		switch {
		case two("shch", "sch", "sh", "ch", "zh", "ts", "tz", "cz"):
			put('S')
		case two("ph"):
			put('F')
		case two("th", "dh"):
			put('T')
		case two("ck", "kh", "gh"):
			put('K')
		default:
			switch w[i] {
			case 'b', 'p':
				put('P')
			case 'f', 'v':
				put('F')
			case 'd', 't':
				put('T')
			case 'c':
				if i+1 < len(w) && strings.IndexByte("eiy", w[i+1]) >= 0 {
					put('S')
				} else {
					put('K')
				}
			case 'q', 'k', 'g':
				put('K')
			case 'x':
				put('K')
				put('S')
			case 's', 'z', 'j':
				put('S')
			case 'l', 'm', 'n', 'r':
				put(w[i] - 'a' + 'A')
			default:
				apart = true
			}
		}
	}
	return dst
}
