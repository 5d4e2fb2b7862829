package mask

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Contract knows what of a text is the contract's own, and shows nothing of anybody. It is safe for concurrent use.
type Contract struct {
	names     map[string]bool               // of properties
	times     map[string]bool               // the properties that only the server sets, and that are times
	ids       map[string]bool               // those that are other texts
	constants map[string]bool               // the values of enums, what is in the examples of errors, and what asks a mock for them
	messages  map[string]bool               // the properties of errors that are texts
	words     map[string]bool               // of what the contract says of itself, in small letters
	segments  map[string]bool               // of paths
	headers   map[string]bool               // of answers
	rules     map[string][]*openapi3.Schema // of properties' values, by name
	judge     *judge.Judge
}

// Of reads a contract.
func Of(j *judge.Judge) *Contract {
	c := &Contract{
		names: map[string]bool{}, times: map[string]bool{}, ids: map[string]bool{}, constants: map[string]bool{}, segments: map[string]bool{}, headers: map[string]bool{},
		messages: map[string]bool{}, words: map[string]bool{}, rules: map[string][]*openapi3.Schema{}, judge: j,
	}
	doc := j.Document()
	sent := map[string]bool{}
	for _, op := range j.Operations() {
		c.addPath(op.Path)
		if body := op.Spec.RequestBody; body != nil {
			for name := range propertiesOf(body.Value.Content) {
				sent[name] = true
			}
		}
		for status, response := range op.Spec.Responses.Map() {
			c.addAnswer(status, response.Value)
		}
	}
	for _, base := range j.BasePaths() {
		c.addPath(base)
	}
	c.addWords(doc)
	_ = doc.WalkSchemas(func(_ string, schema *openapi3.SchemaRef) error {
		for name, property := range schema.Value.Properties {
			c.addProperty(name, property.Value, sent[name])
			c.addRules(name, property.Value)
		}
		for _, value := range schema.Value.Enum {
			c.addConstants(value)
		}
		return nil
	})
	return c
}

// propertiesOf are the properties of all schemas in a content, at whatever depth.
func propertiesOf(content openapi3.Content) openapi3.Schemas {
	all := openapi3.Schemas{}
	for _, media := range content {
		if media.Schema == nil {
			continue
		}
		_ = media.Schema.WalkSubtree(func(_ string, schema *openapi3.SchemaRef) error {
			maps.Copy(all, schema.Value.Properties)
			return nil
		})
	}
	return all
}

func (c *Contract) addAnswer(status string, response *openapi3.Response) {
	for name := range response.Headers {
		c.headers[http.CanonicalHeaderKey(name)] = true
	}
	if status[0] != '2' {
		c.addErrors(response.Content)
	}
}

func (c *Contract) addProperty(name string, schema *openapi3.Schema, sent bool) {
	c.names[name] = true
	switch {
	case sent || !schema.Type.Is(openapi3.TypeString):
	case schema.Format == "date-time":
		c.times[name] = true
	default:
		c.ids[name] = true
	}
}

func (c *Contract) addPath(path string) {
	for segment := range strings.SplitSeq(path, "/") {
		if !strings.HasPrefix(segment, "{") {
			c.segments[segment] = true
		}
	}
}

// addErrors reads the schemas and the examples of errors.
func (c *Contract) addErrors(content openapi3.Content) {
	for name, property := range propertiesOf(content) {
		if property.Value.Type.Is(openapi3.TypeString) {
			c.messages[name] = true
		}
	}
	for _, media := range content {
		c.addConstants(media.Example)
		for _, example := range media.Examples {
			c.addConstants(example.Value.Value)
			c.addConstants(example.Value.Extensions["x-mock-trigger"])
		}
	}
}

func (c *Contract) addConstants(value any) {
	switch value := value.(type) {
	case string:
		c.constants[value] = true
	case []any:
		for _, item := range value {
			c.addConstants(item)
		}
	case map[string]any:
		for _, member := range value {
			c.addConstants(member)
		}
	}
}

// addWords reads what the contract says of itself: descriptions, rules, names, and the messages in its examples.
func (c *Contract) addWords(doc *openapi3.T) {
	text, err := doc.MarshalJSON()
	if err != nil {
		return // not so for a document that was loaded
	}
	last := ""
	tokens(text, func(_, _ []byte, token jsontext.Token, isName bool) {
		switch {
		case token.Kind() != '"':
		case isName:
			last = token.String()
			c.addWordsOf(last)
		case last == "description", last == "summary", last == "rule", c.messages[last]:
			c.addWordsOf(token.String())
		}
	})
}

