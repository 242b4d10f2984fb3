// What go/scanner and go/parser make of Go files, in the form that goscan_dump prints of ours; see ../dump/main.cc.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"reflect"
	"strings"
)

// sink is FNV-1a, and the lines themselves where they are asked for.
type sink struct {
	print bool
	out   *bufio.Writer
	hash  uint64
	lines uint64
}

func newSink(print bool) *sink {
	return &sink{print: print, out: bufio.NewWriter(os.Stdout), hash: 14695981039346656037}
}

func (s *sink) line(line string) {
	for i := 0; i < len(line); i++ {
		s.hash = (s.hash ^ uint64(line[i])) * 1099511628211
	}
	s.lines++
	if s.print {
		s.out.WriteString(line)
	}
}

func words(source []byte, s *sink) (errors int) {
	set := token.NewFileSet()
	file := set.AddFile("", set.Base(), len(source))
	var sc scanner.Scanner
	sc.Init(file, source, func(token.Position, string) { errors++ }, scanner.ScanComments)
	for {
		pos, tok, lit := sc.Scan()
		if tok == token.ILLEGAL {
			lit = ""
		}
		s.line(fmt.Sprintf("%s %d %s\n", tok, file.Offset(pos), strings.ReplaceAll(lit, "\r", "")))
		if tok == token.EOF {
			return errors
		}
	}
}

type dumper struct {
	*sink
	base token.Pos
}

func (d *dumper) at(pos token.Pos) int {
	if !pos.IsValid() {
		return 0
	}
	return int(pos - d.base)
}

func isNil(n ast.Node) bool {
	return n == nil || (reflect.ValueOf(n).Kind() == reflect.Pointer && reflect.ValueOf(n).IsNil())
}

// node prints kind, extent, operator and positions, then the children, each a node (any of which may be nil) or a slice of nodes.
func (d *dumper) node(n ast.Node) {
	if isNil(n) {
		d.line("-\n")
		return
	}
	op, values, children := parts(n)
	line := fmt.Sprintf("%s %d %d %s", strings.TrimPrefix(reflect.TypeOf(n).String(), "*ast."), d.at(n.Pos()), d.at(n.End()), op)
	for _, value := range values {
		switch v := value.(type) {
		case token.Pos:
			line += fmt.Sprintf(" %d", d.at(v))
		default:
			line += fmt.Sprintf(" %d", v)
		}
	}
	d.line(line + "\n")
	for _, child := range children {
		if n, ok := child.(ast.Node); ok || child == nil {
			d.node(n)
			continue
		}
		list := reflect.ValueOf(child)
		d.line(fmt.Sprintf("[%d\n", list.Len()))
		for i := 0; i < list.Len(); i++ {
			d.node(list.Index(i).Interface().(ast.Node))
		}
	}
}

type (
	vals = []any
	kids = []any
)

func ifTrue(condition bool, op string) string {
	if condition {
		return op
	}
	return ""
}

func opOf(tok token.Token) string {
	return ifTrue(tok != token.ILLEGAL, tok.String())
}

func parts(n ast.Node) (op string, values vals, children kids) {
	if op, values, children, ok := exprParts(n); ok {
		return op, values, children
	}
	if op, values, children, ok := stmtParts(n); ok {
		return op, values, children
	}
	switch n := n.(type) {
	case *ast.BadDecl:
		return "", nil, nil
	case *ast.GenDecl:
		return n.Tok.String(), vals{n.Lparen}, kids{n.Specs}
	case *ast.FuncDecl:
		return "", nil, kids{n.Recv, n.Name, n.Type, n.Body}
	case *ast.ImportSpec:
		return "", nil, kids{n.Name, n.Path}
	case *ast.ValueSpec:
		return "", nil, kids{n.Names, n.Type, n.Values}
	case *ast.TypeSpec:
		return "", vals{n.Assign}, kids{n.Name, n.TypeParams, n.Type}
	case *ast.Field:
		return "", nil, kids{n.Names, n.Type, n.Tag}
	case *ast.FieldList:
		return "", nil, kids{n.List}
	case *ast.File:
		return "", nil, kids{n.Name, n.Decls}
	}
	panic(fmt.Sprintf("%T", n))
}

