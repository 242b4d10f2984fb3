package main

import (
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// forever is never sent to and never closed, and a global: the garbage collector and the deadlock detector leave it alone.
var forever = make(chan int)

// parkEverything starts one goroutine for every reason to wait that a program can bring about.
func parkEverything() {
	go chanReceive(forever)
	go chanSend(make(chan int))
	go chanReceive(nil)
	go chanSend(nil)
	go rangeOver(make(chan string, 4))
	go selectTwo(make(chan int), make(chan string))
	go selectWithTimer()
	go selectNothing()
	go sleepLong()
	go timerChannel()
	go tickerChannel()
	waitForLocks()
	go onItsThread()
	go blockingRead()
	go parkedInDefer()
	go parkedInPanic()
	parkFinalizer()
	parkShapes()
	parkLabelled()
	parkCoroutine()
	parkInC()
}

//go:noinline
func chanReceive(c chan int) { <-c }

//go:noinline
func chanSend(c chan int) { c <- 1 }

func rangeOver(c chan string) {
	for text := range c {
		println(text)
	}
}

func selectTwo(numbers chan int, texts chan string) {
	select {
	case <-numbers:
	case texts <- "":
	}
}

func selectWithTimer() {
	timer := time.NewTimer(100 * time.Hour)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-forever:
	}
}

func selectNothing() { select {} }

func sleepLong() { time.Sleep(100 * time.Hour) }

func timerChannel() { <-time.After(100 * time.Hour) }

func tickerChannel() {
	for range time.NewTicker(100 * time.Hour).C {
	}
}

type locks struct {
	plain     sync.Mutex
	written   sync.RWMutex // held for writing
	beingRead sync.RWMutex // held for reading
	group     sync.WaitGroup
	condition *sync.Cond
	once      sync.Once
}

func waitForLocks() {
	l := &locks{}
	l.condition = sync.NewCond(&sync.Mutex{})
	l.plain.Lock()
	l.written.Lock()
	l.beingRead.RLock()
	l.group.Add(1)
	go l.waitPlain()
	go l.waitToRead()
	go l.waitToWrite()
	go l.waitGroup()
	go l.waitCondition()
	go l.waitOnce()
	kept = append(kept, l)
}

func (l *locks) waitPlain() {
	l.plain.Lock()
	defer l.plain.Unlock()
}

func (l *locks) waitToRead()  { l.written.RLock() }
func (l *locks) waitToWrite() { l.beingRead.Lock() }
func (l *locks) waitGroup()   { l.group.Wait() }

func (l *locks) waitCondition() {
	l.condition.L.Lock()
	l.condition.Wait()
}

func (l *locks) waitOnce() { l.once.Do(func() { <-forever }) }

func onItsThread() {
	runtime.LockOSThread()
	<-forever
}

// blockingRead holds a thread: a system call that does not return, on a pipe that nobody writes to.
func blockingRead() {
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil {
		os.Exit(4)
	}
	for {
		if _, err := syscall.Read(ends[0], make([]byte, 1)); err != syscall.EINTR {
			return
		}
	}
}

func parkedInDefer() {
	defer func() {
		defer func() { <-forever }()
	}()
}

// parkedInPanic waits in a deferred call while its goroutine is panicking.
func parkedInPanic() {
	defer func() {
		<-forever
		recover()
	}()
	panicDeep(3)
}

//go:noinline
func panicDeep(n int) {
	if n == 0 {
		panic("on purpose")
	}
	panicDeep(n - 1)
}

type finalized struct{ next *finalized }

// parkFinalizer lets the runtime's own finalizer goroutine wait in this program's code: then it belongs to the program.
func parkFinalizer() {
	reached := make(chan bool)
	func() {
		object := &finalized{next: &finalized{}}
		runtime.SetFinalizer(object, func(*finalized) {
			close(reached)
			<-forever
		})
	}()
	for {
		runtime.GC()
		select {
		case <-reached:
			return
		case <-time.After(time.Millisecond):
		}
	}
}
