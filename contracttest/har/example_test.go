package har_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
)

func ExampleReader() {
	file, err := os.Open("testdata/playwright.har")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	for reader := har.NewReader(file); ; {
		entry, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err) // what came before it was returned, whole
			break
		}
		request, response := entry.Request, entry.Response
		if response.Source != har.SourceServer {
			fmt.Println(request.Method, request.URL, "was not answered by the server:", response.Source)
			continue
		}
		fmt.Println(request.Method, request.URL, response.Status, "body", response.Body.State)
	}
	// Output:
	// POST https://api.example.com/things 201 body whole
	// POST https://api.example.com/things was not answered by the server: none
	// GET https://api.example.com/things was not answered by the server: script
	// POST https://api.example.com/form 200 body omitted
	// POST https://api.example.com/things 201 body omitted
}

func ExampleWriter() {
	var file strings.Builder
	writer := har.NewWriter(&file, "my-proxy", "1.0")
	err := writer.Write(har.Entry{
		Started:  time.Date(2026, 11, 3, 9, 15, 0, 0, time.UTC),
		Duration: 12 * time.Millisecond,
		Request:  har.Request{Method: http.MethodGet, URL: "https://api.example.com/things"},
		Response: har.Response{Status: http.StatusOK, Body: har.Body{Bytes: []byte("[]")}},
	})
	if err := errors.Join(err, writer.Close()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Contains(file.String(), `"url":"https://api.example.com/things"`))
	// Output: true
}
