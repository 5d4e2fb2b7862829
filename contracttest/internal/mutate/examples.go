package mutate

import "github.com/getkin/kin-openapi/openapi3"

// dropWrongExamples takes out the examples and defaults that no longer obey their schemas. They say nothing of their
// own, and a document that keeps them is not valid, so the mutant could not be tried.
func dropWrongExamples(doc *openapi3.T) {
	_ = doc.WalkSchemas(func(_ string, ref *openapi3.SchemaRef) error {
		if !obeys(ref.Value, ref.Value.Example) {
			ref.Value.Example = nil
		}
		if !obeys(ref.Value, ref.Value.Default) {
			ref.Value.Default = nil
		}
		return nil
	})
	for _, header := range doc.Components.Headers {
		if header.Value.Schema != nil && !obeys(header.Value.Schema.Value, header.Value.Example) {
			header.Value.Example = nil
		}
	}
	for _, item := range doc.Paths.Map() {
		dropFromPath(item)
	}
	for _, response := range doc.Components.Responses {
		dropFrom(response.Value.Content)
	}
}

// dropFromPath looks at the operations of a path, and at what a server sends for them.
func dropFromPath(item *openapi3.PathItem) {
	for _, operation := range item.Operations() {
		for _, parameter := range operation.Parameters {
			if p := parameter.Value; p.Schema != nil && !obeys(p.Schema.Value, p.Example) {
				p.Example = nil
			}
		}
		if operation.RequestBody != nil {
			dropFrom(operation.RequestBody.Value.Content)
		}
		for _, response := range operation.Responses.Map() {
			dropFrom(response.Value.Content)
		}
		for _, callback := range operation.Callbacks {
			for _, target := range callback.Value.Map() {
				dropFromPath(target)
			}
		}
	}
}

func dropFrom(content openapi3.Content) {
	for _, media := range content {
		if media.Schema == nil {
			continue
		}
		if !obeys(media.Schema.Value, media.Example) {
			media.Example = nil
		}
		for name, example := range media.Examples {
			if !obeys(media.Schema.Value, example.Value.Value) {
				delete(media.Examples, name)
			}
		}
	}
}

func obeys(schema *openapi3.Schema, example any) bool {
	return example == nil || schema.VisitJSON(example, openapi3.MultiErrors()) == nil
}
