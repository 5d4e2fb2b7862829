package deploy_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The load of every test here.
const (
	keys        = 200
	creates     = 200 // of each key
	connections = 64
	together    = 40 // keys whose creates are mixed, so that those of one key are over within a minute
)

// key is the API key with a number. What is shown of it tells it from the others.
func key(n int) string { return fmt.Sprintf("%sof_company_%04d", gen.KeyPrefixTest, n) }

func TestKeysAreToldApart(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for n := range keys {
		shown[mask.Key(key(n))] = true
	}
	assert.Len(t, shown, keys)
}

// load is what came of many creates.
type load struct {
	mu       sync.Mutex
	statuses map[string]map[int]int // by the key as it is shown
	ids      map[string]bool        // of the customers that were created
	errors   []string
}

// order is the order in which the keys' creates are sent, the same in each run.
func order() []int {
	var all []int
	random := rand.New(rand.NewPCG(15, 5))
	for first := 0; first < keys; first += together {
		from := len(all)
		for n := first; n < min(first+together, keys); n++ {
			for range creates {
				all = append(all, n)
			}
		}
		block := all[from:]
		random.Shuffle(len(block), func(i, j int) { block[i], block[j] = block[j], block[i] })
	}
	return all
}

// send sends creates with the keys of jobs over so many connections, from the first one again after the last, as long as more, which gets the
// number of each before it is sent, says so.
func send(t *testing.T, address string, jobs []int, more func(i int) bool) *load {
	t.Helper()
	l := &load{statuses: map[string]map[int]int{}, ids: map[string]bool{}}
	var next atomic.Int64
	var senders sync.WaitGroup
	for range connections {
		senders.Go(func() {
			transport := &http.Transport{MaxConnsPerHost: 1}
			defer transport.CloseIdleConnections()
			for {
				i := int(next.Add(1)) - 1
				if !more(i) {
					return
				}
				l.add(key(jobs[i%len(jobs)]), i, transport, address)
			}
		})
	}
	senders.Wait()
	return l
}

// once sends the load once.
func once(i int) bool { return i < keys*creates }

func (l *load) add(key string, i int, transport http.RoundTripper, address string) {
	body := fmt.Sprintf(`{"email":"customer%d@example.com","firstName":"Siti","tags":["vip"]}`, i)
	status, id, err := post(transport, address, key, body)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.errors = append(l.errors, err.Error())
		return
	}
	shown := mask.Key(key)
	if l.statuses[shown] == nil {
		l.statuses[shown] = map[int]int{}
	}
	l.statuses[shown][status]++
	if status == http.StatusCreated {
		l.ids[id] = true
	}
}

// post creates a customer. A POST is sent once: the transport does not repeat one.
func post(transport http.RoundTripper, address, key, body string) (status int, id string, err error) {
	request, err := http.NewRequest(http.MethodPost, "http://"+address+gen.BasePath+"/customers", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.GetBody = nil
	request.Header = http.Header{http.CanonicalHeaderKey(gen.KeyHeader): {key}, "Content-Type": {"application/json"}}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, "", err
	}
	var created struct{ Data struct{ ID string } }
	if response.StatusCode == http.StatusCreated {
		err = json.Unmarshal(answer, &created)
	}
	return response.StatusCode, created.Data.ID, err
}

// count is how many creates were answered with a status.
func (l *load) count(status int) (n int) {
	for _, statuses := range l.statuses {
		n += statuses[status]
	}
	return n
}

// assertAllCreated wants each create to have been answered, with a customer of its own.
func (l *load) assertAllCreated(t *testing.T) {
	t.Helper()
	if len(l.errors) > 0 {
		assert.Fail(t, "creates without an answer", "%d, the first: %s", len(l.errors), l.errors[0])
	}
	for shown, statuses := range l.statuses {
		require.Len(t, statuses, 1, "%s: %v", shown, statuses)
		require.Contains(t, statuses, http.StatusCreated, "%s: %v", shown, statuses)
	}
	assert.Len(t, l.ids, l.count(http.StatusCreated), "ids")
}
