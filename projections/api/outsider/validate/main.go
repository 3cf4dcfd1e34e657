// Validate says whether a file is an OpenAPI document, or lines of JSON that the JSON Schema in a second file takes.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	if len(os.Args) == 2 {
		openAPI(text)
		return
	}
	schema, err := jsonschema.NewCompiler().Compile(os.Args[2])
	check(err)
	n := 0
	for line := range bytes.Lines(text) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		check(err)
		check(schema.Validate(value))
		n++
	}
	fmt.Println(n, "valid by", os.Args[2])
}

func openAPI(text []byte) {
	document, err := libopenapi.NewDocument(text)
	check(err)
	v, errs := validator.NewValidator(document)
	for _, err := range errs {
		check(err)
	}
	valid, wrong := v.ValidateDocument()
	for _, w := range wrong {
		fmt.Fprintln(os.Stderr, w.Message, w.Reason)
		for _, s := range w.SchemaValidationErrors {
			fmt.Fprintln(os.Stderr, "  ", s.Reason)
		}
	}
	if !valid {
		os.Exit(1)
	}
	fmt.Println("valid OpenAPI", document.GetVersion())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
