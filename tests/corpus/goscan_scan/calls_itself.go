package rec

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"
)

type T struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	stop chan struct{}
	srv  *http.Server
	next *T
}

func New(n int) *T {
	t := &T{stop: make(chan struct{}), next: New(n - 1)}
	go t.run()
	return t
}
func New2() *T { return New3() }
func New3() *T { return New2() }
func (t *T) run() {
	for {
		select {
		case <-t.stop:
			return
		case <-time.After(1):
			go t.run()
		}
	}
}
func serve(s *http.Server, n int) error { if n > 0 { return serve(s, n-1) }; return serve2(s, n) }
func serve2(s *http.Server, n int) error { return serve(s, n) }
func mk(n int) *http.Server { if n > 0 { return mk(n - 1) }; return mk2(n) }
func mk2(n int) *http.Server { return mk(n) }
func start() { s := mk(1); serve(s, 2); x := &http.Server{}; serve(x, 2) }
func open(p string, n int) (*os.File, error) { if n > 0 { return open(p, n-1) }; return open2(p, n) }
func open2(p string, n int) (*os.File, error) { return open(p, n) }
func use() { f, err := open("x", 2); if err != nil { return }; closeIt(f, 3) }
func closeIt(f *os.File, n int) { closeIt2(f, n) }
func closeIt2(f *os.File, n int) { closeIt(f, n) }
func use2() { f, _ := os.Open("x"); closeIt(f, 1) }
func (t *T) lock(n int) { t.mu.Lock(); t.lock2(n) }
func (t *T) lock2(n int) { t.lock(n) }
func (t *T) both(o *T) { t.mu.Lock(); o.both(t) }
func wait(wg *sync.WaitGroup, n int) { wg.Add(1); go wait(wg, n-1); wg.Done() }
func wait2(wg *sync.WaitGroup) { go wait3(wg) }
func wait3(wg *sync.WaitGroup) { go wait2(wg); wg.Wait() }
func dead(c net.Conn, n int) { dead2(c, n) }
func dead2(c net.Conn, n int) { dead(c, n); b := make([]byte, 1); c.Read(b) }
func ctx(c context.Context, n int) { d, cancel := context.WithCancel(c); ctx(d, n-1); _ = cancel }
func rows(db *sql.DB, n int) *sql.Rows { if n == 0 { r, _ := db.Query("x"); return r }; return rows(db, n-1) }
func userows(db *sql.DB) { r := rows(db, 2); _ = r.Next() }
func cmd(c *exec.Cmd) error { if err := c.Start(); err != nil { return cmd(c) }; return cmd(c) }
func recv(in chan int) { go recv(in); <-in }
func recvAll() { in := make(chan int); go recv(in) }
func ranger(in chan int) { go ranger2(in); for range in { } }
func ranger2(in chan int) { go ranger(in) }
func rangeAll() { in := make(chan int, 3); go ranger(in); in <- 1 }
var f = func() { f2() }
var f2 = func() { f() }
type I interface{ Close() error }
type W struct{ I }
func (w W) Close() error { return w.I.Close() }
type A struct{ *B }
type B struct{ *A; c chan int }
func (a *A) recv() { <-a.c }
type N []N
func (n N) visit(ch chan N) { for _, x := range n { go x.visit(ch) }; ch <- n }
func all(n N) { ch := make(chan N); go n.visit(ch); <-ch }
