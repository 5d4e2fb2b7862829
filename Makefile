# Everything that CI runs is a target here. Go and make are all that `make mock` and `make test` need.

GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
ACTIONLINT    := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
GOVULNCHECK   := golang.org/x/vuln/cmd/govulncheck@v1.9.0
GORELEASER    := github.com/goreleaser/goreleaser/v2@v2.16.0
REDOCLY       := @redocly/cli@2.77.0
SPECTRAL      := @stoplight/spectral-cli@6.16.3
SPECMATIC     := specmatic@2.55.1

# What `make contract` asks; empty is a mock that it starts for itself.
URL ?=
# The page that `make vendor-diff` reads: FILE=create.md, or the word after the target. Where its report is appended as Markdown: SUMMARY=….
ifeq ($(firstword $(MAKECMDGOALS)) $(origin FILE),vendor-diff undefined)
FILE := $(word 2,$(MAKECMDGOALS))
# That word is a goal too, for which nothing is to be done, silently.
.PHONY: $(FILE)
$(FILE): ; @:
endif
# The version that `make release-check` and `make release-version` are about, such as v0.2.0.
VERSION ?=
# The commit that `make breaking` compares with; empty is the last tag.
BASE ?=
# How long each fuzz target runs.
FUZZTIME ?= 30s
# The module of the programs. client and gen, below it, are modules too, which go.work uses: "work" are the packages of all three.
MODULE := github.com/bitbybit-go/bitbybit-go
# Modules of their own, whose imports should not be in everybody's go.mod.
MODULES := examples/otel examples/webhook-store examples/outcome-store examples/web mockserver/deploy
CONTRACT_DIFF := contracttest/internal/contractdiff

# What runs containers, and the image that it makes, for the machine's processor.
CONTAINER ?= podman
IMAGE     ?= localhost/bitbybit-mock:snapshot
ARCH       = $(shell go env GOARCH)

# One setting, so that what one target compiled is in the cache for the others.
export CGO_ENABLED := 0

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: mock
mock: ## Run the mock server on http://127.0.0.1:4010 (ARGS="--help" lists its flags)
	@echo "building bitbybit-mock, which takes a minute the first time" >&2
	@# Not "go run", which fails where Ctrl+C ends what it runs.
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && trap : INT TERM HUP && \
	  go build -o "$$dir/bitbybit-mock" ./mockserver/cmd/bitbybit-mock && "$$dir/bitbybit-mock" $(ARGS)

.PHONY: test
test: ## Run the tests (no C compiler, no network, no browser needed)
	go test $(TESTFLAGS) work
	@for module in $(MODULES); do (set -x; cd $$module && go test ./...) || exit 1; done
	@for browser in "$$CHROMIUM" chromium chromium-browser google-chrome; do command -v "$$browser" && exit; done >/dev/null || \
	  echo "skipped: the tests in a real browser, for want of Chromium (CHROMIUM=… names one)"

.PHONY: tidy
tidy: ## Fail where a go.mod or go.sum is not tidy (prints what has to change)
	@# "go mod tidy" knows nothing of go.work, and would look for releases that there need not be: the first three are judged in copies with its replaces.
	@root=$$PWD && dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && for module in . client gen; do \
	  echo "$$module: go mod tidy -diff"; cp $$module/go.mod $$module/go.sum "$$dir" && \
	  go mod edit $(foreach other,client gen,-replace $(MODULE)/$(other)="$$root/$(other)") "$$dir/go.mod" && \
	  go -C $$module mod tidy -diff -modfile "$$dir/go.mod" || exit 1; done
	@for module in $(MODULES) contracttest/internal/secondjudge $(CONTRACT_DIFF); do (set -x; cd $$module && go mod tidy -diff) || exit 1; done

.PHONY: race
race: ## Run the tests under the race detector (needs a C compiler)
	@# Bounds of memory, and more whole runs of the suite through a proxy, are the ordinary tests': they take minutes here.
	CGO_ENABLED=1 go test -race -short -timeout 30m ./contracttest/har ./contracttest/traffic
	CGO_ENABLED=1 go test -race -timeout 30m $$(go list work | grep -vE '/contracttest/(har|traffic)$$')

