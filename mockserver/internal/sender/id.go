package sender

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

const (
	eventPrefix = "evt_"                             // as in the vendor's example
	crockford   = "0123456789abcdefghjkmnpqrstvwxyz" // base 32 of Douglas Crockford, in small letters
	ulidLength  = 26
)

// firstMoment is when the first event of a repeatable mock happens, as far as its id is concerned: that of the first customer.
var firstMoment = time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC)

// eventIDs makes the ids of events: ULIDs (github.com/ulid/spec), as those of customers are. Nothing begins them anew, so that no two events of a mock
// have the same.
type eventIDs struct {
	seed  *uint64
	taken uint64
}

func (g *eventIDs) next(now time.Time) string {
	var random [10]byte
	if g.seed == nil {
		_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	} else {
		now = firstMoment.Add(time.Duration(g.taken) * time.Second)
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64([]byte(eventPrefix), *g.seed), g.taken))
		copy(random[:], sum[:])
	}
	g.taken++
	hi := uint64(max(0, now.UnixMilli()))<<16 | uint64(binary.BigEndian.Uint16(random[:]))
	lo := binary.BigEndian.Uint64(random[2:])
	var text [len(eventPrefix) + ulidLength]byte
	copy(text[:], eventPrefix)
	for i := len(text) - 1; i >= len(eventPrefix); i-- {
		text[i] = crockford[lo&31]
		hi, lo = hi>>5, lo>>5|hi<<59
	}
	return string(text[:])
}
