// Writes a goroutine dump as a Go 1.26 service would print it: about 300 distinct stacks of common libraries
// and of user code, a few of them very frequent (a leak), goroutine numbers, addresses, lengths and ages
// different in every goroutine. The same number of goroutines always gives the same bytes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace seep::bench {

class DumpWriter {
 public:
  DumpWriter() { MakeStacks(); }

  size_t stacks() const { return stacks_.size(); }

  // Appends goroutine number `index` of the dump (0, 1, ...).
  void Append(uint64_t index, std::string& out) {
    const Stack& stack = stacks_[Pick()];
    goid_ += 1 + Random() % 997;  // most goroutines have ended
    out += "goroutine " + std::to_string(index == 0 ? 1 : goid_) + " [" + stack.state;
    if (const uint64_t minutes = Random() % 4; minutes > 1)
      out += ", " + std::to_string(Random() % 3000 + 1) + " minutes";
    out += "]:\n";
    for (const Frame& frame : stack.frames) {
      out += frame.function;
      out += '(';
      AppendArguments(frame.arguments, out);
      out += ")\n\t";
      out += frame.place;
      out += '\n';
    }
    out += "created by " + stack.creator + " in goroutine " + std::to_string(1 + Random() % 90000) + "\n\t" +
           stack.creator_place + "\n\n";
  }

 private:
  struct Frame {
    std::string function, arguments, place;
  };
  struct Stack {
    std::string state;
    std::vector<Frame> frames;
    std::string creator, creator_place;
  };

  // 'p' a heap pointer, 'q' the same with '?', 'n' a small number, 's' a string {pointer, length}, 'b' a
  // slice, '_' unused,
  // '.' "..." (inlined).
  void AppendArguments(const std::string& kinds, std::string& out) {
    char text[96];
    for (size_t i = 0; i < kinds.size(); ++i) {
      if (i > 0) out += ", ";
      const auto pointer = static_cast<unsigned long long>(0xc000000000 + (Random() % 0x40000000) * 8);
      const auto number = static_cast<unsigned long long>(Random() % 4096);
      switch (kinds[i]) {
        case 'p':
          std::snprintf(text, sizeof text, "0x%llx", pointer);
          break;
        case 'q':
          std::snprintf(text, sizeof text, "0x%llx?", pointer);
          break;
        case 'n':
          std::snprintf(text, sizeof text, "0x%llx", number);
          break;
        case 's':
          std::snprintf(text, sizeof text, "{0x%llx, 0x%llx}", pointer, number);
          break;
        case 'b':
          std::snprintf(text, sizeof text, "{0x%llx, 0x%llx, 0x1000}", pointer, number);
          break;
        case '.':
          std::snprintf(text, sizeof text, "...");
          break;
        default:
          std::snprintf(text, sizeof text, "_");
          break;
      }
      out += text;
    }
  }

