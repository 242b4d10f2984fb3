// Holds one socket in each state that matters and prints its pid: the /proc fixtures are of this process.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"
)

func main() {
	lc := net.ListenConfig{KeepAlive: -1}
	l4, _ := lc.Listen(context.Background(), "tcp4", "127.0.0.1:18081")
	l6, _ := lc.Listen(context.Background(), "tcp", "[::]:18082")
	go func() { for { c, err := l4.Accept(); if err != nil { return }; keep = append(keep, c) } }()
	go func() { for { c, err := l6.Accept(); if err != nil { return }; keep6 = append(keep6, c) } }()
	on := net.Dialer{KeepAlive: 15 * time.Second}
	off := net.Dialer{KeepAlive: -1}
	a, _ := on.Dial("tcp4", "127.0.0.1:18081")  // keepalive on
	b, _ := off.Dial("tcp4", "127.0.0.1:18081") // keepalive off
	c, _ := off.Dial("tcp", "[::1]:18082")      // v6
	d, _ := off.Dial("tcp4", "127.0.0.1:18082") // v4-mapped at the server
	e, _ := off.Dial("tcp4", "127.0.0.1:18081") // the peer of this one will stand in CLOSE_WAIT
	time.Sleep(200 * time.Millisecond)
	b.Write(make([]byte, 1234)) // unread at the server
	e.Close()
	time.Sleep(200 * time.Millisecond)
	hold := make([]byte, 8<<20)
	for i := range hold { hold[i] = 1 }
	fmt.Println(os.Getpid())
	time.Sleep(60 * time.Second)
	fmt.Println(a, b, c, d, hold[0], l4, l6)
}

var keep, keep6 []net.Conn
