package format

// isUUID accepts the text form of RFC 9562 section 4, whatever the version: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch hyphen := i == 8 || i == 13 || i == 18 || i == 23; {
		case hyphen && c != '-':
			return false
		case !hyphen && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f'):
			return false
		}
	}
	return true
}