.PHONY: cover
cover: ## Run the tests and measure the statement coverage of hand-written packages, commands and what is for tests alone left out; fails below 95 %
	@$(MAKE) test TESTFLAGS="-coverprofile=coverage.out -coverpkg=$$(go list ./client/... ./mockserver/... ./contracttest/... | grep -vE '/cmd/|/internal/(action|corpus|dist|drill|fakevendor|layout|mutate|player|runners)' | paste -sd, -)"
	@go tool cover -func=coverage.out | awk '/^total:/ { print "statement coverage:", $$3; exit ($$3 + 0 < 95) }'

.PHONY: contract
contract: ## Run the contract tests against the mock, or against URL=… with the key in BITBYBIT_API_KEY
ifeq ($(URL),)
	@go run ./mockserver/cmd/bitbybit-mock exec --rate-limit 0 --log-level warn -- \
	  go run ./contracttest/cmd/bitbybit-contract $(ARGS)
else
	@go run ./contracttest/cmd/bitbybit-contract --url '$(URL)' $(ARGS)
endif

.PHONY: contract-webhooks
contract-webhooks: ## Judge the mock's webhooks as well, retries included (on port 4019)
	@# Retries come after 2.5 seconds rather than 30.
	@go run ./mockserver/cmd/bitbybit-mock exec --rate-limit 0 --log-level error --webhook http://127.0.0.1:4019/ --webhook-speed 12 -- \
	  go run ./contracttest/cmd/bitbybit-contract --webhook-listen 127.0.0.1:4019 --webhook-wait 1m $(ARGS)

.PHONY: scale
scale: ## Run three mocks behind a real nginx: each key on one of them, nothing lost while one drains, what three do (needs nginx, Linux; a minute)
	cd mockserver/deploy && BITBYBIT_SCALE=1 go test -count=1 -v -run '^TestNginx' .

.PHONY: mutation
mutation: ## Show which mutants of openapi.yaml the contract tests kill
	BITBYBIT_FULL=1 go test ./contracttest -run '^TestMutation' -count=1 -v

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (30s)
	@# Before Go 1.27 the end of FUZZTIME can be reported as a failure of this one line (go.dev/issue/75804): such a run is repeated.
	@# Each package is compiled once, as "go test -fuzz" would compile it for each of its targets.
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && trap 'exit 1' INT TERM HUP && cache=$$(go env GOCACHE)/fuzz && \
	for package in $$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}' work) $(CURDIR)/$(CONTRACT_DIFF); do \
	  grep -q '^func Fuzz' "$$package"/*_test.go || continue; \
	  go -C "$$package" test -c -fuzz . -o "$$dir/fuzz.test" . || exit 1; \
	  for target in $$(cd "$$package" && "$$dir/fuzz.test" -test.list '^Fuzz' | grep '^Fuzz'); do \
	    echo "$$package $$target"; \
	    for try in 1 2 3; do \
	      (cd "$$package" && "$$dir/fuzz.test" -test.run '^$$' -test.fuzz "^$$target\$$" -test.fuzztime $(FUZZTIME) -test.fuzzminimizetime 100x \
	        -test.fuzzcachedir "$$cache$$package" -test.paniconexit0 -test.timeout 10m) 2>&1 | tee "$$dir/log"; \
	      grep -qx '    context deadline exceeded' "$$dir/log" || break; \
	    done; \
	    grep -qx 'PASS' "$$dir/log" || exit 1; \
	  done; \
	done

.PHONY: bench
bench: ## Print the table of ratios, measured side by side in one run (takes two minutes; best on a quiet machine)
	@go test -p 1 -run '^$$' -bench . ./client ./contracttest ./contracttest/har ./contracttest/judge ./contracttest/traffic ./mockserver/... | awk -f .ci/bench.awk

.PHONY: profile
profile: ## Profile the mock under load, CPU and allocations, into dist/, and print the top
	@mkdir -p dist
	go test -run '^$$' -bench '^BenchmarkOneProcess$$' -benchtime 10s -o dist/mockserver.test -cpuprofile dist/cpu.prof ./mockserver
	go test -run '^$$' -bench '^BenchmarkOneProcess$$' -benchtime 10s -o dist/mockserver.test -memprofile dist/alloc.prof \
	  -memprofilerate 4096 ./mockserver
	go tool pprof -top -cum -nodecount 60 -focus '\(\*conn\)\.serve' dist/mockserver.test dist/cpu.prof
	go tool pprof -top -nodecount 40 -focus '\(\*conn\)\.serve' -sample_index alloc_objects dist/mockserver.test dist/alloc.prof

