// Package traffic judges the requests and answers that somebody else makes, with the checks of package contracttest: those of a client's own
// tests, of a server's, of a browser, or of a recording.
//
//	transport := traffic.Transport(nil)
//	client := &http.Client{Transport: transport}
//	// … use the client …
//	if err := transport.Err(); err != nil { … }
//
// [Transport] is for clients in Go, and [Handler] for servers. Each has an [Observer], which says what was found.
package traffic