  uint64_t Random() {  // splitmix64
    uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

  // Half of all goroutines in eight stacks, the others spread.
  size_t Pick() {
    return Random() % 2 == 0 ? (Random() % 8) * 37 % stacks_.size() : Random() % stacks_.size();
  }

  static std::string Go(const std::string& file, int line, int offset) {
    char text[32];
    std::snprintf(text, sizeof text, ":%d +0x%x", line, static_cast<unsigned>(offset));
    return "/usr/local/go/src/" + file + text;
  }
  static std::string Module(const std::string& file, int line, int offset) {
    char text[32];
    std::snprintf(text, sizeof text, ":%d +0x%x", line, static_cast<unsigned>(offset));
    return "/go/pkg/mod/" + file + text;
  }
  static std::string User(int i, const std::string& file, int line) {
    return "/build/orders/internal/" + Package(i) + "/" + file + ".go:" + std::to_string(line + i * 7) +
           " +0x" + std::to_string(111 + i * 13);
  }
  static std::string Package(int i) {
    static const char* const kNames[] = {"billing", "cart",     "catalog", "checkout", "inventory",
                                         "invoice", "ledger",   "mailer",  "audit",    "payments",
                                         "pricing", "refunds",  "search",  "shipping", "tax",
                                         "users",   "webhooks", "reports", "sessions", "quota"};
    return kNames[i % 20];
  }
  static std::string Method(int i, const std::string& type, const std::string& name) {
    return "github.com/acme/orders/internal/" + Package(i) + ".(*" + type + ")." + name;
  }

  static void AddPoll(std::vector<Frame>& f) {
    f.push_back({"internal/poll.runtime_pollWait", "pn", Go("runtime/netpoll.go", 351, 0x85)});
    f.push_back({"internal/poll.(*pollDesc).wait", "qqn", Go("internal/poll/fd_poll_runtime.go", 84, 0x27)});
    f.push_back(
        {"internal/poll.(*pollDesc).waitRead", ".", "/usr/local/go/src/internal/poll/fd_poll_runtime.go:89"});
    f.push_back({"internal/poll.(*FD).Read", "pb", Go("internal/poll/fd_unix.go", 165, 0x27a)});
    f.push_back({"net.(*netFD).Read", "pb", Go("net/fd_posix.go", 55, 0x25)});
    f.push_back({"net.(*conn).Read", "pb", Go("net/net.go", 194, 0x45)});
  }

  void MakeStacks() {
    for (int i = 0; i < 20; ++i) {
      HttpClient(i);
      HttpServer(i);
      Channels(i);
      Libraries(i);
    }
  }

  void HttpClient(int i) {
    Stack read{"IO wait", {}, "net/http.(*Transport).dialConn", Go("net/http/transport.go", 1944, 0x174f)};
    AddPoll(read.frames);
    read.frames.push_back({"net/http.(*persistConn).Read", "pb", Go("net/http/transport.go", 2125, 0x47)});
    read.frames.push_back({"bufio.(*Reader).fill", "p", Go("bufio/bufio.go", 113, 0x103)});
    read.frames.push_back({"bufio.(*Reader).Peek", "pn", Go("bufio/bufio.go", 152, 0x53)});
    read.frames.push_back(
        {"net/http.(*persistConn).readLoop", "p", Go("net/http/transport.go", 2278 + i, 0x172)});
    stacks_.push_back(read);
    stacks_.push_back(
        {"select",
         {{"net/http.(*persistConn).writeLoop", "p", Go("net/http/transport.go", 2600 + i, 0xe7)}},
         "net/http.(*Transport).dialConn",
         Go("net/http/transport.go", 1945, 0x17a5)});
    stacks_.push_back({"select",
                       {{"net/http.(*persistConn).roundTrip", "pp", Go("net/http/transport.go", 2831, 0x9a9)},
                        {"net/http.(*Transport).roundTrip", "pp", Go("net/http/transport.go", 680, 0x5b8)},
                        {"net/http.(*Transport).RoundTrip", "qq", Go("net/http/roundtrip.go", 30, 0x13)},
                        {"net/http.send", "pssn", Go("net/http/client.go", 259, 0x5e4)},
                        {"net/http.(*Client).send", "ppsn", Go("net/http/client.go", 180, 0x91)},
                        {"net/http.(*Client).do", "pp", Go("net/http/client.go", 729, 0x9a5)},
                        {"net/http.(*Client).Do", ".", "/usr/local/go/src/net/http/client.go:587"},
                        {Method(i, "Client", "call"), "psss", User(i, "client", 88)},
                        {Method(i, "Worker", "run"), "p", User(i, "worker", 41)}},
                       Method(i, "Worker", "Start"),
                       User(i, "worker", 22)});
  }

  void HttpServer(int i) {
    Stack idle{"IO wait", {}, "net/http.(*Server).Serve", Go("net/http/server.go", 3454, 0x485)};
    AddPoll(idle.frames);
    idle.frames.push_back({"net/http.(*connReader).Read", "pb", Go("net/http/server.go", 798, 0x159)});
    idle.frames.push_back({"bufio.(*Reader).fill", "p", Go("bufio/bufio.go", 113, 0x103)});
    idle.frames.push_back({"bufio.(*Reader).Peek", "pn", Go("bufio/bufio.go", 152, 0x53)});
    idle.frames.push_back({"net/http.(*conn).serve", "ps", Go("net/http/server.go", 2137 + i, 0x785)});
    stacks_.push_back(idle);
    Stack busy{"sync.Mutex.Lock", {}, "net/http.(*Server).Serve", Go("net/http/server.go", 3454, 0x485)};
    busy.frames = {{"internal/sync.runtime_SemacquireMutex", "qnq", Go("runtime/sema.go", 95, 0x25)},
                   {"internal/sync.(*Mutex).lockSlow", "p", Go("internal/sync/mutex.go", 149, 0x15d)},
                   {"internal/sync.(*Mutex).Lock", ".", "/usr/local/go/src/internal/sync/mutex.go:70"},
                   {"sync.(*Mutex).Lock", ".", "/usr/local/go/src/sync/mutex.go:46"},
                   {Method(i, "Store", "Get"), "pss", User(i, "store", 57)},
                   {Method(i, "Handler", "ServeHTTP"), "psp", User(i, "handler", 120)},
                   {"github.com/labstack/echo/v4.(*Echo).add.func1", "s",
                    Module("github.com/labstack/echo/v4@v4.11.4/echo.go", 582, 0x4b)},
                   {"github.com/labstack/echo/v4.(*Echo).ServeHTTP", "psp",
                    Module("github.com/labstack/echo/v4@v4.11.4/echo.go", 669, 0x327)},
                   {"net/http.serverHandler.ServeHTTP", "qsp", Go("net/http/server.go", 3301, 0x8e)},
                   {"net/http.(*conn).serve", "ps", Go("net/http/server.go", 2102, 0x625)}};
    stacks_.push_back(busy);
  }

  void Channels(int i) {
    const auto add = [&](const char* state, const char* type, const char* method, int line) {
      stacks_.push_back(
          {state,
           {{Method(i, type, method), "ps", User(i, "pipeline", line)},
            {Method(i, type, std::string(method) + "All") + ".func1", "", User(i, "pipeline", line + 30)}},
           Method(i, type, std::string(method) + "All"),
           User(i, "pipeline", line + 20)});
    };
    add("chan send", "Pipeline", "emit", 40);
    add("chan receive", "Pipeline", "drain", 90);
    add("select", "Batcher", "loop", 150);
    stacks_.push_back({"sync.WaitGroup.Wait",
                       {{"sync.runtime_SemacquireWaitGroup", "qn", Go("runtime/sema.go", 114, 0x2e)},
                        {"sync.(*WaitGroup).Wait", "p", Go("sync/waitgroup.go", 206, 0x85)},
                        {Method(i, "Fanout", "Wait"), "p", User(i, "fanout", 33)}},
                       Method(i, "Fanout", "Run"),
                       User(i, "fanout", 12)});
    stacks_.push_back({"sleep",
                       {{"time.Sleep", "n", Go("runtime/time.go", 363, 0x165)},
                        {Method(i, "Poller", "retry"), "pn", User(i, "poller", 71)}},
                       Method(i, "Poller", "Start"),
                       User(i, "poller", 19)});
  }

  void Libraries(int i) {
    Stack grpc{"IO wait",
               {},
               "google.golang.org/grpc/internal/transport.NewHTTP2Client",
               Module("google.golang.org/grpc@v1.62.1/internal/transport/http2_client.go", 410, 0x1e79)};
    AddPoll(grpc.frames);
    grpc.frames.push_back({"bufio.(*Reader).Read", "pb", Go("bufio/bufio.go", 245, 0x197)});
    grpc.frames.push_back({"io.ReadAtLeast", "sbn", Go("io/io.go", 335, 0x91)});
    grpc.frames.push_back({"io.ReadFull", ".", "/usr/local/go/src/io/io.go:354"});
    grpc.frames.push_back({"golang.org/x/net/http2.readFrameHeader", "bs",
                           Module("golang.org/x/net@v0.22.0/http2/frame.go", 237, 0x65)});
    grpc.frames.push_back({"golang.org/x/net/http2.(*Framer).ReadFrame", "p",
                           Module("golang.org/x/net@v0.22.0/http2/frame.go", 498, 0x85)});
    grpc.frames.push_back(
        {"google.golang.org/grpc/internal/transport.(*http2Client).reader", "pp",
         Module("google.golang.org/grpc@v1.62.1/internal/transport/http2_client.go", 1620 + i, 0x22d)});
    stacks_.push_back(grpc);
    stacks_.push_back(
        {"select",
         {{"google.golang.org/grpc/internal/transport.(*controlBuffer).get", "pn",
           Module("google.golang.org/grpc@v1.62.1/internal/transport/controlbuf.go", 418, 0x113)},
          {"google.golang.org/grpc/internal/transport.(*loopyWriter).run", "p",
           Module("google.golang.org/grpc@v1.62.1/internal/transport/controlbuf.go", 552 + i, 0x86)}},
         "google.golang.org/grpc/internal/transport.NewHTTP2Client",
         Module("google.golang.org/grpc@v1.62.1/internal/transport/http2_client.go", 454, 0x24cd)});
    stacks_.push_back(
        {"select",
         {{"database/sql.(*DB).connectionOpener", "ps", Go("database/sql/sql.go", 1261 + i, 0x87)}},
         "database/sql.OpenDB",
         Go("database/sql/sql.go", 841, 0x14c)});
    Stack redis{"IO wait", {}, Method(i, "Cache", "warm"), User(i, "cache", 61)};
    AddPoll(redis.frames);
    redis.frames.push_back({"bufio.(*Reader).fill", "p", Go("bufio/bufio.go", 113, 0x103)});
    redis.frames.push_back({"bufio.(*Reader).ReadSlice", "pn", Go("bufio/bufio.go", 380, 0x29)});
    redis.frames.push_back(
        {"github.com/redis/go-redis/v9/internal/proto.(*Reader).readLine", "p",
         Module("github.com/redis/go-redis/v9@v9.5.1/internal/proto/reader.go", 121, 0x25)});
    redis.frames.push_back({"github.com/redis/go-redis/v9.(*baseClient).process", "psss",
                            Module("github.com/redis/go-redis/v9@v9.5.1/redis.go", 436, 0x12d)});
    redis.frames.push_back({Method(i, "Cache", "get"), "pss", User(i, "cache", 93)});
    stacks_.push_back(redis);
    stacks_.push_back({"chan receive",
                       {{"github.com/IBM/sarama.(*Broker).responseReceiver", "p",
                         Module("github.com/!i!b!m/sarama@v1.43.0/broker.go", 1050 + i, 0x185)},
                        {"github.com/IBM/sarama.withRecover", "q",
                         Module("github.com/!i!b!m/sarama@v1.43.0/utils.go", 43, 0x3d)}},
                       "github.com/IBM/sarama.(*Broker).Open.func1",
                       Module("github.com/!i!b!m/sarama@v1.43.0/broker.go", 248, 0x8ca)});
  }

  std::vector<Stack> stacks_;
  uint64_t state_ = 42;
  uint64_t goid_ = 17;
};

}  // namespace seep::bench
