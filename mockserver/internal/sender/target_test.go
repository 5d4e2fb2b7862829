package sender

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	all := []string{"0.0.0.0/0", "::/0"}
	for _, test := range []struct {
		address string
		allow   []string
		refused string // a part of the error; empty where it may be sent to
	}{
		{"127.0.0.1", nil, ""}, {"127.255.255.254", nil, ""}, {"::1", nil, ""}, {"::ffff:127.0.0.1", nil, ""},
		{"128.0.0.1", nil, "--webhook-allow 128.0.0.1/32"}, {"10.0.0.5", nil, "--webhook-allow 10.0.0.5/32"}, {"169.254.169.254", nil, "only loopback"},
		{"192.168.1.1", nil, "only loopback"}, {"255.255.255.255", nil, "only loopback"}, {"224.0.0.1", nil, "only loopback"},
		{"::ffff:10.0.0.5", nil, "--webhook-allow 10.0.0.5/32"}, {"fc00::1", nil, "--webhook-allow fc00::1/128"}, {"fe80::1", nil, "only loopback"},
		{"::2", nil, "only loopback"}, {"2001:db8::1", nil, "only loopback"},
		{"10.0.0.5", []string{"10.0.0.0/8"}, ""}, {"::ffff:10.0.0.5", []string{"10.0.0.0/8"}, ""}, {"11.0.0.5", []string{"10.0.0.0/8"}, "only loopback"},
		{"fc00::1", []string{"fc00::/7"}, ""}, {"10.0.0.5", []string{"::/0"}, "only loopback"},
		{"127.0.0.1", []string{"10.0.0.0/8"}, ""},
		{"0.0.0.0", all, "127.0.0.1"}, {"::", all, "[::1]"}, {"::ffff:0.0.0.0", all, "127.0.0.1"},
		{"fe80::1%eth0", all, "zone"}, {"::1%lo", all, "zone"}, {"::1%lo", nil, "zone"},
		{"8.8.8.8", all, ""}, {"2001:db8::1", all, ""}, {"64:ff9b::8.8.8.8", all, ""},
		// Forms that lead to an IPv4 address: it must be allowed as well, and loopback is not loopback there.
		{"64:ff9b::7f00:1", []string{"::/0"}, "leads to 127.0.0.1"}, {"64:ff9b:1::a00:5", []string{"::/0"}, "leads to 10.0.0.5"},
		{"2002:a00:5::1", []string{"::/0"}, "leads to 10.0.0.5"}, {"2002:7f00:1::", []string{"2002::/16"}, "leads to 127.0.0.1"},
		{"2001:0:1:2:3:4:f5ff:fffa", []string{"::/0"}, "leads to 10.0.0.5"}, {"fc00::5efe:a00:5", []string{"::/0"}, "leads to 10.0.0.5"},
		{"fc00::200:5efe:a00:5", []string{"::/0"}, "leads to 10.0.0.5"}, {"::10.0.0.5", []string{"::/0"}, "leads to 10.0.0.5"},
		{"::ffff:0:a00:5", []string{"::/0"}, "leads to 10.0.0.5"},
		{"2002:a00:5::1", []string{"2002::/16", "10.0.0.0/8"}, ""}, {"2002:a00:5::1", []string{"10.0.0.0/8"}, "only loopback"},
		{"::127.0.0.1", nil, "only loopback"}, {"64:ff9b::7f00:1", nil, "only loopback"},
	} {
		err := checkAddress(netip.MustParseAddr(test.address), prefixes(test.allow...))
		if test.refused == "" {
			assert.NoError(t, err, test.address)
		} else {
			assert.ErrorContains(t, err, test.refused, test.address)
		}
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	for text, wrong := range map[string]string{
		"http://127.0.0.1":                              "",
		"http://127.0.0.1:8080/webhooks?token=x":        "",
		"https://[::1]:8443/":                           "",
		"http://localhost:65535/":                       "",
		"https://hooks.example/":                        "", // checked when it is dialled
		"HTTP://127.0.0.1/":                             "",
		"":                                              "scheme",
		"127.0.0.1:8080":                                "URL",
		"ftp://127.0.0.1/":                              `"ftp"`,
		"file:///etc/passwd":                            `"file"`,
		"http:127.0.0.1":                                "host",
		"http:///webhooks":                              "host",
		"http://:8080/":                                 "host",
		"http://user:hidden@127.0.0.1/":                 "user",
		"http://127.0.0.1/#there":                       "fragment",
		"http://127.0.0.1:0/":                           "port",
		"http://127.0.0.1:65536/":                       "port",
		"http://127.0.0.1:99999999999999999999/":        "port",
		"http://127.0.0.1:x/":                           "URL",
		"http://127.0.0.1/\nHost: x":                    "URL",
		"http://[::1%25lo]/":                            "zone",
		"http://[fe80::1%25eth0]/":                      "zone",
		"http://10.0.0.5/":                              allowFlag + " 10.0.0.5/32",
		"http://[::ffff:10.0.0.5]/":                     allowFlag + " 10.0.0.5/32",
		"http://0.0.0.0:8080/":                          "127.0.0.1",
		"http://[::]/":                                  "[::1]",
		"http://127.0.0.1/" + strings.Repeat("x", 2048): "2048 bytes",
	} {
		err := checkURL(text, nil)
		if wrong == "" {
			assert.NoError(t, err, text)
		} else {
			assert.ErrorContains(t, err, wrong, text)
			assert.NotContains(t, err.Error(), "hidden")
		}
	}
}

