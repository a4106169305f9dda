package cluster

// RelinkAll sets from how many events on a tick links only what it touched.
func (e *Engine) RelinkAll(events int) { e.relinkAll = events }
