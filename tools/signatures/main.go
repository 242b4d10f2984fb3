// Writes knowledge/signatures/: what packages export, as Go source without bodies, for `seep scan` to know the types of calls into
// code that is not there. The standard library of the installed Go, and the packages of packages.txt:
//
//	cd tools/signatures && go run . ../../knowledge/signatures
//
// A file a package, <import path>.go.txt. Constants, comments, unexported names and bodies are left out; variables of the standard
// library have their types written out. As linux/amd64 with cgo sees it.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

type source struct {
	importPath string
	dir        string
	origin     string // "go1.26.8", "google.golang.org/grpc v1.68.0"
	std        bool
}

func run(dir string, command ...string) ([]byte, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, stderr.String())
	}
	return out, nil
}

func standardLibrary() ([]source, error) {
	out, err := run(".", "go", "list", "-f", "{{.ImportPath}} {{.Dir}}", "std")
	if err != nil {
		return nil, err
	}
	var found []source
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		importPath, dir, _ := strings.Cut(line, " ")
		if hidden(importPath) {
			continue
		}
		found = append(found, source{importPath, dir, runtime.Version(), true})
	}
	return found, nil
}

func hidden(importPath string) bool {
	for _, part := range strings.Split(importPath, "/") {
		if part == "internal" || part == "vendor" {
			return true
		}
	}
	return false
}

// packages.txt: a line a module, "path@version package...", each package a path below the module; "." is the module itself.
func listed(file string) ([]source, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	empty, err := os.MkdirTemp("", "signatures")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(empty)
	var found []source
	for _, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		out, err := run(empty, "go", "mod", "download", "-json", words[0])
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, out)
		}
		var module struct{ Path, Version, Dir string }
		if err := json.Unmarshal(out, &module); err != nil {
			return nil, err
		}
		for _, name := range words[1:] {
			found = append(found, source{path.Join(module.Path, name), filepath.Join(module.Dir, name),
				module.Path + " " + module.Version, false})
		}
	}
	return found, nil
}

// stub is the package as it is written out.
type stub struct {
	set     *token.FileSet
	imports map[string]string // name -> path
	decls   []ast.Decl
}

func (s *stub) add(file *ast.File) {
	ast.FileExports(file)
	ast.Inspect(file, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok {
			field.Tag, field.Doc, field.Comment = nil, nil, nil
		}
		return true
	})
	names := map[string]string{} // of this file -> path
	for _, spec := range file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil || importPath == "C" {
			continue
		}
		name := defaultName(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = importPath
	}
	for _, decl := range file.Decls {
		if !s.keep(decl) {
			continue
		}
		s.useImports(decl, names)
		s.decls = append(s.decls, decl)
	}
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// defaultName is what a package is called by those who import it, most likely.
func defaultName(importPath string) string {
	name := path.Base(importPath)
	if version.MatchString(name) {
		name = path.Base(path.Dir(importPath))
	}
	name, _, _ = strings.Cut(name, ".v")
	name = strings.TrimPrefix(name, "go-")
	return strings.TrimSuffix(strings.TrimSuffix(name, ".go"), "-go")
}

// keep drops bodies and values, and says whether anything is left.
func (s *stub) keep(decl ast.Decl) bool {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		decl.Body, decl.Doc = nil, nil
		return decl.Recv == nil || ast.IsExported(receiver(decl.Recv.List[0].Type))
	case *ast.GenDecl:
		decl.Doc = nil
		if decl.Tok != token.TYPE && decl.Tok != token.VAR {
			return false
		}
		var specs []ast.Spec
		for _, spec := range decl.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok && !keepValue(value) {
				continue
			}
			specs = append(specs, spec)
		}
		decl.Specs = specs
		return len(specs) > 0
	}
	return false
}

// receiver is the name of the type in *T, T[P] and their like.
func receiver(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.StarExpr:
		return receiver(expr.X)
	case *ast.ParenExpr:
		return receiver(expr.X)
	case *ast.IndexExpr:
		return receiver(expr.X)
	case *ast.IndexListExpr:
		return receiver(expr.X)
	case *ast.Ident:
		return expr.Name
	}
	return ""
}

// keepValue keeps a variable whose type can be told: written, or made by a call or a literal without a body.
func keepValue(spec *ast.ValueSpec) bool {
	spec.Doc, spec.Comment = nil, nil
	if spec.Type != nil {
		spec.Values = nil
		return true
	}
	for _, value := range spec.Values {
		switch value := value.(type) {
		case *ast.CallExpr:
			if name, ok := value.Fun.(*ast.Ident); ok && (name.Name == "make" || name.Name == "new") {
				value.Args = value.Args[:1] // a type
				continue
			} else if ok && types.Universe.Lookup(name.Name) != nil {
				return false
			}
			value.Args, value.Ellipsis = nil, token.NoPos
		case *ast.CompositeLit:
			value.Elts = nil
		case *ast.UnaryExpr:
			literal, ok := value.X.(*ast.CompositeLit)
			if !ok {
				return false
			}
			literal.Elts = nil
		default:
			return false
		}
	}
	return len(spec.Values) > 0
}

