// Package store holds the customers of the mock in memory, by API key: in the order of their creation, encoded as they were answered, within
// bounds. It makes their ids and times. It knows nothing of HTTP.
package store
