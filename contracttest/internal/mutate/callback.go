package mutate

// callbacks changes the requests of the callbacks of an operation.
func (w *walker) callbacks(at pointer) {
	for _, name := range names(w.at(at)) {
		for _, target := range names(w.at(at.to(name))) {
			operation := at.to(name, target, "post")
			if w.at(operation) == nil {
				continue
			}
			w.parameters(operation)
			w.requestBody(operation)
		}
	}
}

// parameters changes the parameters of an operation, as [walker.response] does headers.
func (w *walker) parameters(operation pointer) {
	parameters, _ := w.at(operation)["parameters"].([]any)
	for i := range parameters {
		at := operation.to("parameters", digits(i))
		parameter := w.at(at)
		name, _ := parameter["name"].(string)
		w.add("header", operation, name+" is dropped", func(node object) { node["parameters"] = without(node["parameters"], i) })
		w.add("header", at, name+" becomes X-"+name, set("name", "X-"+name))
		w.add("header", at, name+" is optional", drop("required"))
		w.schema(at.to("schema"))
	}
}
