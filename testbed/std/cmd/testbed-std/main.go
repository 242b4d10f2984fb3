// testbed-std holds the services that need nothing but the standard library.
package main

import (
	"demo/feed"
	"demo/healthy"
	"demo/ledger"
	"demo/memory"
	"demo/peer"
	"demo/price"
	"demo/quote"
	"demo/runner"
	"demo/service"
	"demo/session"
	"demo/web"
	"demo/wire"
	"demo/worker"
)

func main() {
	service.Main("testbed-std", []service.Spec{
		{Name: "peer", About: "the other side: HTTP, HTTPS, a silent host, clients on demand", New: peer.New},

		{Name: "s0-leaky", About: "a new http.Client per call (-variant default|tls|zero|clone, -idle)", New: web.Leaky},
		{Name: "s0-fixed", About: "one shared http.Client", New: web.Fixed},

		{Name: "body-leaky", About: "response bodies never closed, one shared client", New: price.Forgetful},
		{Name: "body-fixed", About: "bodies closed", New: price.Careful},
		{Name: "both-leaky", About: "a Transport per call and bodies not closed", New: price.Both},
		{Name: "hung-leaky", About: "an HTTP client without a timeout, a backend that hangs", New: price.Hung},
		{Name: "hung-fixed", About: "the same with a timeout", New: price.Impatient},

		{Name: "worker-leaky", About: "a goroutine per row without a bound (-tick, -size rows)", New: worker.Unbounded},
		{Name: "worker-fixed", About: "at most -limit at a time", New: worker.Bounded},
		{Name: "send-leaky", About: "a send nobody receives after a timeout", New: quote.Abandoned},
		{Name: "send-fixed", About: "a channel with room for the late answer", New: quote.Buffered},
		{Name: "range-leaky", About: "range over a channel that is never closed", New: feed.Unclosed},
		{Name: "range-fixed", About: "the channel is closed", New: feed.Closed},
		{Name: "receive-leaky", About: "a receive from a producer that gave up", New: feed.Orphaned},
		{Name: "nil-leaky", About: "workers that wait on a nil channel", New: feed.Nil},
		{Name: "select-leaky", About: "workers in select{}", New: feed.Forever},
		{Name: "context-leaky", About: "a context that nobody cancels", New: session.Uncancelled},
		{Name: "context-fixed", About: "the context is cancelled", New: session.Cancelled},
		{Name: "ticker-leaky", About: "a ticker loop per session that is never stopped", New: session.Unstopped},
		{Name: "ticker-fixed", About: "the loops are stopped", New: session.Stopped},
		{Name: "mutex-leaky", About: "a lock whose holder waits for a silent peer", New: ledger.Piled},
		{Name: "mutex-fixed", About: "the peer is asked outside the lock", New: ledger.Flowing},
		{Name: "order-leaky", About: "two locks taken in opposite order", New: ledger.Crossed},
		{Name: "waitgroup-leaky", About: "a WaitGroup with a Done too few", New: ledger.Stuck},
		{Name: "waitgroup-fixed", About: "every Add has its Done", New: ledger.Gathered},
		{Name: "cond-leaky", About: "a Cond nobody signals", New: ledger.Unsignalled},
		{Name: "exec-leaky", About: "commands that leave a child holding the pipe", New: runner.Lingering},
		{Name: "exec-fixed", About: "commands that do not", New: runner.Clean},

		{Name: "read-leaky", About: "a TCP read without a deadline (-keepalive -1s: without keep-alive)", New: wire.Patient},
		{Name: "read-fixed", About: "a TCP read with one", New: wire.Deadlined},
		{Name: "tls-leaky", About: "a TLS server handshake without a deadline", New: wire.HandshakeForever},
		{Name: "tls-fixed", About: "a TLS server handshake with one", New: wire.HandshakeLimited},
		{Name: "idle-leaky", About: "an HTTP server without an idle timeout", New: wire.KeepsIdle},
		{Name: "idle-fixed", About: "an HTTP server with one (-idle)", New: wire.EndsIdle},
		{Name: "handler-leaky", About: "handlers that wait for a backend for ever", New: wire.StuckHandlers},
		{Name: "handler-fixed", About: "handlers that heed their context and a timeout", New: wire.AttentiveHandlers},
		{Name: "closewait-leaky", About: "sockets not closed after the peer has hung up", New: wire.Holding},
		{Name: "closewait-fixed", About: "sockets closed", New: wire.Closing},

		{Name: "map-leaky", About: "a map that only grows (-size bytes each)", New: memory.Growing},
		{Name: "map-fixed", About: "a cache with a limit", New: memory.Bounded},
		{Name: "fd-leaky", About: "files opened and never closed", New: memory.OpenFiles},
		{Name: "fd-fixed", About: "files closed", New: memory.ClosedFiles},
		{Name: "thread-leaky", About: "goroutines locked to threads that never end", New: memory.Threads},
		{Name: "thread-fixed", About: "they end", New: memory.EndedThreads},
		{Name: "idle-heap", About: "a peak behind it that the heap does not give back (-size MiB)", New: memory.Idle},
		{Name: "mmap-leaky", About: "memory mapped and never unmapped (-size each)", New: memory.Mappings},
		{Name: "mmap-fixed", About: "memory mapped and unmapped", New: memory.Unmapped},
		{Name: "journal", About: "a file that only grows: page cache (-variant FOLDER)", New: memory.Journal},
		{Name: "stack-leaky", About: "goroutines that go ever deeper", New: memory.Stacks},

		{Name: "healthy-pool", About: "500 idle workers", New: healthy.Pool},
		{Name: "healthy-sleepers", About: "300 goroutines that sleep and wake", New: healthy.Sleepers},
		{Name: "healthy-tasks", About: "goroutines that end after -timeout: bursts, levels, sawteeth", New: healthy.Tasks},
		{Name: "healthy-busy", About: "short goroutines fighting for a lock", New: healthy.Busy},
		{Name: "healthy-warm", About: "a cache that fills and is then full", New: healthy.Warm},
		{Name: "healthy-sawtooth", About: "a big steady heap with garbage in waves", New: healthy.Sawtooth},
		{Name: "healthy-shared", About: "one client, many users (-variant fast|slow|stream)", New: healthy.Shared},
		{Name: "healthy-longpoll", About: "clients that wait for news", New: healthy.LongPoll},
		{Name: "healthy-chat", About: "long connections with read deadlines", New: healthy.Chat},
	})
}