func (c *Contract) addWordsOf(text string) {
	for _, word := range wordsOf(text) {
		c.words[word] = true
	}
}

// embedded is that of the embedded openapi.yaml.
var embedded = sync.OnceValue(func() *Contract { return Of(judge.Contract()) })

// Embedded is that of the embedded openapi.yaml.
func Embedded() *Contract { return embedded() }

// identifier is what programs call a property.
var identifier = regexp.MustCompile(`^[A-Za-z_$][A-Za-z_$-]*[0-9]{0,2}$`)

// longestName is how many characters a name has that a program gives.
const longestName = 40

// Path is a path of which the segments are shown that the contract has, and versions.
func (c *Contract) Path(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if !c.segments[segment] && !version.MatchString(segment) {
			segments[i] = maskedSegment(segment)
		}
	}
	return strings.Join(segments, "/")
}

// maskedSegment masks a segment of a path, not the digits of its escapes.
func maskedSegment(segment string) string {
	plain, err := url.PathUnescape(segment)
	if err != nil || plain == segment {
		return Data(segment)
	}
	return url.PathEscape(Data(plain))
}

var version = regexp.MustCompile(`^(api|v[0-9]{1,2})$`)

// technical are the headers that say something about the message and nothing of anybody, where their value is of the usual form.
var technical = []string{
	"Accept", "Accept-Encoding", "Allow", "Age", "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Date", "Expires",
	"Keep-Alive", "Retry-After", "Transfer-Encoding", "Vary", "Te", "Trailer",
}

// technicalWord is a word of a technical header: of a media type, an encoding, a directive, or a number.
var technicalWord = regexp.MustCompile(`^(?i:[0-9]{1,6}|application|json|problem|xml|html|text|plain|octet|stream|form|www|x|urlencoded|multipart|data|charset|utf|` +
	`gzip|br|deflate|zstd|compress|identity|chunked|close|keep|alive|timeout|trailers|max|age|s|maxage|no|cache|store|must|revalidate|public|private|immutable|` +
	`accept|encoding|origin|q|get|head|post|put|patch|delete|options)$`)

var words = regexp.MustCompile(`[^\s,;=/*+."()-]+`)

// Header is a copy of a header with personal data masked in its values, and credentials as [Header] masks them.
func (c *Contract) Header(header http.Header) http.Header {
	copied := make(http.Header, len(header))
	for name, values := range header {
		shown := c.HeaderName(name)
		for _, value := range values {
			copied[shown] = append(copied[shown], c.headerValue(name, value))
		}
	}
	return copied
}

// HeaderName is what is shown of the name of a header: that of the contract, and one that is in general use.
func (c *Contract) HeaderName(name string) string {
	is := http.CanonicalHeaderKey(name)
	if c.headers[is] || slices.Contains(technical, is) || slices.Contains(Credentials, is) || slices.Contains(usual, is) {
		return name
	}
	return Data(name)
}

// usual are the other headers whose name says nothing of anybody.
var usual = []string{
	"Accept-Language", "Forwarded", "From", "Host", "If-Match", "If-None-Match", "Idempotency-Key", "Link", "Location", "Origin", "Prefer", "Preference-Applied", "Referer",
	"Server", "Traceparent", "User-Agent", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Powered-By", "X-Request-Id", "X-Correlation-Id",
}

func (c *Contract) headerValue(name, value string) string {
	if slices.Contains(Credentials, name) {
		if hidden.MatchString(value) {
			return value
		}
		return Key(value)
	}
	if c.headers[name] || slices.Contains(technical, name) {
		if _, err := http.ParseTime(value); err == nil && len(value) == len(http.TimeFormat) {
			return value
		}
		isUsual := !slices.ContainsFunc(words.FindAllString(value, -1), func(word string) bool { return !technicalWord.MatchString(word) })
		if isUsual {
			return value
		}
	}
	if name == "Prefer" || name == "Preference-Applied" {
		return preference(value)
	}
	return Data(value)
}

// hidden is what [Key] leaves of a credential, as in a recording.
var hidden = regexp.MustCompile(`^(?:` + gen.KeyPrefixTest + `|` + gen.KeyPrefixLive + `)?…[!-~]{0,4}$`)

// preferredCode is a preference of the mock's (RFC 7240) that says which status is wanted.
var preferredCode = regexp.MustCompile(`^\s*code=[0-9]{3}\s*$`)

// preference masks all preferences but the status that is wanted.
func preference(value string) string {
	items := strings.Split(value, ",")
	for i, item := range items {
		if !preferredCode.MatchString(item) {
			items[i] = Data(item)
		}
	}
	return strings.Join(items, ",")
}