.PHONY: lint
lint: ## Check formatting, vet and lint the Go code, the workflow and action.yml
	@test -z "$$(gofmt -l .)" || { echo "gofmt these:"; gofmt -l .; exit 1; }
	go vet work
	GOOS=windows go vet work
	@for module in $(MODULES); do (set -x; cd $$module && go vet ./...) || exit 1; done
	go run $(GOLANGCI_LINT) run ./... ./client/... ./gen/...
	go run $(ACTIONLINT)
	@if command -v shellcheck >/dev/null; then set -x; shellcheck .ci/run .ci/release-*; else echo "skipped: shellcheck, which is not installed"; fi
	BITBYBIT_ACTIONLINT=$(ACTIONLINT) go test ./contracttest/internal/action -run '^TestActionlint$$' -count=1

.PHONY: vuln
vuln: ## Look for known vulnerabilities in what the programs call (needs the network)
	go run $(GOVULNCHECK) ./... ./client/... ./gen/...

.PHONY: lint-api
lint-api: ## Lint the OpenAPI documents (needs Node.js)
	npx --yes $(REDOCLY) lint
	npx --yes $(SPECTRAL) lint --fail-severity=hint openapi.yaml mockserver/internal/control/control.yaml

.PHONY: typescript
typescript: ## Generate TypeScript from openapi.yaml, compile it, and create a customer with it (needs Node.js 22)
	cd examples/typescript && npm ci --no-audit --no-fund && npm run generate && npm run check
	go run ./mockserver/cmd/bitbybit-mock exec --log-level warn -- npm --prefix examples/typescript run create

.PHONY: npm
npm: ## Build the programs for all platforms and pack the npm packages into dist/npm, of VERSION=… or of the commit (needs Node.js 20)
	node mockserver/npm/pack.js --version '$(VERSION)'

.PHONY: npm-types
npm-types: ## Generate the npm package's types of the control API anew from control.yaml (needs Node.js 20)
	@# In another folder, so that Go tools do not look through node_modules, and redocly.yaml does not name other documents.
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && cp mockserver/npm/package.json mockserver/npm/package-lock.json "$$dir" && \
	  npm ci --prefix "$$dir" --no-audit --no-fund --silent && cd "$$dir" && node_modules/.bin/openapi-typescript \
	  '$(CURDIR)/mockserver/internal/control/control.yaml' --default-non-nullable=false --output '$(CURDIR)/mockserver/npm/bitbybit-mock/control.d.ts'

.PHONY: npm-test
npm-test: ## Install the npm packages offline from tarballs, and test them on three versions of Node.js (needs Node.js 20)
	BITBYBIT_NPM=1 go test ./mockserver/npm -count=1 -timeout 20m

.PHONY: runners
runners: ## Run the examples for vitest, Playwright and pytest, right and wrong ones (needs Node.js 20.19 and pytest, and no browser)
	BITBYBIT_RUNNERS=1 go test ./contracttest/internal/runners -count=1

.PHONY: containers
containers: ## Run the examples whose mock is a container (needs podman, Node.js 20.19 and pytest)
	BITBYBIT_CONTAINERS=1 go test ./contracttest/internal/runners -run '^TestContainers$$' -count=1 -v

.PHONY: specmatic
specmatic: ## Run Specmatic's contract test of openapi.yaml against the mock (needs Node.js, for the download, and Java 17)
	@# Not its npm command, whose exit code is 0 whatever came out. It leaves reports where it runs.
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && npm install --prefix "$$dir" --no-audit --no-fund --silent $(SPECMATIC) && \
	  go run ./mockserver/cmd/bitbybit-mock exec --log-level warn -- sh -c 'contract=$$PWD/openapi.yaml && cd "$$0" && \
	    ApiKey=$$BITBYBIT_API_KEY java -jar node_modules/specmatic/specmatic.jar test --testBaseURL="$$BITBYBIT_BASE_URL" "$$contract"' "$$dir"

