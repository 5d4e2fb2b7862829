package mockserver

import "strings"

// maskKey is an API key as logs, errors and the journal may show it: its prefix, and its last four characters where at
// least eight others stay hidden. Of what does not look like a key nothing is shown; it may be a secret of another
// kind.
func maskKey(key string) string {
	name, prefix := key, ""
	for _, p := range keyPrefixes {
		if rest, ok := strings.CutPrefix(key, p); ok {
			name, prefix = rest, p
		}
	}
	if prefix == "" || len(name) < 12 || !wellFormed(key) {
		return prefix + "…"
	}
	return prefix + "…" + name[len(name)-4:]
}
