package p

func a() {
	x := )
	if {

	foo(1, 2

func (r R) b() {
	var x [ = 3
	y.
}

type X struct { a b c }
func c[T any(x T) {}
import "late"
