# Makes the table of `make bench` out of what go test -bench prints. A ratio is of times, or of what its name says, measured side by side in
# one run; "/" in a name reads "over".

/^Benchmark/ {
	name = $1
	sub(/-[0-9]+$/, "", name)
	for (i = 3; i < NF; i += 2) value[name, $(i + 1)] = $i
}
/^(FAIL|--- FAIL|panic)/ { failed = 1 }
failed { print > "/dev/stderr" }

function row(text, measured, bar,    limit, verdict) {
	if (measured == "") return
	split(bar, limit, " ")
	verdict = ""
	if (limit[1] == "≥" && measured + 0 < limit[2] + 0 || limit[1] == "≤" && measured + 0 > limit[2] + 0) verdict = " missed"
	printf "| %s | " (measured < 0.1 ? "%.3f" : measured < 10 ? "%.2f" : "%.0f") " | %s |\n", text, measured, bar verdict
}

function middleware(name) { row("middleware " name, value["BenchmarkMiddleware", name "/bare"], "") }

END {
	if (failed) exit 1
	print "| ratio | measured | bar |"
	print "| --- | --- | --- |"
	row("throughput, both directions judged, 16 connections ÷ bare handler", value["BenchmarkLoopback", "throughput/bare"], "≥ 0.80")
	row("requests per second of processor time ÷ bare handler", value["BenchmarkLoopback", "requests-per-cpu-second/bare"], "")
	row("the throughput with 200 connections", value["BenchmarkLoopback", "throughput-200-connections/bare"], "")
	row("the throughput with 10,000 keys", value["BenchmarkLoopback", "throughput-10000-keys/bare"], "")
	row("the throughput with the page open ÷ without", value["BenchmarkPageOpen", "throughput/without"], "≥ 0.90")
	row("the throughput with webhooks sent ÷ without", value["BenchmarkWebhooks", "throughput/without"], "≥ 0.90")
	row("the same, to a receiver that never answers", value["BenchmarkWebhooks", "throughput-silent/without"], "≥ 0.90")
	row("what the page shows of 10,000 requests, the slowest view, ms", value["BenchmarkPage", "slowest-ms"], "≤ 100")
	row("create in process ÷ bare handler", value["BenchmarkInProcess", "create/bare"], "≤ 1.8")
	row("allocations of a create, net of net/http", value["BenchmarkInProcess", "net-allocations"], "≤ 60")
	row("create at 1,000,000 customers ÷ at 1,000", value["BenchmarkScale", "create-at-1000000/at-1000"], "≤ 1.1")
	row("one customer read from 1,000,000 ÷ from 1,000", value["BenchmarkScale", "customer-at-1000000/at-1000"], "")
	row("a page of customers, the same", value["BenchmarkScale", "page-at-1000000/at-1000"], "")
	row("a page of the journal, the same", value["BenchmarkScale", "requests-at-1000000/at-1000"], "")
	row("memory of a stored customer ÷ in the bare handler's map", value["BenchmarkMemory", "bytes-per-customer/bare"], "≤ 1.3")
	row("resident memory after start, MiB", value["BenchmarkStart", "resident-MiB"], "≤ 25")
	row("start to first 201 ÷ an empty HTTP server", value["BenchmarkStart", "start/empty"], "≤ 3")
	row("an empty HTTP server that imports kin-openapi, the same", value["BenchmarkStart", "kin-openapi/empty"], "")
	row("client ÷ http.Client and encoding/json", value["BenchmarkOverhead", "x-time"], "≤ 1.25")
	row("binary, stripped, MiB", value["BenchmarkStart", "binary-MiB"], "≤ 20")
	row("judge of an exchange ÷ kin-openapi alone", value["BenchmarkExchange", "quick/kin-openapi"], "")
	row("create through the judging proxy, 16 connections ÷ through a plain one", value["BenchmarkProxy", "time/plain"], "≤ 1.3")
	row("the proxies' processor time, the same", value["BenchmarkProxy", "cpu/plain"], "")
	row("reading a HAR file, speed ÷ encoding/json", value["BenchmarkReader", "speed/encoding-json"], "")
	row("contract suite per request ÷ one POST by http.Client", value["BenchmarkFullRunAgainstTheMock", "request/post"], "")
	print ""
	print "| each middleware alone ÷ the bare handler's create | |  |"
	print "| --- | --- | --- |"
	split("reply record recover cors route contractResponse prefer fault key address limit scope contractRequest operation", middlewares, " ")
	for (i = 1; i in middlewares; i++) middleware(middlewares[i])
}