// answersOnly is a DNS server at the other end of a pipe, which gives every name one address.
func answersOnly(conn net.Conn, address netip.Addr) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	for {
		var length [2]byte
		if _, err := io.ReadFull(r, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(r, query); err != nil {
			return
		}
		end := 12
		for query[end] != 0 {
			end += 1 + int(query[end])
		}
		question := query[12 : end+5]
		answer := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
		if question[len(question)-3] == 1 { // type A
			answer[7] = 1
			answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
			answer = append(answer, address.AsSlice()...)
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

// A name is checked each time that it is dialled: the first time it is loopback, the second time it is not.
func TestARebindingNameIsNotFollowed(t *testing.T) {
	t.Parallel()
	var arrived atomic.Int32
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived.Add(1)
		w.Header().Set("Connection", "close")
	}))
	t.Cleanup(listener.Close)
	u, err := url.Parse(listener.URL)
	require.NoError(t, err)
	var address atomic.Pointer[netip.Addr]
	address.Store(new(netip.MustParseAddr("127.0.0.1")))
	dialer := newDialer(nil)
	dialer.Resolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answersOnly(server, *address.Load())
		return client, nil
	}}
	s := made(t, Config{Dial: dialer.DialContext, Endpoints: []webhook.Endpoint{{URL: "http://hooks.example:" + u.Port(), Secret: secret}}})
	t.Cleanup(s.Close)
	s.Created(keyA, "cust_1", []byte(customer(1)))
	require.Eventually(t, func() bool { return s.Overview("").Delivered == 1 }, time.Minute, time.Millisecond, "%+v", s.Deliveries(webhook.Filter{}))
	address.Store(new(netip.MustParseAddr("10.9.8.7")))
	s.Created(keyA, "cust_2", []byte(customer(2)))
	require.Eventually(t, func() bool { return s.Overview("").Retrying == 1 }, time.Minute, time.Millisecond)
	assert.Contains(t, s.Deliveries(webhook.Filter{})[0].Attempts[0].Error, "refused to send to 10.9.8.7: only loopback addresses are allowed; "+allowFlag+" 10.9.8.7/32")
	assert.EqualValues(t, 1, arrived.Load())
}

// No proxy is asked, whatever the environment says; only HTTP/1.1 is spoken; what the client keeps is bounded.
func TestTheClientHasNoWayAround(t *testing.T) {
	t.Parallel()
	c := newClient(nil, nil)
	assert.Nil(t, c.transport.Proxy)
	_, err := c.Do(httptest.NewRequest(http.MethodPost, "http://192.0.2.1/", nil))
	assert.ErrorContains(t, err, "192.0.2.1/32")
	_, err = c.Do(httptest.NewRequest(http.MethodPost, "http://[64:ff9b::7f00:1]/", nil))
	assert.ErrorContains(t, err, "refused")
	assert.Positive(t, c.transport.MaxIdleConns)
	assert.Positive(t, c.transport.IdleConnTimeout)
}

// The bytes on the wire: the vendor's spelling of the headers, the payload as it is, without a newline.
func TestTheWire(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	s := made(t, Config{Endpoints: []webhook.Endpoint{{URL: "http://" + listener.Addr().String() + "/hooks?a=b", Secret: secret}}})
	t.Cleanup(s.Close)
	payload := `{"id":"cust_1","firstName":"Tom & <Jerry> ` + "\u2028" + `"}`
	s.Created(keyA, "cust_1", []byte(payload))
	conn, err := listener.Accept()
	require.NoError(t, err)
	r := bufio.NewReader(conn)
	lines := map[string]string{}
	first, err := r.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "POST /hooks?a=b HTTP/1.1\r\n", first)
	for {
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		if line == "\r\n" {
			break
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), ": ")
		lines[name] = value
	}
	body := make([]byte, len(payload))
	_, err = io.ReadFull(r, body)
	require.NoError(t, err)
	assert.Equal(t, payload, string(body))
	assert.Equal(t, gen.WebhookEventCustomerCreated, lines[gen.WebhookEventHeader])
	assert.Equal(t, "t="+lines[gen.WebhookTimestampHeader]+",v1="+v1(lines[gen.WebhookTimestampHeader], payload), lines[gen.WebhookSignatureHeader])
	assert.Regexp(t, `^evt_`, lines[gen.WebhookIDHeader])
	delete(lines, gen.WebhookEventHeader)
	delete(lines, gen.WebhookTimestampHeader)
	delete(lines, gen.WebhookSignatureHeader)
	delete(lines, gen.WebhookIDHeader)
	assert.Equal(t, map[string]string{
		"Host": listener.Addr().String(), "User-Agent": gen.WebhookUserAgent, "Content-Type": "application/json", "Content-Length": strconv.Itoa(len(payload)),
	}, lines, "and nothing else")
	_ = conn.Close()
}

// Whatever is made of a URL: what is taken is http or https, and an address in it is a loopback one.
func FuzzURL(f *testing.F) {
	for _, text := range []string{
		"http://127.0.0.1:8080/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://0x7f.1/", "http://2130706433/", "http://127.1/", "http://[::1%25lo]/",
		"https://user@127.0.0.1/", "http://127.0.0.1#@10.0.0.5/", "http://10.0.0.5\\@127.0.0.1/", "http://①②⑦.0.0.1/", "http://localhost./",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		err := checkURL(text, nil)
		if err != nil {
			return
		}
		u, err := url.Parse(text)
		require.NoError(t, err)
		assert.Contains(t, []string{"http", "https"}, u.Scheme)
		assert.Nil(t, u.User)
		if ip := net.ParseIP(u.Hostname()); ip != nil {
			assert.True(t, ip.IsLoopback(), text)
		}
		_, err = http.NewRequest(http.MethodPost, text, nil)
		assert.NoError(t, err, "what is taken can be sent to")
	})
}
