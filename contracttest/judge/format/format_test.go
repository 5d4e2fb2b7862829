package format

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var label = strings.Repeat("a", 63) // as long as a label of a host name may be

// cases are right and wrong texts of each format. Most are those of draft2020-12/optional/format in the JSON Schema test suite; those of email and
// date-time have files of their own.
var cases = map[string]struct{ good, bad []string }{
	"date": {
		[]string{"1963-06-19", "2020-01-31", "2021-02-28", "2020-02-29", "0400-02-29", "0001-01-01", "1582-10-10"},
		[]string{
			"2020-01-32", "2020-02-30", "2021-02-29", "2020-04-31", "0100-02-29", "2100-02-29", "2024-00-15", "2024-01-00", "1998-13-01", "06/19/1963",
			"2013-350", "1998-1-20", "1998-01-1", "1963-06-1৪", "2020-0৪-01", "20230328", "2023-W01", "2023-W13-2", "2022W527", "2020-11-28T23:55:45Z", "",
			" 2024-01-15", "2024-01-15 ", "2020-01-01Z", "20-01-01", "12020-01-01", "+2020-01-01", "-2020-01-01", "YYYY-01-01", "2020:01:01", "2020-01-0:",
			"২0-01-01", "2020–01–01", "2020-01-01\x00", "2020--01-01",
		},
	},
	"time": {
		[]string{
			"08:30:06Z", "23:59:60Z", "23:59:60+00:00", "01:29:60+01:30", "23:29:60+23:30", "15:59:60-08:00", "00:29:60-23:30", "23:20:50.52Z", "08:30:06.283185Z",
			"08:30:06+00:20", "08:30:06-08:00", "12:34:56-00:00", "08:30:06z",
		},
		[]string{
			"008:030:006Z", "8:3:6Z", "8:0030:6Z", "22:59:60Z", "23:58:60Z", "22:59:60+00:00", "23:58:60+00:00", "23:59:60+01:00", "23:59:60+00:30", "23:59:60-01:00",
			"23:59:60-00:30", "08:30:06-8:000", "24:00:00Z", "00:60:00Z", "00:00:61Z", "01:02:03+24:00", "01:02:03+00:60", "01:02:03Z+00:30", "08:30:06 PST",
			"01:01:01,1111", "12:00:00", "12:00:00.52", "1২:00:00Z", "08:30:06#00:20", "ab:cd:ef", "2020-11-28T23:55:45Z", "",
		},
	},
	"duration": {
		[]string{
			"P4DT12H30M5S", "P4Y", "PT0S", "P0D", "P1M", "PT1M", "PT36H", "P1DT12H", "P2W", "P1Y2M3DT4H5M6S", "P1Y2M3D", "PT1H2M3S", "P1M2D", "PT1H30M", "P1Y2M", "PT1H2M",
			"PT1M2S", "P01D", "P" + strings.Repeat("9", 80) + "D",
		},
		[]string{
			"PT1D", "4DT12H30M5S", "P", "P1YT", "PT", "P2D1Y", "P1D2H", "P2S", "P1Y2W", "P২Y", "P1", "PT0.5S", " P1D", "P1D ", "", "P1Y2D", "PT1H2S", "-P1D", "P1D2T3H",
			"P1e2D", "P1D\n", "P1WT1H", "PT0,5S", "P-1D",
		},
	},
	"uuid": {
		[]string{
			"2EB8AA08-AA98-11EA-B4AA-73B441D16380", "2eb8aa08-AA98-11ea-B4Aa-73B441D16380", "00000000-0000-0000-0000-000000000000", "98d80576-482e-427f-8434-7f86890ab222",
			"99c17cbb-656f-f64a-940f-1a4568f03487", "2eb8aa08-aa98-11ea-f4aa-73b441d16380",
		},
		[]string{
			"2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08-aa98-11ea-73b441d16380", "2eb8aa08-aa98-11ea-b4ga-73b441d16380", "2eb8aa08aa9811eab4aa73b441d16380",
			"2eb8aa08aa98-11ea-b4aa73b441d16380", "2eb8aa0-8aa98-11e-ab4aa7-3b441d16380", "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380",
			"2eb8aa08-aa98-11ea-b4aa-73b441d16380-", "২eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d16380\n", "",
		},
	},
	"hostname": {
		[]string{"www.example.com", "hostname", "h0stn4me", "1host", "host-name", label + ".com", "a--b.com", "xn--9n2bp8q.xn--9t4b11yi5a"},
		[]string{
			"", ".", ".example", "example.", "example．com", "-hostname", "hostname-", "host_name", strings.Repeat(label+".", 4) + "com", label + "l.com", "example.com\n",
			"\u212aelvin.example.com", "not a host",
		},
	},
	"ipv4": {
		[]string{"192.168.0.1", "0.0.0.0", "255.255.255.255"},
		[]string{
			"127.0.0.0.1", "256.256.256.256", "127.0", "127.1", "0x7f000001", "2130706433", "1২7.0.0.1", "192.168.1.0/24", " 192.168.0.1", "192.168.0.1\n", "192.168..1",
			"192.168.0.1.", "", "+1.2.3.4", "1e2.0.0.1", "192.168.0.1:80", "::ffff:192.168.0.1", "087.10.0.1",
		},
	},
	"ipv6": {
		[]string{"::1", "::", "::abef", "d6::", "1:d6::42", "1::d6:192.168.0.1", "::ffff:192.168.0.1", "1:2:3:4:5:6:7:8"},
		[]string{
			"12345::", "::laptop", ":2:3:4:5:6:7:8", "1::d6::42", "1::2:192.168.256.1", "1:2:3:4:5:::8", "1:2:3:4:5:6:7", "1", "127.0.0.1", "  ::1", "fe80::/64", "fe80::a%eth1",
			"1:2:3:4:5:6:7:৪", "[::1]", "::ffff:192.168.0.01",
		},
	},
	"uri": {
		[]string{
			"http://foo.bar/?baz=qux#quux", "http://foo.com/blah_(wikipedia)_blah#cite-1", "http://foo.bar/?q=Test%20URL-encoded%20stuff", "http://xn--nw2a.xn--j6w193g/",
			"http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com", "http://223.255.255.254", "ldap://[2001:db8::7]/c=GB?objectClass?one", "mailto:John.Doe@example.com",
			"news:comp.infosystems.www.servers.unix", "tel:+1-816-555-1212", "urn:oasis:names:specification:docbook:dtd:xml:4.1.2", "http://087.10.0.1/",
			"http://999.999.999.999/", "file:///etc/hosts", "a:", "http://[v1.a:b]/", "https://cdn.example.com:8443/a.png",
		},
		[]string{
			"//foo.bar/?baz=qux#quux", "/abc", `\\WINDOWS\fileshare`, "abc", "http:// shouldfail.com", ":// should fail", "bar,baz:foo", "https://[@example.org/test.txt",
			"https://example.org/foobar®.txt", `https://example.org/foobar\.txt`, `https://example.org/foobar".txt`, "https://example.org/foobar<>.txt",
			"https://example.org/foobar{}.txt", "https://example.org/foobar^.txt", "https://example.org/foobar`.txt", "https://example.org/foo bar.txt",
			"https://example.org/foobar|.txt", "http://example.com/%6G", "http://example.com/%A", "http://example.com/%", "1http://example.com", "ht_tp://example.com",
			"http://example.com:abc/path", "http://[::ffff:01.2.3.4]", "http:/[::1]", "http://a@b@example.com/", "not a uri", "http://example.com/\n", "",
		},
	},
	"uri-reference": {
		[]string{
			"http://foo.bar/?baz=qux#quux", "//foo.bar/?baz=qux#quux", "/abc", "abc", "#fragment", "", "?query=1", "//", "./this:that", "http://999.999.999.999/",
		},
		[]string{
			`\\WINDOWS\fileshare`, `#frag\ment`, "/foobar®.txt", "/%zz", `/a"b`, "/[::1]", "//example.com:abc/p", "//a@b@example.com/", "//[::ffff:192.168.0.01]/p", "1:b",
		},
	},
	"byte":     {[]string{"", "c29tZXRoaW5n", "YQ==", "+/+/"}, []string{"§§§", "YQ", "YQ=", "YR==", "YWJj\nYWJj", "-_-_", " YQ=="}},
	"binary":   {[]string{"", "anything"}, nil},
	"password": {[]string{"", "anything"}, nil},
	"email": {
		[]string{"joe.bloggs@example.com", "te~st@example.com", "~test@example.com", "test~@example.com", "te.s.t@example.com"},
		[]string{"2962", ".test@example.com", "test.@example.com", "te..st@example.com", `"joe bloggs"@example.com`, "joe@[127.0.0.1]", "user1@oceania.org, user2@oceania.org"},
	},
	"idn-email": {[]string{"실례@실례.테스트", "joe.bloggs@example.com"}, []string{"2962", "@", "실례"}},
	"date-time": {
		[]string{"1985-04-12T23:20:50.52Z", "1996-12-19T16:39:57-08:00", "1990-12-31T23:59:60Z", "1990-12-31T15:59:60-08:00", "1937-01-01T12:00:27.87+00:20"},
		[]string{"1985-04-12", "1985-04-12T23:20:50.52", "1985-04-12 23:20:50Z", "1985-04-31T23:20:50Z"},
	},
	// The examples of RFC 6901 section 5, then those of the test suite.
	"json-pointer": {
		[]string{
			"", "/foo", "/foo/0", "/", "/a~1b", "/c%d", "/e^f", "/g|h", `/i\j`, `/k"l`, "/ ", "/m~0n", "/foo/bar~0/baz~1/%a", "//", "/foo//bar", "/~1.1", "/foo/-", "/~01",
		},
		[]string{"/foo/bar~", "/foo/-/bar~", "#", "#/", "#a", "/~0~", "/~0/~", "/~2", "/~-1", "/~~", "a", "0", "a/a", "~0", "/~~01~"},
	},
	"relative-json-pointer": {
		[]string{"1", "0/foo/bar", "2/0/baz/1/zip", "0#", "10", "0", "0+1", "0-1/foo", "1+10#"},
		[]string{"/foo/bar", "-1/foo/bar", "+1/foo", "0##", "01/a", "01#", "", "৪/foo", "0+0", "0+", "1-01/a", "0#/a", "0/~2"},
	},
	// RFC 4648 section 10, and section 5 where the alphabets differ.
	"base64url": {
		[]string{"", "Zg==", "Zg", "Zm8=", "Zm8", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy", "-_-_"}, []string{"+/+/", "Zg=", "Zh", "Zm9v\n", "Zm 9v", "§"},
	},
	"regex": {
		[]string{`([abc])+\s+$`, "", "^a{2,5}$", "a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b", `(a)\1`, `(?<n>a)\k<n>`, `\u00e9`, `\cA`, "a{1,2000}", `\/\-`, `\p{L}`},
		[]string{"^(abc]", "(", ")", "[", "[z-a]", "*a", "a**", `\`, `^\S(|(.|\n)*\S)\Z`, "(?<n", "(?%a)", `\p{Nowhere}`},
	},
	"commonmark": {[]string{"", "# a"}, nil},
	"html":       {[]string{"", "<p>a"}, nil},
}

func TestStrings(t *testing.T) {
	t.Parallel()
	for name, check := range Strings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, cases[name].good, "add the texts of the format to cases")
			for _, text := range cases[name].good {
				assert.True(t, check.Accepts(text), "%q", text)
			}
			for _, text := range cases[name].bad {
				assert.False(t, check.Accepts(text), "%q", text)
			}
			assert.Equal(t, len(cases[name].bad) > 0, check.Expected != "", "what can be wrong has a message, and texts that are wrong")
		})
	}
	assert.Len(t, cases, len(Strings()))
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct{ good, bad []float64 }{
		"double": {[]float64{1.7e308, -0.1}, nil},
		"float":  {[]float64{3.4e38, -3.4e38, 0.1}, []float64{-3.5e38, 3.5e38}},
		"int32":  {[]float64{-1 << 31, 1<<31 - 1, 0}, []float64{1 << 31, -1<<31 - 1, 1.5}},
		"int64":  {[]float64{1 << 62, 1 << 63, -1 << 63}, []float64{1e19, -1e19, 0.5}},
	} {
		check, known := Numbers()[name]
		require.True(t, known, name)
		for _, n := range of.good {
			assert.True(t, check.Accepts(n), "%s %v", name, n)
		}
		for _, n := range of.bad {
			assert.False(t, check.Accepts(n), "%s %v", name, n)
		}
	}
	assert.Len(t, Numbers(), 4, "a format has been added: add its cases")
}

func TestKnown(t *testing.T) {
	t.Parallel()
	assert.True(t, Known("string", "uuid") && Known("number", "int32") && Known("integer", "int64") && Known("", "date") && Known("", "float"))
	for kind, name := range map[string]string{"string": "int64", "number": "date", "integer": "uint8", "boolean": "date", "": "phone", "string number": "date"} {
		assert.False(t, Known(kind, name), "%s %s", kind, name)
	}
}

// FuzzFormats asks that each checker ends, and that what is accepted by one of our own is accepted by the library that knows the thing as well.
func FuzzFormats(f *testing.F) {
	for _, seed := range []string{"", "P1DT12H", "http://[::1]:80/%20?a#b", "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "a.example", "YQ==", "23:59:60Z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, check := range Strings() {
			if !check.Accepts(text) {
				continue
			}
			switch name {
			case "uri", "uri-reference":
				// net/url knows neither percent-encoded host names nor the addresses of IP versions to come.
				if !strings.ContainsAny(text, "%[") {
					u, err := url.Parse(text)
					require.NoError(t, err, text)
					assert.True(t, name == "uri-reference" || u.Scheme != "", text)
				}
			case "hostname":
				_, err := http.NewRequest(http.MethodGet, "http://"+text+"/", http.NoBody)
				require.NoError(t, err)
			}
		}
		assert.False(t, isURI(text) && !isURIReference(text), "every URI is a URI reference")
	})
}