.PHONY: second-judge
second-judge: ## Compare the judge with another validator, libopenapi-validator (a Go module of its own)
	cd contracttest/internal/secondjudge && CGO_ENABLED=0 go test -count=1 .

.PHONY: vendor-diff
vendor-diff: ## Compare openapi.yaml with the OpenAPI block in a page of the vendor's, FILE=create.md (another Go module)
	@test -n "$(FILE)" || { echo "which page? make vendor-diff FILE=create.md" >&2; exit 2; }
	@# Not "go run", whose exit code is 1 whatever the program's is.
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && go -C $(CONTRACT_DIFF) build -o "$$dir/vendor-diff" ./cmd/vendor-diff && \
	  "$$dir/vendor-diff" $(if $(SUMMARY),-markdown "$(SUMMARY)") openapi.yaml "$(FILE)"

.PHONY: breaking
breaking: ## Fail where a change since the last tag, or BASE=…, breaks users and CHANGELOG.md has no line that names it (another Go module)
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && go -C $(CONTRACT_DIFF) build -o "$$dir/breaking" ./cmd/breaking && \
	  "$$dir/breaking" -base "$(BASE)" .

.PHONY: release-check
release-check: ## Say what keeps the tree from being released as VERSION=v0.2.0; without one, as far as it can be said before (another Go module)
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && go -C $(CONTRACT_DIFF) build -o "$$dir/release-check" ./cmd/release-check && \
	  "$$dir/release-check" -version "$(VERSION)" .

.PHONY: release-version
release-version: ## Have the modules require each other at VERSION=v0.2.0, in each go.mod and in go.work
	@go -C $(CONTRACT_DIFF) run ./cmd/release-check -write -version "$(VERSION)" "$(CURDIR)"

.PHONY: contract-diff
contract-diff: ## Test and vet what vendor-diff, breaking and release-check are
	cd $(CONTRACT_DIFF) && go vet ./... && go test ./...

.PHONY: drill
drill: ## Change openapi.yaml in five ways in copies of the tree, and count the files to edit by hand (takes ten minutes)
	BITBYBIT_DRILL=1 go test ./contracttest/internal/drill -run TestDrill -v -count=1 -timeout 40m

.PHONY: generate
generate: ## Generate gen/ anew from openapi.yaml; fails where a property has a format that the judge does not know
	go generate -tags generate ./tools.go

.PHONY: docs
docs: ## Run every command of README.md and docs/, those with npm included (needs Node.js, and make npm)
	BITBYBIT_DOCS=1 go test ./docs -count=1

.PHONY: screenshot
screenshot: ## Make the README's picture of the page anew, from a running mock (needs Chromium, and port 4010)
	@mkdir -p docs
	BITBYBIT_REQUIRE_BROWSER=1 BITBYBIT_SCREENSHOT=docs/page.png go test ./mockserver/cmd/bitbybit-mock -run '^TestScreenshot$$' -count=1

.PHONY: dist
dist: ## Make what a release has, unsigned, for Linux, macOS and Windows, into dist/ (compiles GoReleaser: minutes the first time)
	go run $(GORELEASER) release --snapshot --clean --skip=sign,docker

.PHONY: goreleaser
goreleaser: # what the tests and the release workflow run
	@echo $(GORELEASER)

.PHONY: dist-check
dist-check: ## Test what make dist made: archives, checksums, SBOMs, packages, casks, and that a build is reproducible
	BITBYBIT_DIST=1 go test ./contracttest/internal/dist -run '^TestDist' -count=1

.PHONY: image
image: ## Make the image of what make dist made (needs podman, or CONTAINER=docker)
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && set -x && \
	  mkdir -p "$$dir/linux/$(ARCH)" && cp dist/bitbybit-mock_linux_$(ARCH)_*/bitbybit-mock "$$dir/linux/$(ARCH)" && \
	  BUILDAH_FORMAT=docker $(CONTAINER) build --platform linux/$(ARCH) --target release -t $(IMAGE) -f Dockerfile "$$dir"

.PHONY: image-check
image-check: ## Run the image that make image made: its user, its health check, its labels, its answers
	BITBYBIT_IMAGE=$(IMAGE) BITBYBIT_CONTAINER=$(CONTAINER) go test ./contracttest/internal/dist -run '^TestImage' -count=1
