package neardup

// radix sorts keys with what stands beside them, stably. Its buffers are reused between calls.
type radix struct {
	keys, ids []uint32
}

// sort orders keys ascending and moves ids along. Equal keys keep their order.
func (r *radix) sort(keys, ids []uint32) {
	n := len(keys)
	if n < 64 {
		for i := 1; i < n; i++ {
			k, id := keys[i], ids[i]
			j := i
			for ; j > 0 && keys[j-1] > k; j-- {
				keys[j], ids[j] = keys[j-1], ids[j-1]
			}
			keys[j], ids[j] = k, id
		}
		return
	}
	if cap(r.keys) < n {
		r.keys, r.ids = make([]uint32, n), make([]uint32, n)
	}
	from, fromIDs, to, toIDs := keys, ids, r.keys[:n], r.ids[:n]
	for shift := 0; shift < 32; shift += 8 {
		var count [256]int
		for _, k := range from {
			count[k>>shift&255]++
		}
		at := 0
		for i, c := range count {
			count[i] = at
			at += c
		}
		for i, k := range from {
			b := k >> shift & 255
			to[count[b]], toIDs[count[b]] = k, fromIDs[i]
			count[b]++
		}
		from, fromIDs, to, toIDs = to, toIDs, from, fromIDs
	}
}
