package mockserver

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// WithIDSeed makes what is random about a customer repeat: two servers with the same seed give the same ids to the same
// requests, in the same order and with the same key. Unless [WithClock] says otherwise createdAt repeats too: the first
// customer of a key is created at 2024-01-15T10:30:00.000Z, each further one a second later. It is meant for golden
// files.
func WithIDSeed(seed uint64) Option {
	return func(c *config) error {
		c.idSeed = &seed
		return nil
	}
}

// firstMoment is when the first customer of a repeatable server is created; the vendor's webhook examples use it.
var firstMoment = time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC)

// ulid is a ULID (github.com/ulid/spec): 48 bits of milliseconds since 1970, then 80 random ones. ULIDs sort by
// creation, as numbers and as text. oklog/ulid writes them in capitals, and takes one id at a time; these few lines
// take those of a customer and its addresses together.
type ulid struct{ hi, lo uint64 }

func (u ulid) plus(n int) ulid {
	lo := u.lo + uint64(n)
	if lo < u.lo {
		u.hi++
	}
	return ulid{u.hi, lo}
}

func (u ulid) compare(v ulid) int { return cmp.Or(cmp.Compare(u.hi, v.hi), cmp.Compare(u.lo, v.lo)) }

const (
	customerPrefix = "cust_"
	addressPrefix  = "addr_"
	crockford      = "0123456789abcdefghjkmnpqrstvwxyz" // base 32 of Douglas Crockford, in small letters
	ulidLength     = 26
)

// id is the ULID as an identifier: cust_01hm6bkqw0….
func (u ulid) id(prefix string) string {
	var text [len(customerPrefix) + ulidLength]byte
	copy(text[:], prefix)
	hi, lo := u.hi, u.lo
	for i := len(text) - 1; i >= len(customerPrefix); i-- {
		text[i] = crockford[lo&31]
		hi, lo = hi>>5, lo>>5|hi<<59
	}
	return string(text[:])
}

// parseCustomerID reads what id wrote; ok is false for anything else.
func parseCustomerID(id string) (u ulid, ok bool) {
	text, ok := strings.CutPrefix(id, customerPrefix)
	if !ok || len(text) != ulidLength || text[0] > '7' {
		return ulid{}, false
	}
	for i := range len(text) {
		digit := strings.IndexByte(crockford, text[i])
		if digit < 0 {
			return ulid{}, false
		}
		u.hi = u.hi<<5 | u.lo>>59
		u.lo = u.lo<<5 | uint64(digit)
	}
	return u, true
}

// ids makes the ids of one key's customers, in ascending order whatever the clock does.
type ids struct {
	mu    sync.Mutex
	taken uint64 // customers so far
	last  ulid
}

// startAfter begins anew behind the customers that every key starts with.
func (g *ids) startAfter(seeds *sequence) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.taken, g.last = uint64(seeds.len), ulid{}
	if seeds.len > 0 {
		// Room for the ids of the last seed's addresses, of which a body has fewer.
		g.last = seeds.at(seeds.len - 1).id.plus(1 << 32)
	}
}

// take makes n ids in a row: the one returned, plus(1), plus(2)…. It also says when the customer is created.
func (g *ids) take(c *config, owner digest, n int, now time.Time) (ulid, time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.idSeed != nil && !c.clockSet {
		now = firstMoment.Add(time.Duration(g.taken) * time.Second)
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
func (c *config) random(owner digest, customer uint64) (b [10]byte) {
	if c.idSeed == nil {
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
		return b
	}
	var text [8 + sha256.Size + 8]byte
	binary.BigEndian.PutUint64(text[:], *c.idSeed)
	copy(text[8:], owner[:])
	binary.BigEndian.PutUint64(text[8+sha256.Size:], customer)
	sum := sha256.Sum256(text[:])
	copy(b[:], sum[:])
	return b
}
