// Package nearest finds what a misspelt name was meant to be.
package nearest

import "strings"

// Find is the known name that is nearest to another, or to one of its aliases; empty where none is near.
func Find(name string, known []string, aliases map[string][]string) string {
	best, distance := "", 1+max(2, len(name)/3)
	name = strings.ToLower(name)
	for _, k := range known {
		for _, spelling := range append([]string{k}, aliases[k]...) {
			d := Edits(name, strings.ToLower(spelling))
			if strings.HasPrefix(name, spelling) || len(name) > 1 && strings.HasPrefix(spelling, name) {
				d = 1 // "delayMs", "prob"
			}
			if d < distance && d < len(spelling) {
				best, distance = k, d
			}
		}
	}
	return best
}

// longestName is how long a name may be to be compared.
const longestName = 40

// Edits is how many characters must be added, taken away or replaced to make one text of another (the Levenshtein
// distance).
func Edits(a, b string) int {
	if len(a) > longestName || len(b) > longestName {
		return longestName
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
