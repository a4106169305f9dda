package store

// runEmbedded is the version of the record of a run that asked for embeddings: four more fields at the end. Those of
// other runs stay as they always were.
const runEmbedded = 2

func encodeRun(u *Run) []byte {
	version := byte(codecVersion)
	if u.Embeddings != (RunEmbeddings{}) {
		version = runEmbedded
	}
	b := appendString([]byte{version}, u.ID)
	b = appendString(b, u.Job)
	b = appendTime(b, u.Started)
	b = appendTime(b, u.Ended)
	b = appendString(b, u.Status)
	for _, n := range [...]int{u.Ticks, u.Read, u.New, u.Revised, u.Unchanged, u.Rejected, u.Groups, u.Events, u.Threads} {
		b = appendUint(b, uint64(n))
	}
	b = appendString(b, u.Error)
	b = appendStrings(b, u.Notes)
	if version != runEmbedded {
		return b
	}
	e := &u.Embeddings
	for _, n := range [...]int{e.Made, e.Cached, e.Missing} {
		b = appendUint(b, uint64(n))
	}
	return appendString(b, e.Reason)
}

func decodeRun(b []byte) (Run, error) {
	embedded := len(b) > 0 && b[0] == runEmbedded
	if embedded {
		b = append([]byte{codecVersion}, b[1:]...)
	}
	r := newReader("run", b)
	u := Run{ID: r.string(), Job: r.string(), Started: r.time(), Ended: r.time(), Status: r.string()}
	for _, n := range [...]*int{
		&u.Ticks, &u.Read, &u.New, &u.Revised, &u.Unchanged, &u.Rejected, &u.Groups, &u.Events, &u.Threads,
	} {
		*n = r.count()
	}
	u.Error = r.string()
	u.Notes = r.strings()
	if embedded {
		for _, n := range [...]*int{&u.Embeddings.Made, &u.Embeddings.Cached, &u.Embeddings.Missing} {
			*n = r.count()
		}
		u.Embeddings.Reason = r.string()
	}
	return u, r.done()
}

func encodeReject(j *Reject) []byte {
	b := appendString([]byte{codecVersion}, j.Path)
	b = appendInt(b, j.Line)
	b = appendString(b, j.Reason)
	return appendString(b, j.Excerpt)
}

func decodeReject(b []byte) (Reject, error) {
	r := newReader("reject", b)
	j := Reject{Path: r.string(), Line: r.int(), Reason: r.string(), Excerpt: r.string()}
	return j, r.done()
}

func encodeTotal(n int) []byte { return appendUint([]byte{codecVersion}, uint64(n)) }

func decodeTotal(b []byte) (int, error) {
	r := newReader("reject count", b)
	n := r.count()
	return n, r.done()
}

// encodeNamed is the value of cursors and source profiles: the name, of which the key has only a hash, and the bytes.
func encodeNamed(name string, data []byte) []byte {
	b := appendString([]byte{codecVersion}, name)
	return appendBytes(b, data)
}

func decodeNamed(what string, b []byte) (string, []byte, error) {
	r := newReader(what, b)
	name, data := r.string(), r.bytes()
	return name, data, r.done()
}
