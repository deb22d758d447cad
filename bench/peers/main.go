// What bench/extract.py measures of the Go peers: reads PATH[TAB URL] a line,
// prints one JSON object a line, in the same order.
//
//	go build -o peer . && ./peer readability|trafilatura < list
package main

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"strings"

	"github.com/go-shiori/go-readability"
	"github.com/markusmobius/go-trafilatura"
)

func text(kind, path, address string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	base, _ := url.Parse(address)
	if kind == "readability" {
		article, err := readability.FromReader(f, base)
		if err != nil {
			return ""
		}
		return article.TextContent
	}
	result, err := trafilatura.Extract(f, trafilatura.Options{OriginalURL: base, ExcludeComments: true})
	if err != nil || result == nil {
		return ""
	}
	return result.ContentText
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		path, address, _ := strings.Cut(lines.Text(), "\t")
		line, _ := json.Marshal(map[string]string{"text": text(os.Args[1], path, address)})
		out.Write(append(line, '\n'))
	}
}
