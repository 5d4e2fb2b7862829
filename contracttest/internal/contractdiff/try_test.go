package contractdiff

import ("testing";"os";"fmt";"encoding/json")

func TestTry(t *testing.T) {
	data, _ := os.ReadFile("../../../openapi.yaml")
	a, err := Load("openapi.yaml", data); if err != nil { t.Fatal(err) }
	page, _ := ReadFile("testdata/create.md")
	b, err := LoadPage("create.md", page); if err != nil { t.Fatal(err) }
	r, err := Compare(a,b); if err != nil { t.Fatal(err) }
	j, _ := json.MarshalIndent(r,""," ")
	fmt.Println(string(j))
}
