package sender

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/ulid"
)

const eventPrefix = "evt_" // as in the vendor's example

// eventIDs makes the ids of events: ULIDs, as those of customers are. Nothing begins them anew, so that no two events of a mock
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
		now = ulid.FirstMoment.Add(time.Duration(g.taken) * time.Second)
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64([]byte(eventPrefix), *g.seed), g.taken))
		copy(random[:], sum[:])
	}
	g.taken++
	hi := uint64(max(0, now.UnixMilli()))<<16 | uint64(binary.BigEndian.Uint16(random[:]))
	lo := binary.BigEndian.Uint64(random[2:])
	return ulid.Text(eventPrefix, hi, lo)
}
