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
	"golang.org/x/net/html"
)

var blocks = map[string]bool{"p": true, "h1": true, "h2": true, "h3": true, "h4": true, "li": true, "blockquote": true, "pre": true}

// The text of a tree, a line a block.
func lines(n *html.Node, out *strings.Builder) {
	block := n.Type == html.ElementNode && blocks[n.Data]
	if n.Type == html.TextNode {
		out.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		lines(c, out)
	}
	if block {
		out.WriteString("\n")
	}
}

func text(kind, path, address string) string {
	var out strings.Builder
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	base, _ := url.Parse(address)
	if kind == "readability" {
		article, err := readability.FromReader(f, base)
		if err == nil && article.Node != nil {
			lines(article.Node, &out)
		}
		return out.String()
	}
	result, err := trafilatura.Extract(f, trafilatura.Options{OriginalURL: base, ExcludeComments: true})
	if err == nil && result != nil && result.ContentNode != nil {
		lines(result.ContentNode, &out)
	}
	return out.String()
}

func main() {
	list := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for list.Scan() {
		path, address, _ := strings.Cut(list.Text(), "\t")
		line, _ := json.Marshal(map[string]string{"text": text(os.Args[1], path, address)})
		out.Write(append(line, '\n'))
	}
}