// useImports notes which imports the declaration needs, under names that no other file of the package gave to another path.
func (s *stub) useImports(decl ast.Decl, names map[string]string) {
	ast.Inspect(decl, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name, ok := selector.X.(*ast.Ident)
		if !ok || names[name.Name] == "" {
			return true
		}
		importPath := names[name.Name]
		for s.imports[name.Name] != "" && s.imports[name.Name] != importPath {
			name.Name += "2"
		}
		s.imports[name.Name] = importPath
		return true
	})
}

// typedVariables writes the types of the variables of a package out, where the type checker knows them.
func typedVariables(set *token.FileSet, importPath string, files []*ast.File, imp types.Importer) {
	config := types.Config{Importer: imp, FakeImportC: true, IgnoreFuncBodies: true, Error: func(error) {}}
	pkg, _ := config.Check(importPath, set, files, nil)
	if pkg == nil {
		return
	}
	for _, file := range files {
		imported := map[string]string{}
		for _, spec := range file.Imports {
			importPath, _ := strconv.Unquote(spec.Path.Value)
			imported[importPath] = defaultName(importPath)
			if spec.Name != nil {
				imported[importPath] = spec.Name.Name
			}
		}
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.GenDecl); ok && decl.Tok == token.VAR {
				for _, spec := range decl.Specs {
					writeType(spec.(*ast.ValueSpec), pkg, imported)
				}
			}
		}
	}
}

func writeType(spec *ast.ValueSpec, pkg *types.Package, imported map[string]string) {
	if spec.Type != nil || len(spec.Names) != 1 {
		return
	}
	object := pkg.Scope().Lookup(spec.Names[0].Name)
	if object == nil || object.Type() == types.Typ[types.Invalid] {
		return
	}
	known := true
	text := types.TypeString(object.Type(), func(p *types.Package) string {
		if p == pkg {
			return ""
		}
		known = known && imported[p.Path()] != ""
		return imported[p.Path()]
	})
	if expr, err := parser.ParseExpr(text); err == nil && known {
		spec.Type, spec.Values = expr, nil
	}
}

func (s *stub) text(src source, name string) ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "// Generated by tools/signatures from %s; do not edit.\npackage %s\n\n", src.origin, name)
	names := make([]string, 0, len(s.imports))
	for name := range s.imports {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if importPath := s.imports[name]; path.Base(importPath) == name {
			fmt.Fprintf(&out, "import %q\n", importPath)
		} else {
			fmt.Fprintf(&out, "import %s %q\n", name, importPath)
		}
	}
	config := printer.Config{Mode: printer.RawFormat}
	for _, decl := range s.decls {
		var one bytes.Buffer
		if err := config.Fprint(&one, s.set, decl); err != nil {
			return nil, err
		}
		for _, line := range strings.Split(one.String(), "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				out.WriteString(line + "\n")
			}
		}
	}
	// It must be Go still.
	_, err := parser.ParseFile(token.NewFileSet(), src.importPath, out.Bytes(), parser.SkipObjectResolution)
	return out.Bytes(), err
}

func write(src source, imp types.Importer, folder string) error {
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled = "linux", "amd64", true
	pkg, err := context.ImportDir(src.dir, 0)
	if err != nil {
		var none *build.NoGoError
		if errors.As(err, &none) {
			return nil
		}
		return err
	}
	s := stub{token.NewFileSet(), map[string]string{}, nil}
	var files []*ast.File
	for _, name := range append(pkg.GoFiles, pkg.CgoFiles...) {
		file, err := parser.ParseFile(s.set, filepath.Join(src.dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	if src.std {
		typedVariables(s.set, src.importPath, files, imp)
	}
	for _, file := range files {
		s.add(file)
	}
	if len(s.decls) == 0 {
		return nil
	}
	text, err := s.text(src, pkg.Name)
	if err != nil {
		return err
	}
	file := filepath.Join(folder, src.importPath+".go.txt")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("signatures FOLDER")
	}
	sources, err := standardLibrary()
	if err != nil {
		log.Fatal(err)
	}
	more, err := listed("packages.txt")
	if err != nil {
		log.Fatal(err)
	}
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	for _, src := range append(sources, more...) {
		if err := write(src, imp, os.Args[1]); err != nil {
			log.Fatalf("%s: %v", src.importPath, err)
		}
	}
}