func exprParts(n ast.Node) (op string, values vals, children kids, ok bool) {
	switch n := n.(type) {
	case *ast.BadExpr, *ast.Ident:
	case *ast.Ellipsis:
		children = kids{n.Elt}
	case *ast.BasicLit:
		op = n.Kind.String()
	case *ast.FuncLit:
		children = kids{n.Type, n.Body}
	case *ast.CompositeLit:
		values, children = vals{n.Lbrace}, kids{n.Type, n.Elts}
	case *ast.ParenExpr:
		children = kids{n.X}
	case *ast.SelectorExpr:
		children = kids{n.X, n.Sel}
	case *ast.IndexExpr:
		values, children = vals{n.Lbrack}, kids{n.X, n.Index}
	case *ast.IndexListExpr:
		values, children = vals{n.Lbrack}, kids{n.X, n.Indices}
	case *ast.SliceExpr:
		values, children = vals{n.Lbrack}, kids{n.X, n.Low, n.High, n.Max}
	case *ast.TypeAssertExpr:
		children = kids{n.X, n.Type}
	case *ast.CallExpr:
		values, children = vals{n.Lparen, n.Ellipsis}, kids{n.Fun, n.Args}
	case *ast.StarExpr:
		children = kids{n.X}
	case *ast.UnaryExpr:
		op, children = n.Op.String(), kids{n.X}
	case *ast.BinaryExpr:
		op, values, children = n.Op.String(), vals{n.OpPos}, kids{n.X, n.Y}
	case *ast.KeyValueExpr:
		values, children = vals{n.Colon}, kids{n.Key, n.Value}
	case *ast.ArrayType:
		children = kids{n.Len, n.Elt}
	case *ast.StructType:
		children = kids{n.Fields}
	case *ast.FuncType:
		children = kids{n.TypeParams, n.Params, n.Results}
	case *ast.InterfaceType:
		children = kids{n.Methods}
	case *ast.MapType:
		children = kids{n.Key, n.Value}
	case *ast.ChanType:
		values, children = vals{int(n.Dir), n.Arrow}, kids{n.Value}
	default:
		return "", nil, nil, false
	}
	return op, values, children, true
}

func stmtParts(n ast.Node) (op string, values vals, children kids, ok bool) {
	switch n := n.(type) {
	case *ast.BadStmt:
	case *ast.DeclStmt:
		children = kids{n.Decl}
	case *ast.EmptyStmt:
		op = ifTrue(!n.Implicit, ";")
	case *ast.LabeledStmt:
		values, children = vals{n.Colon}, kids{n.Label, n.Stmt}
	case *ast.ExprStmt:
		children = kids{n.X}
	case *ast.SendStmt:
		values, children = vals{n.Arrow}, kids{n.Chan, n.Value}
	case *ast.IncDecStmt:
		op, children = n.Tok.String(), kids{n.X}
	case *ast.AssignStmt:
		op, values, children = n.Tok.String(), vals{n.TokPos}, kids{n.Lhs, n.Rhs}
	case *ast.GoStmt:
		children = kids{n.Call}
	case *ast.DeferStmt:
		children = kids{n.Call}
	case *ast.ReturnStmt:
		children = kids{n.Results}
	case *ast.BranchStmt:
		op, children = n.Tok.String(), kids{n.Label}
	case *ast.BlockStmt:
		values, children = vals{n.Rbrace}, kids{n.List}
	case *ast.IfStmt:
		children = kids{n.Init, n.Cond, n.Body, n.Else}
	case *ast.CaseClause:
		op = "case"
		if n.List == nil {
			op = "default"
		}
		values, children = vals{n.Colon}, kids{n.List, n.Body}
	case *ast.SwitchStmt:
		children = kids{n.Init, n.Tag, n.Body}
	case *ast.TypeSwitchStmt:
		children = kids{n.Init, n.Assign, n.Body}
	case *ast.CommClause:
		values, children = vals{n.Colon}, kids{n.Comm, n.Body}
	case *ast.SelectStmt:
		children = kids{n.Body}
	case *ast.ForStmt:
		children = kids{n.Init, n.Cond, n.Post, n.Body}
	case *ast.RangeStmt:
		op, values, children = opOf(n.Tok), vals{n.TokPos, n.Range}, kids{n.Key, n.Value, n.X, n.Body}
	default:
		return "", nil, nil, false
	}
	return op, values, children, true
}

func tree(source []byte, s *sink) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", source, parser.ParseComments|parser.SkipObjectResolution)
	if file == nil || file.Name == nil || file.Package == token.NoPos {
		return err
	}
	d := &dumper{s, token.Pos(set.File(file.Package).Base())}
	d.node(file)
	return err
}

func oneFile(path string) {
	source, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	wordSink, nodeSink := newSink(false), newSink(false)
	words(source, wordSink)
	said := "ok"
	if err := tree(source, nodeSink); err != nil {
		said = "errors"
	}
	fmt.Printf("%s %d %016x %d %016x %s\n", path, wordSink.lines, wordSink.hash, nodeSink.lines, nodeSink.hash, said)
}

func main() {
	if len(os.Args) == 2 {
		list, err := os.ReadFile(os.Args[1])
		if err != nil {
			panic(err)
		}
		for _, path := range strings.Fields(string(list)) {
			oneFile(path)
		}
		return
	}
	source, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	s := newSink(true)
	switch os.Args[1] {
	case "--words":
		words(source, s)
	case "--tree":
		err = tree(source, s)
	case "--errors":
		err = tree(source, newSink(false))
	}
	s.out.Flush()
	if err != nil {
		scanner.PrintError(os.Stderr, err)
	}
}
