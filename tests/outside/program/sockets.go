package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// truths says of every socket what nobody outside is told: which goroutine waits for it, and how.
var truths struct {
	sync.Mutex
	lines []string
}

// owns records that the calling goroutine is about to wait for this socket for good.
func owns(what string, socket syscall.Conn, local, remote string) {
	raw, err := socket.SyscallConn()
	if err != nil {
		die(err)
	}
	raw.Control(func(fd uintptr) {
		truths.Lock()
		defer truths.Unlock()
		truths.lines = append(truths.lines, fmt.Sprintf("%d %d %s %s %s", fd, goid(), what, local, remote))
	})
}

func socketTruth() string {
	truths.Lock()
	defer truths.Unlock()
	return strings.Join(truths.lines, "\n") + "\n"
}

// goid is the number that dumps print.
func goid() int {
	text := make([]byte, 64)
	text = text[:runtime.Stack(text, false)]
	n, _ := strconv.Atoi(string(bytes.Fields(text)[1]))
	return n
}

func die(err error) {
	fmt.Fprintln(os.Stderr, "outside:", err)
	os.Exit(2)
}

// openSockets opens connections to itself, with a goroutine waiting at one end or at both.
func openSockets() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		die(err)
	}
	accepted := make(chan *net.TCPConn)
	go acceptAll(listener.(*net.TCPListener), accepted)
	for _, wait := range []func(*net.TCPConn){readForever, readWithDeadline, writeForever, readAndWrite, readInlined} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			die(err)
		}
		go wait(conn.(*net.TCPConn))
		kept = append(kept, <-accepted)
	}
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		die(err)
	}
	go readPackets(packets.(*net.UDPConn))
}

func acceptAll(listener *net.TCPListener, accepted chan *net.TCPConn) {
	owns("read", listener, listener.Addr().String(), "-")
	for {
		conn, err := listener.Accept()
		if err != nil {
			die(err)
		}
		accepted <- conn.(*net.TCPConn)
	}
}

func ownsConn(what string, conn *net.TCPConn) {
	owns(what, conn, conn.LocalAddr().String(), conn.RemoteAddr().String())
}

func readForever(conn *net.TCPConn) {
	ownsConn("read", conn)
	conn.Read(make([]byte, 1))
}

func readWithDeadline(conn *net.TCPConn) {
	ownsConn("read-deadline", conn)
	conn.SetReadDeadline(time.Now().Add(100 * time.Hour))
	conn.Read(make([]byte, 1))
}

func writeForever(conn *net.TCPConn) {
	ownsConn("write", conn)
	block := make([]byte, 1<<20)
	for {
		if _, err := conn.Write(block); err != nil {
			die(err)
		}
	}
}

// readAndWrite has one goroutine for either direction of one socket.
func readAndWrite(conn *net.TCPConn) {
	go writeForever(conn)
	readForever(conn)
}

func readInlined(conn *net.TCPConn) { readForever(conn) }

func readPackets(conn *net.UDPConn) {
	owns("read", conn, conn.LocalAddr().String(), "-")
	conn.ReadFrom(make([]byte, 1))
}
