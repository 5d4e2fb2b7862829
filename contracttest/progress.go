package contracttest

// progress tells how far the run is.
func (r *run) progress() {
	if r.config.OnProgress == nil {
		return
	}
	r.progressing.Lock()
	defer r.progressing.Unlock()
	r.sender.gate.mu.Lock()
	sent := r.sender.gate.sent
	r.sender.gate.mu.Unlock()
	r.config.OnProgress(sent, max(sent, len(r.cases)+len(r.shrunk)))
}
