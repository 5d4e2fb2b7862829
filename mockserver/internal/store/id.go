package store

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/ulid"
)

// ID is the identifier of a customer, a ULID. Those of a customer and its addresses are taken together.
type ID struct{ hi, lo uint64 }

func (u ID) plus(n int) ID {
	lo := u.lo + uint64(n)
	if lo < u.lo {
		u.hi++
	}
	return ID{u.hi, lo}
}

// Before is the ID right before this one.
func (u ID) Before() ID {
	if u.lo == 0 {
		return ID{u.hi - 1, math.MaxUint64}
	}
	return ID{u.hi, u.lo - 1}
}

func (u ID) compare(v ID) int { return cmp.Or(cmp.Compare(u.hi, v.hi), cmp.Compare(u.lo, v.lo)) }

const (
	customerPrefix = "cust_"
	addressPrefix  = "addr_"
)

// String is the identifier of the customer: cust_01hm6bkqw0….
func (u ID) String() string { return u.text(customerPrefix) }

func (u ID) text(prefix string) string { return ulid.Text(prefix, u.hi, u.lo) }

// ParseID reads what [ID.String] wrote; ok is false for anything else.
func ParseID(id string) (u ID, ok bool) {
	u.hi, u.lo, ok = ulid.Parse(customerPrefix, id)
	return u, ok
}

// ids makes the ids of one key's customers, in ascending order whatever the clock does.
type ids struct {
	mu    sync.Mutex
	taken uint64 // customers so far
	last  ID
}

// startAfter begins anew behind the customers that every key starts with.
func (g *ids) startAfter(seeds *sequence) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.taken, g.last = uint64(seeds.len), ID{}
	if seeds.len > 0 {
		// Room for the ids of the last seed's addresses, of which a body has fewer.
		g.last = seeds.at(seeds.len - 1).ID.plus(1 << 32)
	}
}

// take makes n ids in a row: the one returned, plus(1), plus(2)…. It also says when the customer is created.
func (g *ids) take(c *Config, owner apikey.Digest, n int, now time.Time) (ID, time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.IDSeed != nil && !c.OwnClock {
		now = ulid.FirstMoment.Add(time.Duration(g.taken) * time.Second)
	}
	first := g.last.plus(1)
	if ms := uint64(max(0, now.UnixMilli())) << 16; ms > g.last.hi&^0xffff {
		random := c.random(owner, g.taken)
		// Half of the random range stays above every first id of a millisecond, so that the ones after it never run
		// into the next millisecond.
		first.hi = ms | uint64(binary.BigEndian.Uint16(random[8:])&0x7fff)
		first.lo = binary.BigEndian.Uint64(random[:])
	}
	g.taken++
	g.last = first.plus(n - 1)
	return first, now
}

// random is ten random bytes, or the ones that the seed has for this customer of this key.
func (c *Config) random(owner apikey.Digest, customer uint64) (b [10]byte) {
	if c.IDSeed == nil {
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
		return b
	}
	var text [8 + sha256.Size + 8]byte
	binary.BigEndian.PutUint64(text[:], *c.IDSeed)
	copy(text[8:], owner[:])
	binary.BigEndian.PutUint64(text[8+sha256.Size:], customer)
	sum := sha256.Sum256(text[:])
	copy(b[:], sum[:])
	return b
}
