package format

import (
	"encoding/base64"
	"strings"
)

func isBase64(s string) bool { return decodes(base64.StdEncoding, s) }

// isBase64URL accepts padding and none: RFC 4648 section 5 leaves it to who uses the alphabet.
func isBase64URL(s string) bool {
	return decodes(base64.URLEncoding, s) || decodes(base64.RawURLEncoding, s)
}

func decodes(encoding *base64.Encoding, s string) bool {
	// The decoder skips line breaks, which section 3.1 forbids.
	_, err := encoding.Strict().DecodeString(s)
	return err == nil && !strings.ContainsAny(s, "\r\n")
}
