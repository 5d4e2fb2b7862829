package judge

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge/format"
)

// NotJudged is one part of a document that asks something of an exchange which a [Judge] does not look at.
type NotJudged struct {
	// Pointer is the part's place in the document as a JSON Pointer (RFC 6901), e.g. "/components/schemas/User/properties/phone/format".
	Pointer string `json:"pointer"`
	// What names the part, e.g. `the format "phone"`.
	What string `json:"what"`
	// Why says why it is not judged.
	Why string `json:"why"`
}

// NotJudged lists what the document asks of the exchanges of its operations and the judge passes over, sorted by place. It is empty for a
// document that is judged whole. Credentials are the caller's: of those, the schemes are listed that are neither an API key nor a bearer token.
func (j *Judge) NotJudged() []NotJudged {
	l := omissions{rules: j.schemas().rules, found: map[string]NotJudged{}}
	l.servers("/servers", j.doc.Servers)
	l.security(j.doc, j.doc.Security)
	for path, item := range j.doc.Paths.Map() {
		at := "/paths/" + EscapePointer(path)
		l.otherServers(at, item.Servers)
		l.parameters(at, item.Parameters)
		for method, operation := range item.Operations() {
			l.operation(j.doc, at+"/"+strings.ToLower(method), operation)
		}
	}
	return slices.SortedFunc(maps.Values(l.found), func(a, b NotJudged) int { return cmp.Compare(a.Pointer, b.Pointer) })
}

// omissions collects what is not judged, once for each place.
type omissions struct {
	rules map[*openapi3.Schema]string
	found map[string]NotJudged
}

func (l omissions) add(pointer, what, why string) { l.found[pointer] = NotJudged{pointer, what, why} }

func (l omissions) servers(at string, servers openapi3.Servers) {
	for i, server := range servers {
		_, afterScheme, _ := strings.Cut(server.URL, "://")
		if _, path, _ := strings.Cut(afterScheme, "/"); strings.Contains(path, "{") {
			l.add(at+"/"+strconv.Itoa(i)+"/variables", "the variables in the path of the server "+server.URL, "of a variable, only the default value is known")
		}
	}
}

func (l omissions) otherServers(at string, servers openapi3.Servers) {
	if len(servers) > 0 {
		l.add(at+"/servers", "the servers of one path or operation", "only the servers of the whole document are known")
	}
}

func (l omissions) security(doc *openapi3.T, requirements openapi3.SecurityRequirements) {
	for _, requirement := range requirements {
		for name := range requirement {
			if doc.Components == nil || doc.Components.SecuritySchemes[name] == nil {
				continue
			}
			scheme := doc.Components.SecuritySchemes[name].Value
			if scheme.Type != "apiKey" && (scheme.Type != "http" || !strings.EqualFold(scheme.Scheme, "bearer")) {
				at := "/components/securitySchemes/" + EscapePointer(name)
				l.add(at, "the security scheme "+name, "of credentials, API keys and bearer tokens are known")
			}
		}
	}
}

func (l omissions) operation(doc *openapi3.T, at string, operation *openapi3.Operation) {
	if operation.Servers != nil {
		l.otherServers(at, *operation.Servers)
	}
	if operation.Security != nil {
		l.security(doc, *operation.Security)
	}
	l.parameters(at, operation.Parameters)
	for name := range operation.Callbacks {
		l.add(at+"/callbacks/"+EscapePointer(name), "the callback "+name, "requests that a server sends are not seen")
	}
	if body := operation.RequestBody; body != nil {
		l.content(canonical(body.Ref, at+"/requestBody")+"/content", body.Value.Content)
	}
	for status, ref := range operation.Responses.Map() {
		l.response(canonical(ref.Ref, at+"/responses/"+status), ref.Value)
	}
}

func (l omissions) parameters(at string, parameters openapi3.Parameters) {
	for i, ref := range parameters {
		p := ref.Value
		// "If in is "header" and the name field is "Accept", "Content-Type" or "Authorization", the parameter definition SHALL be ignored."
		if p.In == openapi3.ParameterInHeader && slices.ContainsFunc([]string{"Accept", "Content-Type", "Authorization"}, func(ignored string) bool {
			return strings.EqualFold(p.Name, ignored)
		}) || anySegment(p) {
			continue
		}
		l.add(
			canonical(ref.Ref, at+"/parameters/"+strconv.Itoa(i)),
			"the parameter "+p.Name+" in "+p.In, "of a request, the method, the path and the body are looked at",
		)
	}
}

// anySegment reports whether a parameter is a segment of the path, whatever its text is: then there is nothing to judge.
func anySegment(p *openapi3.Parameter) bool {
	if p.In != openapi3.ParameterInPath || p.Schema == nil || !p.Schema.Value.Type.Is(openapi3.TypeString) {
		return false
	}
	rest := bare(p.Schema.Value)
	rest.Type = nil
	return reflect.ValueOf(rest).IsZero()
}

func (l omissions) response(at string, response *openapi3.Response) {
	for name, ref := range response.Headers {
		if strings.EqualFold(name, "Content-Type") {
			continue
		}
		place := canonical(ref.Ref, at+"/headers/"+EscapePointer(name))
		if why := unreadableHeader(ref.Value); why != "" {
			l.add(place, "the value of the header "+name, why)
			continue
		}
		l.schema(ref.Value.Schema)
	}
	for name, ref := range response.Links {
		if ref.Value.OperationID == "" || len(ref.Value.Parameters) == 0 {
			l.add(canonical(ref.Ref, at+"/links/"+EscapePointer(name)), "the link "+name, "only one with an operationId and parameters can be followed")
		}
	}
	l.content(at+"/content", response.Content)
}

func (l omissions) content(at string, content openapi3.Content) {
	for name, media := range content {
		switch {
		case media.Schema == nil:
		case jsonType(name):
			l.schema(media.Schema)
		default:
			l.add(at+"/"+EscapePointer(name), "the content of a body of "+name, "only JSON is read")
			if strings.Contains(name, "*") { // JSON may be in the range, and then it is read
				l.schema(media.Schema)
			}
		}
	}
}

// schema looks at a schema and those inside it.
func (l omissions) schema(ref *openapi3.SchemaRef) {
	_ = ref.WalkSubtree(func(_ string, sub *openapi3.SchemaRef) error {
		schema, at := sub.Value, l.rules[sub.Value]
		if schema.Format != "" && !format.Known(kind(schema), schema.Format) {
			l.add(at+"/format", "the format "+strconv.Quote(schema.Format), "there is no checker for it")
		}
		if !readable(schema.Pattern) {
			l.add(at+"/pattern", "the pattern "+schema.Pattern, "Go's regular expressions cannot read it")
		}
		if d := schema.Discriminator; d != nil && (len(d.Mapping) == 0 || len(schema.OneOf)+len(schema.AnyOf) == 0) {
			l.add(at+"/discriminator", "the discriminator "+d.PropertyName, "only one with a mapping, beside oneOf or anyOf, chooses a schema")
		}
		return nil
	})
}

// kind is the one type of a schema; "" where it has none.
func kind(schema *openapi3.Schema) string { return strings.Join(schema.Type.Slice(), " ") }
