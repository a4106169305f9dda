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
		next := byte(0)
		if i+1 < len(w) {
			next = w[i+1]
		}
		switch c := w[i]; c {
		case 's':
			switch rest := w[i+1:]; {
			case strings.HasPrefix(rest, "hch"):
				i += 3
			case strings.HasPrefix(rest, "ch"):
				i += 2
			case next == 'h':
				i++
			}
			put('S')
		case 'c':
			switch next {
			case 'h', 'z':
				i++
				put('S')
			case 'e', 'i', 'y':
				put('S')
			case 'k':
				i++
				put('K')
			default:
				put('K')
			}
		case 't':
			switch next {
			case 's', 'z':
				i++
				put('S')
			case 'h':
				i++
				put('T')
			default:
				put('T')
			}
		case 'z':
			if next == 'h' {
				i++
			}
			put('S')
		case 'p':
			if next == 'h' {
				i++
				put('F')
			} else {
				put('P')
			}
		case 'd':
			if next == 'h' {
				i++
			}
			put('T')
		case 'k', 'g':
			if next == 'h' {
				i++
			}
			put('K')
		case 'b':
			put('P')
		case 'f', 'v':
			put('F')
		case 'q':
			put('K')
		case 'x':
			put('K')
			put('S')
		case 'j':
			put('S')
		case 'l', 'm', 'n', 'r':
			put(c - 'a' + 'A')
		default:
			apart = true
		}
	}
	return dst
}
